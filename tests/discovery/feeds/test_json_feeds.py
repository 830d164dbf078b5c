"""JSON Feeds, versions 1 and 1.1: read as RSS and Atom are, in the same process and under the same limits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import lxml.html
import pytest
import pytest_asyncio

from mtcrawler.discovery.documents import Kind, document, kind_of
from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.discovery.feeds.hubs import HubOffer
from mtcrawler.discovery.front_page.links import feeds_of
from mtcrawler.markup.addresses import Site
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import FEED_ENTRIES

URL = "https://a.example/feed.json"
SITE = Site("https://a.example", frozenset({"a.example"}))
ITEMS = [
    {"id": "1", "url": "/1", "external_url": "https://b.example/x", "date_published": "2026-11-22T10:00:00+03:00"},
    {"id": "https://a.example/2", "content_html": "<rss><item>", "date_modified": "2026-11-23"},
    {"id": "3", "external_url": "https://b.example/y"},
    "no item",
]


def feed(items: object = ITEMS, version: str = "https://jsonfeed.org/version/1.1", **more: object) -> bytes:
    """A JSON Feed of these items."""
    return json.dumps({"title": "A <feed> of ours", "items": items, **more, "version": version}).encode()


@pytest_asyncio.fixture
async def feeds() -> AsyncIterator[FeedReader]:
    """A crawl's reader of feeds."""
    reader = FeedReader(SITE)
    yield reader
    await reader.close()


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf\n"])
async def test_a_json_feed_gives_addresses_with_their_times(feeds: FeedReader, version: str, before: bytes) -> None:
    """Each item gives its own address and its times; what it links to elsewhere, and what is no item, gives none."""
    body = before + feed(version=version)
    assert kind_of(document(body, URL)) is Kind.FEED
    assert await feeds.read(body, URL, "json") == [
        DiscoveredUrl("https://a.example/1", "json", datetime(2026, 11, 22, 7, tzinfo=UTC)),
        DiscoveredUrl("https://a.example/2", "json", None, datetime(2026, 11, 23, tzinfo=UTC)),
    ]


async def test_its_hubs_are_known(feeds: FeedReader) -> None:
    """What it says of WebSub counts as a feed's does; other hubs are none of ours."""
    hubs = [{"type": "rssCloud", "url": "https://c.example/"}, {"type": "WebSub", "url": "https://hub.example/"}, 7]
    await feeds.read(feed(hubs=hubs, feed_url=URL), URL, "json")
    assert feeds.hubs.offers == {URL: HubOffer(URL, ("https://hub.example/",))}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"items": []}', "no JSON Feed"),
        (feed(items={"url": "/1"}), "no JSON Feed"),
        (feed(version="https://example.com/1"), "no JSON Feed"),
        (feed(version="https://example.com/?https://jsonfeed.org/version/1"), "no JSON Feed"),
        (feed()[:-20], "cannot be parsed"),
        (b'{"a":' * 200_000, "cannot be parsed"),
        (b'{"items": [' + b"9" * 100_000 + b"]}", "cannot be parsed"),
    ],
    ids=["unnamed", "no list", "another version", "within another", "cut off", "deep", "a long number"],
)
async def test_what_is_no_json_feed_is_named(feeds: FeedReader, body: bytes, why: str) -> None:
    """Damage and other JSON cost themselves alone and are told; the process goes on."""
    with pytest.raises(DiscoveryError, match=why):
        await feeds.read(body, URL, "json")
    assert len(await feeds.read(feed(), URL, "json")) == 2


async def test_values_of_other_types_are_none(feeds: FeedReader) -> None:
    """Nothing is made of members that are not what they should be, and no more entries than may be are passed on."""
    odd: list[object] = [
        {"url": 1, "id": ["x"], "date_published": {"a": 1}},
        {"url": "/1", "date_published": 5},
        None,
        [],
    ]
    assert await feeds.read(feed(odd, hubs="x", feed_url=9), URL, "json") == [
        DiscoveredUrl("https://a.example/1", "json")
    ]
    many = [{"url": f"/{number}"} for number in range(2 * FEED_ENTRIES)]
    assert len(await feeds.read(feed(many), URL, "json")) == FEED_ENTRIES + 1


@pytest.mark.parametrize("other", ["", "<link rel=alternate type=application/atom+xml href=/atom>"])
def test_a_page_s_json_feed_is_read_where_it_declares_no_other(other: str) -> None:
    """A feed in another form says the same once more."""
    link = "<link rel=alternate type=application/feed+json href=/feed.json>"
    root = lxml.html.document_fromstring(f"<html><head>{link}{other}</head><body></body></html>")
    assert feeds_of(root, "https://a.example/") == ["https://a.example/atom" if other else URL]


@pytest.mark.parametrize(
    ("link", "feeds"),
    [
        ("type='application/feed+json; charset=utf-8' href=/news.json", ["https://a.example/news.json"]),
        (
            "type='Application/JSON;charset=UTF-8' href=/news.json title='Our JSON Feed'",
            ["https://a.example/news.json"],
        ),
        ("type=application/json href=/feed.json", [URL]),
        ("type=application/json href=/wp-json/wp/v2/pages/7 title=JSON", []),
        ("type=application/json href=/feedback.json", []),
        ("type='application/rss+xml; charset=utf-8' href=/rss", ["https://a.example/rss"]),
    ],
)
def test_a_json_feed_is_known_by_whatever_type_it_has(link: str, feeds: list[str]) -> None:
    """Plain JSON is a feed where its title or its address says so; what a type says after it changes nothing."""
    root = lxml.html.document_fromstring(f"<html><head><link rel=alternate {link}></head><body></body></html>")
    assert feeds_of(root, "https://a.example/") == feeds
