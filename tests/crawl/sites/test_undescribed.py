"""Sites that nobody has described: an address is enough to find their articles and to read them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.moody import Moody, Said, moody

PROSE: Final = (
    "The council of the old town has decided to keep the {name} open through the winter, after a debate that went on "
    "past midnight and was followed by more people than the hall has chairs.",
    "Those who live near the {name} had asked for it since the spring; the treasurer had asked for the opposite, and "
    "said that ninety thousand a year would be saved by closing it.",
    "Nobody could say what the repair of the {name} will cost. The engineers will look at it when the ice has gone, "
    "and the council will hear of it in May.",
)
STORIES: Final = {
    f"/news/{name}-stays-open-through-the-winter-{number}": name
    for number, name in enumerate(("ferry", "bridge", "market", "tower"), 48213)
}
MENU: Final = '<nav><a href="/news">News</a> <a href="/about">About</a> <a href="/tag/winter">Winter</a></nav>'


def story(path: str) -> Said:
    """The page of one of the stories."""
    name = STORIES[path]
    told = "".join(f"<p>{text.format(name=name)}</p>" for text in PROSE)
    return Said(
        f"<html lang=en><head><title>The {name} stays open - Courier</title><meta property=og:type content=article>"
        f'<meta property="article:published_time" content="2026-11-20T09:00:00+01:00"></head><body>{MENU}'
        f"<article><h1>The {name} stays open through the winter</h1><p class=byline>By Ines Duval</p>{told}</article>"
        "<footer><p>All rights reserved by the Courier.</p></footer></body></html>"
    )


def a_list() -> Said:
    """A page that leads to the stories."""
    links = "".join(
        f'<li><a href="{path}">The {name} stays open through the winter</a></li>' for path, name in STORIES.items()
    )
    return Said(
        f"<html lang=en><head><title>News - Courier</title></head><body>{MENU}<h1>News</h1><ul>{links}</ul></body>"
    )


SITEMAP: Final = Said(
    "<urlset>"
    + "".join(f"<url><loc>https://courier.example{path}</loc><lastmod>2026-11-20</lastmod></url>" for path in STORIES)
    + "<url><loc>https://courier.example/about</loc></url></urlset>",
    kind="application/xml",
)
FEED: Final = Said(
    "<rss version='2.0'><channel><title>Courier</title>"
    + "".join(f"<item><link>https://courier.example{path}</link></item>" for path in STORIES)
    + "</channel></rss>",
    kind="application/rss+xml",
)
ABOUT: Final = Said(f"<title>About</title>{MENU}<h1>About us</h1><p>The Courier has been there since 1911.</p>")
FRONTS: Final = {
    "sitemap": {
        "/robots.txt": Said("Sitemap: https://courier.example/map.xml", kind="text/plain"),
        "/map.xml": SITEMAP,
    },
    "feed": {"/feed": FEED, "/": Said(f"<title>Courier</title>{MENU}")},
    "list": {"/": a_list()},
}


@pytest.mark.slow
@pytest.mark.parametrize("way", FRONTS)
def test_its_articles_are_found_and_read(way: str, bucket: Location, tmp_path: Path) -> None:
    """By its sitemap, by a feed where feeds usually are, or by its front page: each story is stored, and no list."""
    pages = {
        **FRONTS[way],
        **{path: story(path) for path in STORIES},
        "/about": ABOUT,
        "/tag/winter": a_list(),
        "/news": a_list(),
    }
    with moody(pages) as site:
        run = crawled(site, bucket, tmp_path)
        assert run == 0
        stored = {url.removeprefix(site.origin): one for url, one in articles(bucket).items()}
        assert stored.keys() == STORIES.keys()
        for path, name in STORIES.items():
            assert stored[path]["headline"] == f"The {name} stays open through the winter"
            assert stored[path]["text"] == "\n\n".join(text.format(name=name) for text in PROSE)
        asked = Counter(site.hits)
        assert crawled(site, bucket, tmp_path) == 0
        assert {path: site.hits[path] - asked[path] for path in STORIES} == dict.fromkeys(STORIES, 0)


def test_a_site_that_may_not_be_read_is_told_as_that(bucket: Location, tmp_path: Path) -> None:
    """Where robots.txt forbids everything nothing else is asked for, and the run ends as one that was kept out."""
    with moody({"/robots.txt": Said("User-agent: *\nDisallow: /", kind="text/plain"), "/": a_list()}) as site:
        assert crawled(site, bucket, tmp_path) == ExitCode.BLOCKED
        assert set(site.hits) == {"/robots.txt"}


def crawled(site: Moody, bucket: Location, var: Path) -> int:
    """Crawl it over plain HTTP; the exit code."""
    given = {"site": site.origin, "since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}
    return crawl("news", bucket, var, S_RENDER_MODE="http", **given).code
