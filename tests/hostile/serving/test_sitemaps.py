"""Laws of sources that never end: each is read once, as far as the caps go, and what lies beyond is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.model.limits import ADDRESS_CHARS, LIST_PARTS, SITEMAP_LEVELS, SITEMAPS_IN_VAIN, Cut
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import Run, crawl
from tests.hostile.canary import HostileSite

DAY = "2026/11/22"
GIVEN = {"since": "2026-11-20", "E_MTCRAWLER_NOW": "2026-11-22T12:00:00+00:00", "limit": "1"}


class Endless(dict[str, str]):
    """Pages of which some make themselves up when they are asked for."""

    def get(self, path: str, default: Any = None) -> Any:
        """The page at a path."""
        return self[path] if path in self else self.made(path)

    def made(self, path: str) -> str:
        """A page that nobody wrote; empty where there is none."""
        return ""


class Lists(Endless):
    """Section lists of which every part names an article that no other names; links to endless further lists."""

    def made(self, path: str) -> str:
        """The part of a list."""
        number = path.strip("/").replace("/", "-")
        campaigns = "".join(f'<a href="/plus/{number}-{each}">x</a>' for each in range(20))
        return f'<div class="article-excerpt-default"><a href="/{DAY}/a-boat-a9{number}">x</a></div>{campaigns}'


class Alike(Lists):
    """Section lists of which every part is the same."""

    def made(self, path: str) -> str:
        """That part."""
        return super().made("/news/19")


class Indexes(Endless):
    """Sitemap indexes each of which names fifty that no other names."""

    def made(self, path: str) -> str:
        """An index."""
        return index(*(f"{path.removesuffix('.xml')}-{each}.xml" for each in range(50))) if "sitemap" in path else ""


class Redirects(Endless):
    """A sitemap index, a hundred sitemaps that all lead to it, each with a query string of its own."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    def made(self, path: str) -> str:
        """The index, or the way to it."""
        if path.startswith("/again"):
            return f"{self._origin}/sitemap.xml"
        return index(*(f"/again?{each}" for each in range(100))) if "sitemap" in path else ""


def index(*addresses: str) -> str:
    """A sitemap index that names these."""
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{each}</loc></sitemap>" for each in addresses) + "</sitemapindex>"


def asked(site: HostileSite, beginning: str) -> list[str]:
    """The paths with this beginning that were asked for."""
    return [path for path in site.asked if path.startswith(beginning)]


def cut(bucket: Location) -> dict[str, int]:
    """What the manifest of the only run says was not read."""
    client = Client(bucket)
    try:
        (key,) = [key for key in client.keys("runs/") if key.endswith("manifest.json")]
        stored = client.get(key)
    finally:
        client.close()
    assert stored is not None
    found: dict[str, int] = json.loads(stored.body)["counts"]["cut"]
    return found


def told(run: Run, *cuts: Cut) -> bool:
    """Whether the run ended as one that did not read everything, and names these caps in its last line."""
    return run.code != 0 and "Traceback" not in run.said and all(str(each) in run.last_line for each in cuts)


def test_an_index_that_names_itself_is_read_once(bucket: Location, tmp_path: Path) -> None:
    """A sitemap index that names itself fifty times, in several spellings, is asked for once."""
    with HostileSite() as site:
        site.pages["/robots.txt"] = "Sitemap: /sitemap.xml\n" * 50
        spellings = ("/sitemap.xml", "sitemap.xml#a", f"{site.origin}/sitemap.xml", "/sitemap.xml/", "/./sitemap.xml")
        site.pages["/sitemap.xml"] = index(*spellings * 10)
        crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="sitemap", **GIVEN)
        assert asked(site, "/sitemap.xml") == ["/sitemap.xml"]
    assert cut(bucket) == {}


@pytest.mark.slow
def test_indexes_within_indexes_end(bucket: Location, tmp_path: Path) -> None:
    """Indexes that each name fifty others are read as many levels down as the cap says, and no more of them either."""
    with HostileSite() as site:
        site.pages = Indexes()
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="sitemap", **GIVEN)
        paths = asked(site, "/sitemap")
    assert max(path.count("-") for path in paths) == SITEMAP_LEVELS - 1
    assert SITEMAPS_IN_VAIN <= len(paths) < SITEMAPS_IN_VAIN + 50
    assert cut(bucket).keys() == {Cut.LEVELS, Cut.BARREN}
    assert told(run, Cut.LEVELS, Cut.BARREN)


def test_what_redirects_to_one_sitemap_does_not_read_it_again(bucket: Location, tmp_path: Path) -> None:
    """A hundred addresses that lead to the index they are named by are each asked for once, and it is read once."""
    with HostileSite() as site:
        site.pages = Redirects(site.origin)
        crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="sitemap", **GIVEN)
        assert len(asked(site, "/again")) == 100
        assert len(site.asked) < 300


@pytest.mark.slow
def test_lists_that_never_end_are_left(bucket: Location, tmp_path: Path) -> None:
    """A list whose every part names something new is followed as far as the cap says, and that is told."""
    with HostileSite() as site:
        site.pages = Lists()
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="sections", sections="news", **GIVEN)
        assert len(asked(site, "/news")) == LIST_PARTS + 1
    assert cut(bucket) == {Cut.PARTS: 1}
    assert told(run, Cut.PARTS)


def test_a_list_whose_parts_are_all_alike_ends(bucket: Location, tmp_path: Path) -> None:
    """A site that answers every part of a list with the first one is asked for two."""
    with HostileSite() as site:
        site.pages = Alike()
        crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="sections", sections="news", **GIVEN)
        assert len(asked(site, "/news")) == 2


def test_what_is_not_the_sites_own_may_be_long(bucket: Location, tmp_path: Path) -> None:
    """Pictures in data addresses and advertisements' links over 8 KiB leave nothing unread: the run is complete."""
    long = "A" * ADDRESS_CHARS
    with HostileSite() as site:
        data, ad = f"data:image/png;base64,{long}", f"https://ads.example/?{long}"
        site.pages["/"] = f'<a download href="{data}">a chart</a><a href="{ad}">x</a>'
        site.pages["/rss/all"] = f"<rss><channel><item><link>{ad}</link></item></channel></rss>"
        site.pages["/sitemap.xml"] = f"<urlset><url><loc>{ad}</loc></url></urlset>"
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, **GIVEN)
    assert cut(bucket) == {}
    assert str(Cut.ADDRESS) not in run.said


def test_an_address_that_is_too_long_is_told(bucket: Location, tmp_path: Path) -> None:
    """An article, a sitemap and a list's link whose addresses are over 8 KiB are counted, and none is asked for."""
    long = "a" * ADDRESS_CHARS
    with HostileSite() as site:
        site.pages["/robots.txt"] = f"Sitemap: /sitemap.xml\nSitemap: /{long}.xml\n"
        urls = f"<urlset><url><loc>/{DAY}/{long}-a1</loc></url></urlset>"
        site.pages["/sitemap.xml"] = index("/own.xml", f"/{long}")
        site.pages["/own.xml"] = urls
        site.pages["/rss/all"] = f"<rss><channel><item><link>/{DAY}/{long}-a2</link></item></channel></rss>"
        site.pages["/"] = f'<a href="/{DAY}/{long}-a3">x</a>'
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, **GIVEN)
        assert not [path for path in site.asked if long in path]
    assert cut(bucket) == {Cut.ADDRESS: 5}
    assert told(run, Cut.ADDRESS), run.said
