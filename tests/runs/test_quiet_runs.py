"""A run that meets nothing new leaves nothing behind but what says so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.answering import Answer, Asked, answering
from tests.fixtures.crawl import crawl
from tests.fixtures.moody import Moody, crawled, moody, story
from tests.newspaper import Newspaper

UNUSED: Final = frozenset(
    "boto3 courlan jinja2 mtcrawler.overlays.observation.lexicon numpy PIL playwright py3langid tldextract".split()
)


def written(paper: Moody, bucket: Location, var: Path, runs: int) -> list[list[str]]:
    """The keys that each of these runs in a row wrote to the bucket, and its looks for snapshots of the feed."""
    keys: list[list[str]] = []

    def note(asked: Asked, answer: Answer) -> None:
        if asked.method != "GET":
            keys[-1].append(f"{asked.method} {asked.path.split('/')[2]}")
        elif "prefix=snapshots" in asked.path:
            keys[-1].append("LIST snapshots")

    with answering(bucket, change=note) as behind:
        for _ in range(runs):
            keys.append([])
            run, _ = crawled(paper, behind, var)
            assert run.code == 0, run.said
    return keys


def test_a_quiet_run_writes_three_objects(bucket: Location, tmp_path: Path) -> None:
    """Once its lists are known a run of a process of its own writes the manifest and its lease, and nothing else.

    Nor does it look how old the snapshot of the feed is.
    """
    with moody({"/2026/11/20/ice": story("ice")}) as paper:
        paper.lists("/2026/11/20/ice")
        *_, last = written(paper, bucket, tmp_path, 4)
    assert sorted(last) == ["PUT leases", "PUT leases", "PUT runs"]


@pytest.mark.slow
def test_a_quiet_run_loads_only_what_it_uses(bucket: Location, tmp_path: Path) -> None:
    """A run over HTTP of a described site that reads no page loads no browser, model, pictures or templates."""
    given = {"since": "1990-01-01", "sources": "sitemap", "S_RENDER_MODE": "http"}
    with Newspaper("en", count=3) as paper:
        crawl("moscowtimes", bucket, tmp_path, site=paper.origin, **given)
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, E_PYTHONPROFILEIMPORTTIME="1", **given)
    lines = [line for line in run.said.splitlines() if line.startswith("import time:")]
    loaded = {line.rpartition("|")[2].strip() for line in lines}
    assert run.code == 0, run.last_line
    assert "mtcrawler.spider.news_spider" in loaded
    assert loaded & UNUSED == set()
