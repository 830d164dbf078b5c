"""The posts that WordPress names to programs: asked for where they reach further, obeyed where they are forbidden."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mtcrawler.discovery.posts import _moment
from mtcrawler.storage.location import Location
from tests.crawl.sites.test_undescribed import ABOUT, MENU, STORIES, a_list, story
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.moody import Moody, Said, described_in, manifests, moody
from tests.fixtures.moody import crawled as crawled_paper
from tests.fixtures.moody import story as paper_story

LINK = "<link rel='https://api.w.org/' href='/wp-json/'>"
FRONT = Said(f"<html lang=en><head><title>Courier</title>{LINK}</head><body>{MENU}</body></html>")
PAGES = {**{path: story(path) for path in STORIES}, "/": FRONT, "/news": FRONT, "/about": ABOUT, "/tag/winter": FRONT}
ASKED = "/wp-json/wp/v2/posts?per_page=100&orderby=date&order=desc&_fields=link%2Cdate_gmt%2Cmodified_gmt&page={}"
AFTER = "&after=2026-10-31T00%3A00%3A00"


def posts(*paths: str, parts: str = "", day: str = "2026-11-20") -> Said:
    """One part of the posts, which names these; `parts` is how many there are."""
    told = [{"link": path, "date_gmt": f"{day}T08:00:00", "modified_gmt": f"{day}T09:00:00"} for path in paths]
    return Said(json.dumps(told), kind="application/json", headers={"X-WP-TotalPages": parts} if parts else {})


def feed(*days: str) -> Said:
    """A feed that names a story of each of these days."""
    items = "".join(
        f"<item><link>https://courier.example{path}</link><pubDate>{day} 09:00:00 +0000</pubDate></item>"
        for path, day in zip(STORIES, days, strict=False)
    )
    return Said(
        f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>", kind="application/rss+xml"
    )


def crawled(site: Moody, bucket: Location, var: Path, **more: str) -> dict[str, Any]:
    """The record of a crawl over plain HTTP of the site as an unknown one."""
    given = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00", **more}
    run = crawl("news", bucket, var, S_RENDER_MODE="http", **given)
    assert run.code == 0, run.said
    (told,) = manifests(bucket).values()
    return told


def asked(site: Moody) -> list[str]:
    """What was asked of the interface."""
    return [path for path in site.hits if path.startswith("/wp-json")]


def stored(bucket: Location) -> set[str]:
    """The paths of the stored articles."""
    return {urlsplit(url).path for url in articles(bucket)}


def test_a_mark_before_the_posts_is_no_part_of_them(bucket: Location, tmp_path: Path) -> None:
    """Many plugins send a byte order mark before all that WordPress says; the posts are read all the same."""
    one = next(iter(STORIES))
    part = posts(one, parts="1")
    marked = Said(f"\ufeff{part.body!s}", kind=part.kind, headers=part.headers)
    with moody({**PAGES, ASKED.format(1) + AFTER: marked}) as site:
        crawled(site, bucket, tmp_path)
        assert one in stored(bucket)


def test_an_unknown_site_is_asked_for_its_posts_where_nothing_reaches_as_far(bucket: Location, tmp_path: Path) -> None:
    """A front page that names the interface, and no source that goes back to the first day: all parts are read."""
    one, two, *_ = STORIES
    older = "/news/older-than-all-that-is-asked-for-48212"
    parts = {
        ASKED.format(1) + AFTER: posts(one, two, parts="2"),
        ASKED.format(2) + AFTER: posts(older, day="2026-10-30", parts="2"),
    }
    with moody({**PAGES, "/feed": feed("Fri, 20 Nov 2026"), **parts}) as site:
        crawled(site, bucket, tmp_path)
        assert asked(site) == list(parts)
        assert {one, two} <= stored(bucket)
        assert older not in site.hits


def test_a_site_whose_feed_reaches_back_is_not_asked(bucket: Location, tmp_path: Path) -> None:
    """A usual visit, whose days a feed covers, costs no request more."""
    with moody({**PAGES, "/feed": feed("Fri, 20 Nov 2026", "Fri, 30 Oct 2026")}) as site:
        crawled(site, bucket, tmp_path)
        assert asked(site) == []


@pytest.mark.parametrize(
    "more",
    [
        {"/robots.txt": Said("User-agent: *\nDisallow: /wp-json/", kind="text/plain")},
        {ASKED.format(1) + AFTER: Said('{"code":"rest_forbidden"}', 401, kind="application/json")},
        {},
    ],
)
def test_posts_that_are_not_for_us_are_no_failure(more: dict[str, Said], bucket: Location, tmp_path: Path) -> None:
    """What robots.txt forbids is not asked for; what is refused or missing is left, and the run is whole."""
    with moody({**PAGES, "/": Said(f"{LINK}{a_list().body!s}"), **more}) as site:
        crawled(site, bucket, tmp_path)
        assert len(asked(site)) == ("/robots.txt" not in more)
        assert stored(bucket) == STORIES.keys()


@pytest.mark.parametrize(
    ("answer", "why"),
    [(Said("{", kind="application/json"), "no JSON"), (Said('{"a": 1}', kind="application/json"), "no list of posts")],
)
def test_posts_that_cannot_be_read_are_told(answer: Said, why: str, bucket: Location, tmp_path: Path) -> None:
    """An answer that is no list of posts makes the run partial, by name; the other sources are read."""
    with moody({**PAGES, "/": Said(f"{LINK}{a_list().body!s}"), ASKED.format(1) + AFTER: answer}) as site:
        given = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}
        run = crawl("news", bucket, tmp_path, S_RENDER_MODE="http", **given)
        assert (run.code, why in run.said) == (11, True), run.said
        assert stored(bucket) == STORIES.keys()


def full(*paths: str, links: str = "/wiki/{}", **more: str) -> Said:
    """One part as long as a part can be: these stories, and entries whose links are no article's, or none at all."""
    told = json.loads(str(posts(*paths).body))
    rest = [{"link": links.format(number)} if links else {"slug": str(number)} for number in range(100 - len(paths))]
    return Said(json.dumps([*told, *rest]), kind="application/json", headers=more)


@pytest.mark.parametrize("headers", [{}, {"X-WP-TotalPages": "some"}])
def test_posts_are_read_on_where_nothing_says_how_many_there_are(
    headers: dict[str, str], bucket: Location, tmp_path: Path
) -> None:
    """Without a number of parts a full one is followed by the next, and the first shorter one is the last."""
    one, two, *_ = STORIES
    parts = {ASKED.format(1) + AFTER: full(one, **headers), ASKED.format(2) + AFTER: posts(two)}
    with moody({**PAGES, **parts}) as site:
        crawled(site, bucket, tmp_path)
        assert asked(site) == list(parts)
    assert {one, two} <= stored(bucket)


@pytest.mark.parametrize("last", ["again", 400, 404])
def test_posts_without_a_number_of_parts_have_an_end(last: str | int, bucket: Location, tmp_path: Path) -> None:
    """A part that repeats what came before, or that is not there, ends them, and the run is whole."""
    one, *_ = STORIES
    first = full(one)
    second = Said("{}", last, kind="application/json") if isinstance(last, int) else first
    with moody({**PAGES, ASKED.format(1) + AFTER: first, ASKED.format(2) + AFTER: second}) as site:
        crawled(site, bucket, tmp_path)
        assert len(asked(site)) == 2


@pytest.mark.parametrize("second", ["again", "without links"])
def test_posts_that_end_before_their_last_part_are_told(second: str, bucket: Location, tmp_path: Path) -> None:
    """A part that repeats another, though there are more, makes the run partial; so does one without any link, and the
    parts after that are read.
    """
    one, two, *_ = STORIES
    first, total = full(one, **{"X-WP-TotalPages": "3"}), {"X-WP-TotalPages": "3"}
    between = first if second == "again" else full(links="", **total)
    parts = {1: first, 2: between, 3: posts(two, parts="3")}
    with moody({**PAGES, **{ASKED.format(number) + AFTER: said for number, said in parts.items()}}) as site:
        given = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}
        run = crawl("news", bucket, tmp_path, S_RENDER_MODE="http", **given)
        assert (run.code, f"wordpress at {site.origin}/wp-json" in run.last_line) == (11, True), run.said
        assert len(asked(site)) == (2 if second == "again" else 3)
    assert (two in stored(bucket)) == (second != "again")


def test_posts_without_a_link_are_told(bucket: Location, tmp_path: Path) -> None:
    """Entries that name no address are told with their number, and those beside them are read."""
    one, *_ = STORIES
    with moody({**PAGES, ASKED.format(1) + AFTER: full(one, links="", **{"X-WP-TotalPages": "1"})}) as site:
        given = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}
        run = crawl("news", bucket, tmp_path, S_RENDER_MODE="http", **given)
    assert (run.code, "99 of its 100 entries have no link" in run.said) == (0, True), run.said
    assert one in stored(bucket)


@pytest.mark.parametrize("sources", ["wordpress", "sitemap,wordpress"])
def test_posts_alone_may_be_asked_for(sources: str, bucket: Location, tmp_path: Path) -> None:
    """The front page, which names the interface, is asked for also where neither feeds nor lists are."""
    one, *_ = STORIES
    with moody({**PAGES, ASKED.format(1) + AFTER: posts(one)}) as site:
        crawled(site, bucket, tmp_path, sources=sources)
        assert asked(site) == [ASKED.format(1) + AFTER]
        assert "/news" not in site.hits
    assert stored(bucket) == {one}


@pytest.mark.parametrize(
    ("said", "hour"), [("2026-11-20T08:00:00", 8), ("2026-11-20T08:00:00+05:00", 3), ("2026-11-20T08:00:00Z", 8)]
)
def test_an_offset_that_a_post_states_holds(said: str, hour: int) -> None:
    """A time is in UTC unless it says otherwise."""
    at = _moment(said)
    assert at is not None
    assert at.astimezone(UTC) == datetime(2026, 11, 20, hour, tzinfo=UTC)


def test_a_definition_names_the_posts_as_a_source(bucket: Location, tmp_path: Path) -> None:
    """A source of kind "wordpress" is read like any source, with the exact times that it states."""
    tables = '[[sources]]\nkind = "wordpress"\n'
    answer = posts("/story/ice", "/story/frost", "/about")
    pages = {f"/story/{name}": paper_story(name) for name in ("ice", "frost")}
    with moody({**pages, ASKED.format(1) + AFTER: answer}) as paper:
        paper.lists()
        run, _ = crawled_paper(
            paper, bucket, tmp_path, E_MTCRAWLER_SITES=described_in(tmp_path / "sites", tables=tables)
        )
        assert run.code == 0, run.said
        assert stored(bucket) == pages.keys()
        assert {one["provenance"]["discovered_via"] for one in articles(bucket).values()} == {"wordpress"}
