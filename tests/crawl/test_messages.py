"""Donation messages, bar and consent layer: whatever stands over an article, the article is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, crawl, differences
from tests.newspaper import Newspaper

DATA = ROOT.parent / "shared" / "data"
MODALS = ("classic", "overlay", "inline")


@pytest.mark.slow
@pytest.mark.parametrize("modal", MODALS)
def test_a_message_leaves_no_word_in_the_article(modal: str, bucket: Location, tmp_path: Path) -> None:
    """With each of the three messages standing at once the first article is the truth, and what was done is on it."""
    with Newspaper("en", modal=modal, modal_delay=0) as paper:  # type: ignore[arg-type]
        url, truth = next(iter(paper.expected().items()))
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=url)
        assert run.code == 0, run.said
        article = articles(bucket)[url]
        assert differences(article, truth) == {}
        assert all(overlay["outcome"] == "gone" for overlay in article["overlays"])
        donations = [overlay for overlay in article["overlays"] if overlay["kind"] == "donation"]
        # The classic one honours the cookie its own script sets, and the inline one stands over nothing.
        assert bool(donations) == (modal == "overlay")


@pytest.mark.slow
def test_the_classic_message_is_closed_where_its_cookie_is_not_honoured(bucket: Location, tmp_path: Path) -> None:
    """Without the suppressing cookie the classic modal is closed as a reader would, and the text is whole."""
    with Newspaper("en", modal="classic", modal_delay=0) as paper:
        url, truth = next(iter(paper.expected().items()))
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=url, S_SUPPRESSING_COOKIES="false")
        assert run.code == 0, run.said
        article = articles(bucket)[url]
        assert differences(article, truth) == {}
        closed = [
            (one["rule"], one["action"], one["outcome"]) for one in article["overlays"] if one["kind"] == "donation"
        ]
        assert closed == [("moscowtimes/modal: rule", "closed", "gone")]


@pytest.mark.skipif(not DATA.exists(), reason="the original article is its publisher's and not in this repository")
@pytest.mark.parametrize("modal", MODALS)
def test_the_original_article_is_made_of_its_page(modal: str, bucket: Location, tmp_path: Path) -> None:
    """The original text, served as the first article, equals what is expected of it, message or no message."""
    expected: dict[str, Any] = json.loads((DATA / "seed-article.expected.json").read_text("utf-8"))
    with Newspaper("en", modal=modal, modal_delay=0, original=DATA) as paper:  # type: ignore[arg-type]
        url = next(iter(paper.expected()))
        assert crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=url).code == 0
    article = articles(bucket)[url]
    paragraphs, never = expected.pop("paragraphs"), expected.pop("lines_that_must_not_appear")
    assert [block["text"] for block in article["body"]] == paragraphs
    assert article["text"] == "\n\n".join(paragraphs)
    for name, value in expected.items():
        stored = article[name]
        assert {part: stored[part] for part in value} == value if isinstance(value, dict) else stored == value
    assert not [line for line in never for text in article["text"].split("\n") if text.strip().startswith(line)]
