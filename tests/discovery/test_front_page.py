"""A front page, a section or a usual sitemap that does not come is told; what is only guessed may be missing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.crawl.sites.test_undescribed import ABOUT, MENU, SITEMAP, STORIES, a_list, story
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.moody import Moody, Said, moody

CHALLENGE = Said("<title>Just a moment...</title><h1>Just a moment...</h1><script>window._cf_chl_opt={}</script>")
FIRST = next(iter(STORIES))
OF_ONE = Said(f"<urlset><url><loc>https://courier.example{FIRST}</loc></url></urlset>", kind="application/xml")
PAGES = {**{path: story(path) for path in STORIES}, "/about": ABOUT, "/tag/winter": a_list(), "/news": a_list()}


def crawled(site: Moody, bucket: Location, var: Path) -> Run:
    """A crawl of it over plain HTTP."""
    given = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}
    return crawl("news", bucket, var, S_RENDER_MODE="http", S_RETRY_TIMES="0", **given)


@pytest.mark.parametrize(
    ("front", "why"),
    [
        (CHALLENGE, "blocked"),
        (Said(""), "an empty body"),
        (Said(b"%PDF-1.7\n\x00\x01\x02\xff", kind="application/pdf"), "it is no page"),
    ],
)
def test_a_front_page_that_is_something_else_makes_the_run_partial(
    front: Said, why: str, bucket: Location, tmp_path: Path
) -> None:
    """What came in its place is told by name, and its sitemap is read all the same."""
    with moody({**PAGES, "/": front, "/sitemap.xml": OF_ONE}) as site:
        run = crawled(site, bucket, tmp_path)
        assert run.code == 11, run.said
        assert f"section:home at {site.origin}/" in run.last_line
        assert why in run.said
    assert len(articles(bucket)) == 1


def test_a_section_that_is_a_challenge_is_told_and_one_that_is_no_list_is_not(bucket: Location, tmp_path: Path) -> None:
    """The menu may lead to where readers sign in and to a file: neither is a list that is missing."""
    login = "<title>Log in</title><form><input type=password></form>"
    menu = f"{MENU}<nav><a href=/members>Log in</a> <a href=/rates>Rates</a></nav>"
    more = {"/members": Said(login), "/rates": Said(b"%PDF-1.7\n\x00\x01\x02\xff", kind="application/pdf")}
    front = Said(f"<title>Courier</title>{menu}{a_list().body!s}")
    with moody({**PAGES, **more, "/": front}) as site:
        run = crawled(site, bucket, tmp_path / "one")
        assert run.code == 0, run.said
        assert {"/members", "/rates"} <= site.hits.keys()
        site.answers["/news"] = CHALLENGE
        run = crawled(site, bucket, tmp_path / "two")
        assert (run.code, f"section:news at {site.origin}/news" in run.last_line) == (11, True), run.said


def test_a_section_that_robots_txt_forbids_is_no_source_that_failed(bucket: Location, tmp_path: Path) -> None:
    """The menu may lead to where no crawler is wanted: that is not asked for, is counted, and the run is whole."""
    front = Said(f"<title>Courier</title>{MENU}<nav><a href=/gifts?utm=menu>Gifts</a></nav>{a_list().body!s}")
    rules = Said("User-agent: *\nDisallow: *?utm", kind="text/plain")
    with moody({**PAGES, "/": front, "/gifts?utm=menu": a_list(), "/robots.txt": rules}) as site:
        run = crawled(site, bucket, tmp_path)
        assert run.code == 0, run.said
        assert "1 by robots.txt" in run.said
        assert site.hits.keys() & {"/gifts", "/gifts?utm=menu"} == set()
    assert articles(bucket)


def test_a_usual_sitemap_that_is_damaged_is_told(bucket: Location, tmp_path: Path) -> None:
    """One that cannot be unpacked is there; half of it is not passed over as a place without one."""
    cut = gzip.compress(str(SITEMAP.body).encode())[:-20]
    with moody({**PAGES, "/": Said(f"<title>Courier</title>{MENU}"), "/sitemap.xml": Said(cut)}) as site:
        run = crawled(site, bucket, tmp_path)
        assert run.code == 11, run.said
        assert f"sitemap at {site.origin}/sitemap.xml" in run.last_line


def test_a_usual_sitemap_that_fails_is_named_in_the_log(bucket: Location, tmp_path: Path) -> None:
    """An error that makes the run partial is in the log with its address; what is not there is not."""
    with moody({**PAGES, "/": a_list(), "/sitemap.xml": Said("", 403)}) as site:
        run = crawled(site, bucket, tmp_path)
        assert run.code == 11, run.said
        assert f"Fetching {site.origin}/sitemap.xml: the site answered 403" in run.said
        assert f"Fetching {site.origin}/sitemap_index.xml" not in run.said
