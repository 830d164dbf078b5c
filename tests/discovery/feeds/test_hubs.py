"""Laws of hubs: what a feed, a page or a header names is known to the letter, and nothing that cannot be asked for."""

from __future__ import annotations

import time

import pytest
from lxml.html import fromstring

from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.discovery.feeds.hubs import HUBS, LONGEST, MOST, HubOffer, Hubs, links_in
from mtcrawler.markup.addresses import Site

SITE = Site("https://a.example", frozenset({"a.example"}))
URL = "https://a.example/rss"
HUB = "https://hub.example/"
ITEM = "<item><link>https://a.example/1</link></item>"
RSS = f'<rss xmlns:a="http://www.w3.org/2005/Atom"><channel>{{}}{ITEM}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}<entry><link href="https://a.example/1"/></entry></feed>'


async def offered(document: str, *headers: bytes) -> HubOffer | None:
    """What a feed with these Link headers offers."""
    feeds = FeedReader(SITE)
    try:
        await feeds.read(document.encode(), URL, "rss", links=headers)
    finally:
        await feeds.close()
    return feeds.hubs.offers[URL]


async def test_feeds_name_their_hubs() -> None:
    """RSS and Atom name hubs and topic by links; both are known as they are written, and a relative topic whole."""
    links = '<a:link rel="hub" href="https://hub.example/"/><a:link rel="self" href="https://a.example/RSS?x=%7e"/>'
    assert await offered(RSS.format(links)) == HubOffer("https://a.example/RSS?x=%7e", (HUB,))
    links = '<link rel="HUB" href="https://hub.example/"/><link rel="hub" href="/own"/><link rel="self" href="/atom"/>'
    assert await offered(ATOM.format(links)) == HubOffer("https://a.example/atom", (HUB, "https://a.example/own"))


async def test_headers_come_first() -> None:
    """What Link headers say is preferred to the document; several in one line, in any order of parameters, are read."""
    said = b'<https://b.example/>; title="a, b"; rel=hub, <https://a.example/t>; REL="self alternate"', b"nonsense"
    links = '<a:link rel="hub" href="https://hub.example/"/><a:link rel="self" href="https://a.example/rss"/>'
    assert await offered(RSS.format(links), *said) == HubOffer("https://a.example/t", ("https://b.example/", HUB))


def test_a_page_names_its_hub() -> None:
    """The link elements of a page say the same as those of a feed."""
    hubs = Hubs(SITE)
    page = "<html><head><link rel=hub href='https://hub.example/'><link rel=self href='/'><link></head></html>"
    hubs.read("https://a.example/", (), links_in(fromstring(page)))
    assert hubs.offers == {"https://a.example/": HubOffer("https://a.example/", (HUB,))}


@pytest.mark.parametrize(
    ("topic", "hub"),
    [
        ("https://other.example/rss", HUB),
        ("", HUB),
        ("https://a.example/rss", ""),
        ("https://a.example/rss", "ftp://hub.example/"),
        ("https://a.example/rss", "javascript:x"),
        ("https://a.example/rss", "https://user:word@hub.example/"),
        ("https://a.example/rss", "https://[hub/"),
        ("https://a.example/rss", "https://hub.example:99999/"),
        ("https://a.example/rss", f"https://hub.example/{'x' * LONGEST}"),
        (f"https://a.example/{'ж' * (LONGEST // 2)}", HUB),
        ("https://a.example/\x00", HUB),
        ("https://a.example/\ud800", HUB),
        ("https://a.example/a b", HUB),
    ],
)
def test_what_cannot_be_asked_for_is_no_offer(topic: str, hub: str) -> None:
    """A topic of somebody else, and addresses that are none, too long, of another scheme or with a name in them, make
    no offer; that the source was read is known.
    """
    hubs = Hubs(SITE)
    hubs.read(URL, (), [("self", topic), ("hub", hub)])
    assert hubs.offers == {URL: None}


def test_a_topic_may_lie_where_its_source_does() -> None:
    """A feed that a service serves in the site's name has its topic there."""
    hubs = Hubs(SITE)
    hubs.read("https://feeds.example/a", (), [("self", "https://feeds.example/a"), ("hub", HUB)])
    assert hubs.offers["https://feeds.example/a"] == HubOffer("https://feeds.example/a", (HUB,))


def test_a_source_with_a_long_address_names_none() -> None:
    """A source whose address is longer than what can be kept is passed over."""
    hubs = Hubs(SITE)
    hubs.read(f"{URL}/{'x' * LONGEST}", (), [("self", URL), ("hub", HUB)])
    assert hubs.offers == {}


def test_offers_are_bounded_and_read_in_time() -> None:
    """However many hubs and sources there are, and whatever a header holds, a few are known, in linear time."""
    hubs = Hubs(SITE)
    for number in range(3 * MOST):
        hubs.read(f"{URL}{number}", (), [("self", URL), *(("hub", f"{HUB}{n}") for n in range(10_000))])
    assert (len(hubs.offers), {len(one.hubs) for one in hubs.offers.values() if one}) == (MOST, {HUBS})
    began = time.monotonic()
    for said in (b"<" * 1_000_000, b"<>;rel=" * 200_000, b"<x>;rel =" + b" " * 1_000_000, b'<x>;rel="' * 200_000):
        hubs.read(f"{URL}0", [said])
    assert time.monotonic() - began < 1


def test_sources_without_a_hub_keep_none_out() -> None:
    """However many sections of a site name no hub, the feed that is read after them does."""
    hubs = Hubs(SITE)
    for number in range(2 * MOST):
        hubs.read(f"https://a.example/{number}", ())
    hubs.read(URL, (), [("self", URL), ("hub", HUB)])
    assert (len(hubs.offers), hubs.offers[URL]) == (MOST + 1, HubOffer(URL, (HUB,)))


def test_a_copy_speaks_for_nobody() -> None:
    """A mirror of a site names no hub of it."""
    hubs = Hubs(Site("https://a.example", frozenset({"a.example"}), mirror="http://127.0.0.1:1"))
    hubs.read(URL, (), [("self", URL), ("hub", HUB)])
    assert hubs.offers == {}
