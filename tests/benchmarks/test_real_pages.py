"""Laws of meeting saved pages: each under its own name and nothing else, and what is told of it is true."""

from __future__ import annotations

import asyncio
import json
import lzma
from pathlib import Path

from benchmarks.real_pages.__main__ import met_all
from benchmarks.real_pages.saved import pages_of
from benchmarks.real_pages.tally import told
from benchmarks.real_pages.words import runs, shared
from tests.overlays.stage import PARAGRAPH, STORY, box, page_of

NEVER = '<img src="https://elsewhere.example/x"><script>document.title = location.hostname</script>'


def test_pages_are_met_under_their_own_names(tmp_path: Path) -> None:
    """A whole page and one behind a false script are met where they say they were, and what was done is counted."""
    over = box('<h2>Our newsletter</h2><p>The week, in your inbox.</p><button id="gone">No thanks</button>')
    lines = [
        {"id": "a", "url": "https://paper.example/a?b=1", "html": page_of(NEVER), "text": PARAGRAPH},
        {"id": "b", "url": "http://other.example/b", "html": page_of(over, story=STORY), "text": PARAGRAPH},
        {
            "id": "c",
            "url": "https://paper.example/c",
            "html": page_of("<script>location = '/away'</script>"),
            "text": "",
        },
    ]
    file = tmp_path / "pages.jsonl.xz"
    file.write_bytes(lzma.compress("\n".join(map(json.dumps, lines)).encode()))
    one, two, _ = met = asyncio.run(met_all(list(pages_of([file])), None))
    assert (one.whole, one.crash, one.left, one.overlays) == (True, "", "", ())
    assert [(each.action, each.outcome) for each in two.overlays] == [("closed", "gone")]
    assert not any(page.harmed or page.withheld or page.false_wall for page in met)
    assert "harmed 0, words lost 0" in told(met)
    assert [page.id for page in pages_of([file], every=2)] == ["a", "c"]
    assert [page.id for page in pages_of([file], only=["b"])] == ["b"]


def test_words_are_shared_by_runs() -> None:
    """Text counts as seen where whole runs of its words stand; in writing without gaps a character is a word."""
    assert len(runs("one two three four five six seven")) == 2
    assert len(shared("one two three four five six seven", "x one two three four five six y")) == 1
    assert len(runs("この記事の続き")) == 2
