"""Sources that have not changed are not sent again, and nothing that they name is lost because of that."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.layout import SOURCES
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, Moody, Said, accounts, crawled, described_in, moody, story

ONE, TWO = "/2026/11/20/ice", "/2026/11/20/fog"
LATER, MUCH_LATER = "2026-11-21T12:00:00+00:00", "2026-11-21T17:00:00+00:00"
LISTS = """
[[sources]]
kind = "list"
address = "/news"
first = 2
"""
XML = "application/xml"


def tagged(body: str, kind: str = XML) -> Said:
    """An answer with an ETag of its own."""
    return Said(body, kind=kind, headers={"ETag": f'"{sha256(body.encode()).hexdigest()[:8]}"'})


def sitemap(*paths: str) -> Said:
    """A sitemap that names these addresses."""
    return tagged(f"<urlset>{''.join(f'<url><loc>{HOME}{path}</loc></url>' for path in paths)}</urlset>")


def listing(*paths: str) -> Said:
    """A page that links to these."""
    return tagged("".join(f"<a href='{path}'>A story</a>" for path in paths), "text/html")


def read_whole(paper: Moody, path: str = "/map.xml") -> int:
    """How often a source was sent."""
    return paper.hits[path] - paper.unchanged[path]


@pytest.mark.slow
def test_a_source_that_has_not_changed_is_not_sent_again(bucket: Location, tmp_path: Path) -> None:
    """It is asked for by its validators, the account stays true, drift sees what it lists, and what is new is found."""
    with moody({ONE: story("ice"), "/map.xml": sitemap(ONE)}) as paper:
        crawled(paper, bucket, tmp_path)
        run, told = crawled(paper, bucket, tmp_path)
        assert (run.code, paper.unchanged["/map.xml"], paper.hits[ONE]) == (0, 1, 1), run.said
        assert told["counts"]["sources_unchanged"] == {"sitemap": 1}
        assert told["profile"]["listed"] == {"sitemap": 1}
        assert accounts(told) == {}
        assert "the sources are as they were" in run.last_line
        paper.answers |= {TWO: story("fog"), "/map.xml": sitemap(TWO, ONE)}
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"new": 1, "not due": 1}
        _, told = crawled(paper, bucket, tmp_path)
        assert (accounts(told), paper.unchanged["/map.xml"]) == ({}, 2)


@pytest.mark.slow
@pytest.mark.parametrize("failing", [Said("No.", 500), Said("<h1>Sign in</h1>", 403)])
def test_what_failed_is_named_again(bucket: Location, tmp_path: Path, failing: Said) -> None:
    """A source of which any article was not stored is read whole, however often it says that it has not changed."""
    with moody({ONE: story("ice"), TWO: failing, "/map.xml": sitemap(ONE, TWO)}) as paper:
        for _ in range(2):
            crawled(paper, bucket, tmp_path, S_RETRY_TIMES="0")
        assert (paper.unchanged["/map.xml"], paper.hits[TWO]) == (0, 2)
        paper.answers[TWO] = story("fog")
        crawled(paper, bucket, tmp_path)
        assert len(articles(bucket)) == 2


@pytest.mark.slow
def test_what_had_no_article_is_looked_at_when_it_is_due(bucket: Location, tmp_path: Path) -> None:
    """A page that was missing and one that was no article are asked for again, though their source has not changed."""
    empty = Said("<html><body><p>Soon.</p></body></html>")
    with moody({ONE: story("ice"), "/story/frost": empty, "/map.xml": sitemap(ONE, TWO, "/story/frost")}) as paper:
        crawled(paper, bucket, tmp_path)
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"not due": 2}
        paper.answers |= {TWO: story("fog"), "/story/frost": story("frost")}
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_NOW=LATER)
        assert (accounts(told)["new"], paper.unchanged["/map.xml"]) == (2, 2)
        assert len(articles(bucket)) == 3


@pytest.mark.slow
def test_stored_articles_are_rechecked_though_no_source_has_news(bucket: Location, tmp_path: Path) -> None:
    """What is due by its age is asked for on a site whose sources have not changed."""
    with moody({ONE: story("ice", day="2026-11-21"), "/map.xml": sitemap(ONE)}) as paper:
        crawled(paper, bucket, tmp_path)
        paper.answers[ONE] = story("ice", day="2026-11-21", more="<p>It thaws from the south.</p>")
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_NOW=LATER)
        assert (accounts(told), told["counts"]["found"]) == ({"revised": 1}, {"recheck": 1})


@pytest.mark.slow
def test_a_run_that_may_see_other_things_reads_every_source(bucket: Location, tmp_path: Path) -> None:
    """All is sent where everything is asked for again, more than before, or by another definition; and after hours."""
    other = described_in(tmp_path / "other", tables="[[articles]]\nmatch = '/note/[^/]+'\nexamples = [\"/note/ice\"]\n")
    asked: tuple[dict[str, Any], ...] = (
        {"limit": "5"},
        {"S_RECHECK": "0"},
        {"until": "2026-11-21"},
        {"E_MTCRAWLER_NOW": MUCH_LATER},
        {"since": "2026-10-01"},
        {"force": "1", "since": "2026-10-01"},
        {"E_MTCRAWLER_SITES": other},
    )
    with moody({ONE: story("ice"), "/map.xml": sitemap(ONE)}) as paper:
        crawled(paper, bucket, tmp_path)
        for number, one in enumerate(asked):
            run, _ = crawled(paper, bucket, tmp_path, **one)
            assert (run.code, read_whole(paper)) == (0, number + 2), (one, run.said)


@pytest.mark.slow
def test_a_failure_in_a_later_part_is_its_whole_lists(bucket: Location, tmp_path: Path) -> None:
    """A list whose first part has not changed is read on where an article that a later part names was not stored."""
    sites = described_in(tmp_path / "sites", tables=LISTS)
    given = {"E_MTCRAWLER_SITES": sites, "sources": "list", "S_RETRY_TIMES": "0"}
    pages = {"/news": listing(ONE), "/news/2": listing(TWO), ONE: story("ice"), TWO: Said("No.", 500)}
    with moody(pages) as paper:
        for _ in range(2):
            crawled(paper, bucket, tmp_path, **given)
        assert (read_whole(paper, "/news"), paper.hits[TWO]) == (2, 2)
        paper.answers[TWO] = story("fog")
        crawled(paper, bucket, tmp_path, **given)
        assert len(articles(bucket)) == 2
        before = paper.hits["/news/2"]
        _, told = crawled(paper, bucket, tmp_path, **given)
        assert (paper.unchanged["/news"], paper.hits["/news/2"]) == (1, before)
        assert told["counts"]["sources_unchanged"] == {"section:news": 1}


@pytest.mark.slow
def test_a_list_of_sitemaps_is_read_though_it_has_not_changed(bucket: Location, tmp_path: Path) -> None:
    """An index says nothing of the sitemaps that it names: these are asked themselves."""
    index = tagged(f"<sitemapindex><sitemap><loc>{HOME}/part.xml</loc></sitemap></sitemapindex>")
    with moody({"/map.xml": index, "/part.xml": sitemap(ONE), ONE: story("ice"), TWO: story("fog")}) as paper:
        for _ in range(2):
            crawled(paper, bucket, tmp_path)
        assert (paper.unchanged["/map.xml"], paper.unchanged["/part.xml"]) == (0, 1)
        paper.answers["/part.xml"] = sitemap(ONE, TWO)
        crawled(paper, bucket, tmp_path)
        assert len(articles(bucket)) == 2


@pytest.mark.slow
def test_a_note_that_cannot_be_read_costs_one_reading(bucket: Location, tmp_path: Path) -> None:
    """A damaged note on sources is named, set aside and written anew."""
    with moody({ONE: story("ice"), "/map.xml": sitemap(ONE)}) as paper:
        crawled(paper, bucket, tmp_path)
        client = Client(bucket)
        (key,) = client.keys(SOURCES)
        client.put(key, b'{"read_by": 5}')
        client.close()
        for code in (11, 0):
            run, _ = crawled(paper, bucket, tmp_path)
            assert (run.code, read_whole(paper)) == (code, 2), run.said
