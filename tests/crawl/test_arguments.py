"""What is asked for is what is fetched: days, sections, sources, a limit, and each address once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.newspaper import Newspaper


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    """The newspaper, once for all questions."""
    with Newspaper("en", modal="none") as paper:
        yield paper


def day(article: dict[str, str]) -> str:
    """The day of publication, as the address has it."""
    return article["published_at"][:10]


def test_a_limit_takes_the_newest(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """With limit=3 the three newest articles of all that sources name are stored, and no other is fetched."""
    assert crawl("moscowtimes", bucket, tmp_path, site=paper.origin, since="2026-11-01", limit="3").code == 0
    truth = paper.expected()
    dated = sorted(paper.listed()["sitemap"], key=lambda url: truth[url]["published_at"])
    stored = articles(bucket)
    assert len(stored) == 3
    assert {day(one) for one in stored.values()} <= {day(truth[url]) for url in dated[-5:]}


def test_a_section_of_some_days_is_all_that_is_fetched(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """sections=, since= and until= together leave only articles that are in all three."""
    span = {"since": "2026-10-01", "until": "2026-10-31"}
    assert crawl("moscowtimes", bucket, tmp_path, site=paper.origin, sections="opinion", **span).code == 0
    target = {
        url
        for url, one in paper.expected().items()
        if one["kind"] == "opinion" and "2026-10-01" <= day(one) <= "2026-10-31"
    }
    stored = articles(bucket)
    assert target
    assert target <= set(stored)
    assert all("2026-10-01" <= day(one) <= "2026-10-31" for one in stored.values())
    assert {one["section"] for one in stored.values()} == {"opinion"}


@pytest.mark.slow
@pytest.mark.parametrize("source", ["sitemap", "rss", "sections"])
def test_each_source_alone_finds_what_it_names(source: str, paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """One source alone leads to exactly the recent articles it lists."""
    run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, sources=source, since="2026-11-18")
    assert run.code == 0, run.said
    truth = paper.expected()
    named = {url for url in paper.listed()[source] if day(truth[url]) >= "2026-11-18"}
    assert {url for url in articles(bucket) if "/plus/" not in url} == named


@pytest.mark.slow
def test_an_address_is_fetched_once_however_many_sources_name_it(bucket: Location, tmp_path: Path) -> None:
    """Sitemap, feeds and lists all name the newest articles; each page is asked for once."""
    with Newspaper("en", modal="none") as own:
        how = {"since": "2026-11-20", "S_RENDER_MODE": "browser"}  # auto mode compares, which takes both ways
        assert crawl("moscowtimes", bucket, tmp_path, site=own.origin, **how).code == 0
        asked = {path: number for path, number in own.hits.items() if path.startswith("/2026/") and "-a" in path}
    assert asked
    assert set(asked.values()) == {1}


def test_robots_txt_is_obeyed_for_what_is_asked_by_name(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """An address that robots.txt disallows is not fetched, and the run says why it found nothing."""
    before = paper.hits["/preview/x"]
    run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=f"{paper.origin}/preview/x")
    assert run.code == 12, run.said
    assert "robots.txt" in run.said
    assert paper.hits["/preview/x"] == before
