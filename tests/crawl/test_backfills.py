"""The lists that are read only where they are asked for: authors, tags, topics, issues, partners and their feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.model.limits import LISTS_MISSING
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.hostile.canary import HostileSite

HOME = "https://www.themoscowtimes.com"
SPAN = {"since": "2015-01-01", "S_RENDER_MODE": "http", "E_MTCRAWLER_NOW": "2026-11-22T12:00:00+00:00"}


def story(number: int, *links: str) -> str:
    """A story that no other source names; its page leads to these lists."""
    tags = "".join(f'<a href="{link}">{link}</a>' for link in links)
    words = " ".join(f"word{number}of{each}" for each in range(40))
    return f"""<html lang="en"><link rel="canonical" href="{HOME}{path(number)}"><article class="article">
    <header class="article__header"><h1>Story {number}</h1></header>
    <div y-name="article-content"><p>{words}</p></div><div class="article__tags">{tags}</div></article></html>"""


def path(number: int) -> str:
    """Where that story is."""
    return f"/2019/03/0{number % 9 + 1}/story-a{number}"


def listed(*numbers: int) -> str:
    """A list of these stories."""
    return "".join(f'<div class="article-excerpt-default"><a href="{path(each)}">x</a></div>' for each in numbers)


def archive(site: HostileSite) -> dict[str, int]:
    """Fills the site; returns the number of the story that each list alone leads to."""
    only = {
        "/author/a-writer": 1,
        "/archive/author/an-old-writer": 2,
        "/tag/ferries": 3,
        "/tag/ferries/20": 4,
        "/all-about/the-river": 5,
        "/issue/1": 6,
        "/issue/3": 7,
        "/partner/a-bank": 8,
        "/plus/vtimes": 9,
        "/author/found-on-a-page": 11,
    }
    site.pages |= {address: listed(number) for address, number in only.items()}
    site.pages |= {path(number): story(number) for number in range(1, 12)}
    site.pages[path(1)] = story(1, "/author/found-on-a-page", "/tag/ferries")
    site.pages["/"] = '<a href="/tag/ferries">x</a><a href="/all-about/the-river">x</a><a href="/partner/a-bank">x</a>'
    site.pages["/opinion"] = '<a href="/author/a-writer">x</a><a href="/archive/author/an-old-writer">x</a>'
    item = f"<item><title>Story 10</title><author>A Writer</author><link>{HOME}{path(10)}</link></item>"
    site.pages["/feeds/partner.xml"] = f"<rss version='2.0'><channel>{item}</channel></rss>"
    return only | {"/feeds/partner.xml": 10}


def test_a_back_fill_reads_what_no_other_source_lists(bucket: Location, tmp_path: Path) -> None:
    """Each kind of list leads to its story, also from pages of articles; a gap in the issues is no end, ten are one.
    A page that several of them begin with is asked for once.
    """
    with HostileSite() as site:
        only = archive(site)
        run = crawl("moscowtimes", bucket, tmp_path, mirror=site.origin, sources="backfill", **SPAN)
        asked = list(site.asked)
    assert run.code == 0, run.said
    stored = articles(bucket)
    assert set(stored) == {HOME + path(number) for number in only.values()}
    via = {article["provenance"]["discovered_via"] for article in stored.values()}
    assert via == {f"backfill:{name}" for name in ("authors", "tags", "topics", "issues", "partners", "vtimes")} | {
        "backfill:partner-feed"
    }
    assert [one for one in asked if one.startswith("/issue/")] == [f"/issue/{n}" for n in range(1, 4 + LISTS_MISSING)]
    assert max(asked.count(address) for address in (*only, "/opinion")) == 1
    assert asked.count("/") <= 2  # once as a list, once to be compared with the site's error page


@pytest.mark.slow
def test_an_ordinary_crawl_asks_for_no_back_fill(bucket: Location, tmp_path: Path) -> None:
    """Without being asked for by name none of these lists is read; one that is asked for by name is read alone."""
    with HostileSite() as site:
        only = archive(site)
        crawl("moscowtimes", bucket, tmp_path, mirror=site.origin, **SPAN)
        assert not {one for one in site.asked if one in only and one != "/plus/vtimes"}
        site.asked.clear()
        run = crawl("moscowtimes", bucket, tmp_path, mirror=site.origin, sources="partner-feed", **SPAN)
        assert run.code == 0, run.said
        assert "/opinion" not in site.asked
        assert set(articles(bucket)) >= {HOME + path(10)}
