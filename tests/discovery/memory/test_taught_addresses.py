"""What a source teaches of a site's addresses is known also where the source has not changed."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from scrapy.http import Request, Response

from mtcrawler.discovery.memory.known_source import KnownSource
from mtcrawler.discovery.memory.source_memory import SourceMemory
from mtcrawler.frontier.article_addresses import LearnedAddresses
from mtcrawler.markup.addresses import Site
from mtcrawler.model import clock
from mtcrawler.model.discovered_url import DiscoveredUrl

FEED = "https://paper.example/feed"
NAMES = "anna bert carl dora emil fritz greta hans ida jens karl lena".split()
ZOE = DiscoveredUrl("https://paper.example/zoe", "front page", words=4)


def discovery(addresses: LearnedAddresses) -> Any:
    """As much of a site without a definition as the memory of its sources asks for."""
    scope = SimpleNamespace(until=date.max, since=date(2026, 11, 1), limit=None, sections=(), urls=())
    settings = SimpleNamespace(getbool=lambda *_: True)
    return SimpleNamespace(
        site=SimpleNamespace(known_as="paper.example", mirror=None),
        scope=scope,
        crawler=SimpleNamespace(settings=settings),
        undescribed=True,
        recrawl_policy=SimpleNamespace(terms=SimpleNamespace(force=False)),
        counts=SimpleNamespace(count=lambda *_: None, listed=lambda *_: None),
        posts=SimpleNamespace(reached_back_to=lambda *_: None),
        frontier=SimpleNamespace(addresses=addresses),
    )


def known(ago: timedelta = timedelta()) -> KnownSource:
    """The feed as it was read so long ago."""
    sure = [f"https://paper.example/{name}" for name in NAMES]
    return KnownSource(etag='"1"', at=clock.now() - ago, since=date(2026, 11, 1), sure=sure)


def asked(memory: SourceMemory) -> Request:
    """The request for the feed."""
    return memory.asking(Request(FEED))


def test_an_unchanged_feed_teaches_what_it_taught() -> None:
    """What the feed names makes an address an article's also where the feed answers that it is as it was."""
    addresses = LearnedAddresses(Site("https://paper.example", frozenset({"paper.example"})))
    addresses.doubts = 0
    memory = SourceMemory(discovery(addresses))
    memory._known[FEED] = known()
    assert not addresses.wanted(ZOE)
    memory.unchanged(Response(FEED, status=304, request=asked(memory)))
    assert addresses.wanted(ZOE)


def test_a_note_from_another_clock_is_not_believed_for_longer() -> None:
    """What another machine's clock says was read in hours to come, or too long ago, is read whole."""
    memory = SourceMemory(discovery(LearnedAddresses(Site("https://paper.example", frozenset({"paper.example"})))))
    believed = {}
    for hours in (-23, -5, 1, 7):
        memory._known[FEED] = known(timedelta(hours=hours))
        believed[hours] = b"If-None-Match" in asked(memory).headers
    assert believed == {-23: False, -5: True, 1: True, 7: False}
