"""Pages that declare another address: what was asked for is accounted for by what is stored of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, Said, accounts, crawled, moody, story

DAY = "/2026/11/20"


def declares(said: Said, path: str) -> Said:
    """The page, with this declared as its address."""
    assert isinstance(said.body, str)
    return replace(said, body=said.body.replace("<head>", f"<head><link rel=canonical href='{HOME}{path}'>"))


@pytest.mark.slow
def test_an_article_that_declares_a_page_that_is_not_there_is_stored_and_accounted_for(
    bucket: Location, tmp_path: Path
) -> None:
    """Asked for by name it is kept and the run is done; an alternate beside its article reaches that, and both rest."""
    pages = {
        f"{DAY}/ice": declares(story("ice"), f"{DAY}/never"),
        f"{DAY}/fog": story("fog"),
        f"{DAY}/fog-print": declares(story("fog"), f"{DAY}/fog"),
    }
    with moody(pages) as paper:
        run, told = crawled(paper, bucket, tmp_path, url=f"{HOME}{DAY}/ice")
        assert (run.code, accounts(told), told["not_kept"]) == (0, {"new": 1}, {}), run.said
        paper.lists(*pages)
        run, told = crawled(paper, bucket, tmp_path)
        assert (run.code, accounts(told)) == (0, {"new": 1, "alternate": 1, "not due": 1}), run.said
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"not due": 3}
        assert [paper.hits[path] for path in pages] == [1, 1, 1]
    stored = articles(bucket)
    assert set(stored) == {f"{HOME}{DAY}/ice", f"{HOME}{DAY}/fog"}
    assert stored[f"{HOME}{DAY}/fog"]["alternate_urls"] == [f"{HOME}{DAY}/fog-print"]


@pytest.mark.parametrize("named", ["ice", "ice.amp.html"], ids=["the article", "its AMP form"])
def test_an_article_is_stored_by_its_own_address(named: str, bucket: Location, tmp_path: Path) -> None:
    """Of an article's page and its AMP form that name each other, the article's is stored, whichever a source names."""
    pages = {
        f"{DAY}/ice": declares(story("ice"), f"{DAY}/ice.amp.html"),
        f"{DAY}/ice.amp.html": declares(story("ice"), f"{DAY}/ice"),
    }
    with moody(pages) as paper:
        paper.lists(f"{DAY}/{named}")
        run, _ = crawled(paper, bucket, tmp_path)
        assert run.code == 0, run.said
    assert set(articles(bucket)) == {f"{HOME}{DAY}/ice"}


@pytest.mark.parametrize("slug", ["guitar-amp", "3d-print.html"])
def test_an_article_about_an_amp_is_no_amp_page(slug: str, bucket: Location, tmp_path: Path) -> None:
    """What an article's own name ends with does not keep its declared address from being believed."""
    pages = {f"{DAY}/12": declares(story("guitar"), f"{DAY}/{slug}"), f"{DAY}/{slug}": story("guitar")}
    with moody(pages) as paper:
        paper.lists(*pages)
        run, told = crawled(paper, bucket, tmp_path)
        assert (run.code, accounts(told)) == (0, {"new": 1, "alternate": 1}), run.said
    assert set(articles(bucket)) == {f"{HOME}{DAY}/{slug}"}
