"""What comes in the place of a source is told by its name and its cause; it is no list that names nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Response

from mtcrawler.discovery.failures import in_its_place
from mtcrawler.model.reasons import Fate
from mtcrawler.storage.location import Location
from tests.fixtures.moody import HOME, Said, crawled, described_in, moody, story
from tests.fixtures.sites import described

URL = "https://paper.example/news"
SITE = described().site
LINKS = "<ul><li><a href='/archive'>All</a></ul><script>count()</script>"
FORM = "<form><input type=password></form><div class=g-recaptcha></div>"


@pytest.mark.parametrize(
    ("html", "bare", "fate"),
    [
        ("<title>Just a moment...</title><script>window._cf_chl_opt={}</script>", False, Fate.BLOCKED),
        ("<title>Log in</title>" + FORM, True, Fate.LOGIN),
        ("<title>Site under maintenance</title><a href=/>Home</a>", False, Fate.MAINTENANCE),
        ("<title>Page not found</title>", False, Fate.MISSING),
        ("<script>start()</script>", True, Fate.BLOCKED),
        ("", True, Fate.ODD_ANSWER),
        ("", False, None),
        ("<title>News | Paper</title>" + LINKS + FORM, False, None),
        ("<script>more()</script>", False, None),
        ("<title>News</title><p>Nothing has happened today, as far as anybody here knows. Come later.", True, None),
    ],
)  # fmt: skip
def test_what_names_no_article_is_told_from_a_list(html: str, bare: bool, fate: Fate | None) -> None:
    """By its vendor's markup or its title; by forms and scripts only where it links to nothing."""
    found = in_its_place(HtmlResponse(URL, body=html.encode(), encoding="utf-8"), SITE, bare=bare)
    assert (found.fate if found else None) is fate


def test_a_source_that_lies_elsewhere_is_one() -> None:
    """Unless it led to where readers sign in, or to a challenge."""
    feed = Response("https://feeds.example.net/paper", body=b"\x00\x01 not a page")
    assert in_its_place(feed, SITE, bare=True) is None
    led = in_its_place(feed.replace(url="https://login.example.net/"), SITE, bare=True)
    assert led is not None
    assert led.fate is Fate.LOGIN


@pytest.mark.parametrize(
    ("said", "code", "name"),
    [
        (Said("<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"), 12, "blocked"),
        (Said("", kind="application/xml"), 13, "odd answer"),
        (Said("", 302, headers={"Location": "/map.xml"}), 13, "redirect loop"),
    ],
)
def test_a_run_whose_only_source_is_something_else_ends_as_that(
    said: Said, code: int, name: str, bucket: Location, tmp_path: Path
) -> None:
    """Refused is 12 and out of reach 13, noted once."""
    with moody({"/map.xml": said}) as paper:
        run, told = crawled(paper, bucket, tmp_path)
        assert (run.code, told["counts"]["errors"]) == (code, {name: 1}), run.said
        assert told["counts"]["unreadable"] == {"sitemap": 1}
        assert f"sitemap at {paper.origin}/map.xml" in run.last_line


def test_a_sitemap_that_breaks_off_is_no_shorter_one(bucket: Location, tmp_path: Path) -> None:
    """What a sitemap names before it stops is stored, half an address is asked for by nobody, and the run is partial
    until the sitemap comes whole; a month that was cut off is not remembered as read.
    """
    tables = """
[[sources]]
kind = "sitemap"
address = "/index.xml"
months = '(\\d{4})-(\\d{1,2})\\.xml$'
examples = ["/2026-11.xml"]
"""
    month = f"<urlset><url><loc>{HOME}/2026/11/20/ice</loc></url><url><loc>{HOME}/2026/11/20/boat</loc></url></urlset>"
    index = f"<sitemap><loc>{HOME}/2026-11.xml</loc><lastmod>2026-11-20T12:00:00Z</lastmod></sitemap>"
    answers = {
        "/map.xml": Said("<urlset/>", kind="application/xml"),
        "/index.xml": Said(f"<sitemapindex>{index}</sitemapindex>", kind="application/xml"),
        "/2026-11.xml": Said(month[:-30], kind="application/xml"),
        "/2026/11/20/ice": story("ice"),
        "/2026/11/20/boat": story("boat"),
    }
    sites = described_in(tmp_path / "sites", tables=tables)
    with moody(answers) as paper:
        run, told = crawled(paper, bucket, tmp_path / "var", E_MTCRAWLER_SITES=sites)
        assert (run.code, told["counts"]["stored"]["new"]) == (11, 1), run.said
        assert f"1 source could not be read (sitemap:2026-11 at {paper.origin}/2026-11.xml)" in run.last_line
        assert "stops in the middle of its markup" in run.said
        assert {path for path in paper.hits if path.startswith("/2026/")} == {"/2026/11/20/ice"}
        paper.answers["/2026-11.xml"] = Said(month, kind="application/xml")
        run, told = crawled(paper, bucket, tmp_path / "var", E_MTCRAWLER_SITES=sites)
        assert (run.code, told["counts"]["stored"]["new"]) == (0, 1), run.said


def test_sources_are_not_counted_as_pages(bucket: Location, tmp_path: Path) -> None:
    """Beside stored articles a source that is something else is told as a source, with its address; no page is lost."""
    tables = """
[[sources]]
kind = "feed"
address = "/rss"
"""
    challenge = "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"
    sites = described_in(tmp_path / "sites", tables=tables)
    with moody({"/rss": Said(challenge), "/2026/11/20/ice": story("ice")}) as paper:
        paper.lists("/2026/11/20/ice")
        run, told = crawled(paper, bucket, tmp_path / "var", E_MTCRAWLER_SITES=sites)
        assert (run.code, told["counts"]["source_errors"]) == (11, {"blocked": 1}), run.said
        assert "1 source could not be read" in run.last_line
        assert f"{paper.origin}/rss" in run.last_line
        assert "page" not in run.last_line
