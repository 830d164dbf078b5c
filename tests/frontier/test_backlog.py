"""Laws of addresses that wait to be asked for: they take so much memory and no more, and what is left out is told."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import clear_cache  # type: ignore[attr-defined]  # it keeps the addresses it has split

import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from mtcrawler.extraction.language.model import read_model
from mtcrawler.fetch.scheduler import WeighedScheduler
from mtcrawler.frontier.frontier import FEW
from mtcrawler.frontier.remembered import Remembered
from mtcrawler.model import limits
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.limits import ADDRESS_CHARS, MIB, Cut
from tests.fixtures.sites import spider_named

BUDGET = 2 * MIB
MANY = 300
FIRST = date(2026, 11, 22)


class Waiting:
    """A crawl whose scheduler hands nothing out."""

    def __init__(self, **arguments: str) -> None:
        # Scrapy's usual queue asks the engine how busy each host is, and there is none.
        spider = spider_named("moscowtimes")
        self.crawler = get_crawler(spider, {"SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue"})
        self.spider = spider.from_crawler(self.crawler, since="2020-01-01", **arguments)
        self.crawler.spider = self.spider
        self.crawler.stats = MemoryStatsCollector(self.crawler)
        self.scheduler = WeighedScheduler.from_crawler(self.crawler)
        self.scheduler.open(self.spider)

    def consider(self, found: Iterator[DiscoveredUrl]) -> None:
        """What a source names goes where a crawl puts it."""
        for request in self.spider.discovery.consider(found):
            assert self.scheduler.enqueue_request(request)

    @property
    def cut(self) -> int:
        """Addresses that were left out because of the memory they take."""
        return int(self.crawler.stats.get_value(f"discovery/cut/{Cut.WAITING}", 0))


def found(number: int, letter: str = "x", length: int = ADDRESS_CHARS, day: date = FIRST) -> Iterator[DiscoveredUrl]:
    """So many articles' addresses of this length."""
    for each in range(number):
        start = f"https://www.themoscowtimes.com/{day:%Y/%m/%d}/"
        end = f"-a{100_000 + each}"
        yield DiscoveredUrl(start + letter * (length - len(start) - len(end)) + end, "sitemap")


@pytest.mark.parametrize("letter", ["x", "я"])
def test_what_waits_takes_no_more_memory_than_it_may(letter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever letters long addresses are of, their memory stays near its budget, and the rest is counted."""
    monkeypatch.setattr(limits, "WAITING_BYTES", BUDGET)
    waiting = Waiting()
    read_model().result()  # what a crawl reads once, aside
    waiting.consider(found(1, length=90))
    tracemalloc.start()
    waiting.consider(found(MANY, letter))
    clear_cache()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 2 * BUDGET
    assert waiting.cut + len(waiting.scheduler) == MANY + 1
    assert len(waiting.scheduler) > 10


def test_usual_addresses_are_weighed_as_what_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is reckoned for addresses of the usual length is what Python takes for them, within a factor of two."""
    waiting = Waiting()
    read_model().result()  # what a crawl reads once, aside
    tracemalloc.start()
    waiting.consider(found(MANY, length=90))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert waiting.cut == 0
    assert taken / 2 < waiting.scheduler.backlog.bytes < 2 * taken


def test_what_was_asked_for_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that was left out is taken when it is named again once others wait no more."""
    monkeypatch.setattr(limits, "WAITING_BYTES", BUDGET)
    waiting = Waiting()
    waiting.consider(found(MANY))
    while waiting.scheduler.next_request():
        pass
    assert waiting.scheduler.backlog.bytes == 0
    before, known = waiting.cut, waiting.spider.frontier.handled
    waiting.consider(found(MANY))
    assert before < waiting.cut < 2 * before
    assert waiting.spider.frontier.handled > known


def test_with_a_limit_only_the_newest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that sources name no more wait than the crawl is asked for, and the newest of all are released."""
    waiting = Waiting(limit="5")
    days = [FIRST - timedelta(days=day) for day in range(400)]
    for day in [*days[200:], *days[:200]]:
        waiting.consider(found(20, length=90, day=day))
    frontier = waiting.spider.frontier
    assert frontier.waiting <= (10 + FEW) * 2_500
    assert {one.day for one in frontier.release()} == {FIRST}
    assert frontier.waiting == 0


def test_what_is_remembered_of_an_address_is_short() -> None:
    """Long addresses are told apart without being kept."""
    known = Remembered()
    tracemalloc.start()
    for one in found(MANY):
        known.add(one.url)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < MANY * 500
    assert len(known) == MANY
    assert all(one.url in known and f"{one.url}/" not in known for one in found(MANY))
    assert "\ud800" * 300 not in known
