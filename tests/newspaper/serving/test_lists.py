"""The site's lists: sections and their fragments, tags, sitemaps and feeds, on good days and bad ones."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from parsel import Selector

from tests.newspaper.addresses import publisher, story_path
from tests.newspaper.serving.asking import articles, get, html
from tests.newspaper.serving.faults import Faults, well_formed
from tests.newspaper.stories import edition

SITEMAP_NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_sections_page_by_offset() -> None:
    """A section shows 19, then 18 from 19 on, until a fragment is empty, and so lists all its stories once."""
    found = articles(html("/news"))
    assert len(found) == 19
    assert html("/news").css("[y-use=More]::attr(data-start)").get() == "19"
    offset = 19
    while more := get(f"/news/{offset}").body.decode().strip():
        assert "<html" not in more
        found += articles(Selector(more))
        offset += 18
    assert found == [publisher("en").story(story) for story in edition("en") if story.regular and "news" in story.flags]


@pytest.mark.parametrize("path", ["/videos", "/galleries", "/tag/economy"])
def test_types_and_tags_page_by_twenty(path: str) -> None:
    """Videos, galleries and tags show twenty at a time."""
    assert len(articles(html(path))) == 20
    assert 1 <= len(articles(Selector(get(f"{path}/20").body.decode()))) <= 20


@pytest.mark.parametrize("path", ["/", "/opinion", "/features", "/in-depth", "/lectures", "/ru", "/podcasts"])
def test_list_pages_link_to_stories(path: str) -> None:
    """Every list links to canonical addresses; an unknown list is a 404."""
    if path == "/ru":
        assert get(path).status == 404
    else:
        links = html(path).css("a::attr(href)").getall()
        assert {publisher("en").story(story) for story in edition("en")} & set(links)


def test_sitemaps_name_what_was_not_paid_for() -> None:
    """The index on the static host leads to unpadded months which name every story but paid and archived ones."""
    assert "Sitemap: https://static.themoscowtimes.com/sitemap/sitemap.xml" in get("/robots.txt").body.decode()
    index = ElementTree.fromstring(get("/sitemap/sitemap.xml").body)
    months = [place.text or "" for place in index.findall("s:sitemap/s:loc", SITEMAP_NS)]
    assert "https://static.themoscowtimes.com/sitemap/2026-9.xml" in months
    assert len(index.findall("s:sitemap/s:lastmod", SITEMAP_NS)) == len(months)
    found = [
        place.text
        for month in months
        for place in ElementTree.fromstring(get(month.removeprefix("https://static.themoscowtimes.com")).body).iter(
            f"{{{SITEMAP_NS['s']}}}loc"
        )
    ]
    regular = [story for story in edition("en") if story.regular and story.kind != "sponsored"]
    assert found == [publisher("en").story(story) for story in regular]


def test_feeds() -> None:
    """Feeds hold at most fifty items, many descriptions are blank, one has bodies, and one is not well-formed."""
    for name in ("news", "opinion", "city", "meanwhile", "podcasts", "in-depth", "arts-and-life"):
        items = ElementTree.fromstring(get(f"/rss/{name}").body).findall("channel/item")
        assert 1 <= len(items) <= 50
        assert all(item.findtext("guid") == item.findtext("link") for item in items)
    news = ElementTree.fromstring(get("/rss/news").body).findall("channel/item")
    assert len(news) == 50
    assert any(not (item.findtext("description") or "").strip() for item in news)
    assert "<p>" in (ElementTree.fromstring(get("/rss/all").body).findtext("channel/item/description") or "")
    yandex = get("/rss/yandex-news").body
    assert b'encoding="windows-1251"' in yandex
    assert not well_formed(yandex)
    assert get("/rss/nothing").status == 404


def test_bad_days() -> None:
    """A newspaper can forbid, list nothing, or cut its documents short, and still answer robots.txt."""
    path = story_path(edition("en")[0])
    forbidden, empty, malformed = Faults(forbid=True), Faults(empty=True), Faults(malformed=True)
    assert get(path, faults=forbidden).status == 403
    assert get("/robots.txt", faults=forbidden).status == 200
    assert not articles(Selector(get("/news", faults=empty).body.decode()))
    assert b"<loc>" not in get("/sitemap/sitemap.xml", faults=empty).body
    assert b"<item>" not in get("/rss/all", faults=empty).body
    for document in ("/sitemap/sitemap.xml", "/sitemap/2026-11.xml", "/rss/news"):
        assert well_formed(get(document).body)
        assert not well_formed(get(document, faults=malformed).body)
