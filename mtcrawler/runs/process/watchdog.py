"""The watchdog of a crawl: a run in which nothing comes of pending work ends with its reason instead of never."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Self

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.reasons import CloseReason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

PROGRESS: Final = (
    *("discovery/found/", "discovery/advanced", "page/", "robotstxt/forbidden"),
    *("item_scraped_", "item_dropped_", "store/", "host/"),
)
"""How the counts begin that grow with new addresses, new lists of them, and whatever becomes of an address."""
ANSWERS: Final = ("response_received_", "downloader/exception_")
"""Whoever asks for the same for ever has answers for ever; a spider that crawls no site has nothing else."""
LOOKS: Final = 10
"""How often it looks within STALLED_AFTER."""


class Watchdog:
    """A Scrapy extension: closes the spider when there is no progress for STALLED_AFTER seconds: no new address was
    named, no page was read or failed, no item kept or dropped, no article stored. Answers alone are no progress.

    Every fetch has a deadline of its own, so this happens only when something is broken that nobody thought of.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._context = crawler, CrawlContext.of(crawler)
        self._seconds = settings_of(crawler.settings).STALLED_AFTER
        self._moved = (0, time.monotonic())
        self._looks = create_looping_call(self._look)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; it watches while the engine runs."""
        watchdog = cls(crawler)
        crawler.signals.connect(watchdog._begin, signal=signals.engine_started)
        crawler.signals.connect(watchdog._end, signal=signals.engine_stopped)
        return watchdog

    def _begin(self) -> None:
        self._moved = (0, time.monotonic())
        self._looks.start(self._seconds / LOOKS, now=False)

    def _end(self) -> None:
        if self._looks.running:
            self._looks.stop()

    def _look(self) -> None:
        done, since = self._done(), self._moved[1]
        if done != self._moved[0]:
            self._moved = (done, time.monotonic())
        elif time.monotonic() - since >= self._seconds and self._crawler.crawling:
            self._end()
            logger.error("No progress for %g s although work is pending; the run ends.", self._seconds)
            if self._crawler.engine and self._crawler.spider:
                self._context.shutdown.ask()
                self._crawler.engine.close_spider(self._crawler.spider, CloseReason.STALLED)

    def _done(self) -> int:
        """A number that grows with all that counts as progress."""
        stats = self._crawler.stats.get_stats()
        counted = PROGRESS if self._context.site else PROGRESS + ANSWERS
        return sum(number for name, number in stats.items() if name.startswith(counted) and isinstance(number, int))
