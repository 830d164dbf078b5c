"""The time that is left: every fetch has a deadline, and all of them end soon once the run is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from weakref import WeakSet

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

TICK = 0.25


class Shutdown:
    """What is under way has STOP_GRACE seconds after SIGTERM or Ctrl-C, then it is cut off.

    Scrapy itself would wait for as long as a page hangs.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.seconds = settings_of(crawler.settings).STOP_GRACE
        self._under_way: WeakSet[asyncio.Timeout] = WeakSet()
        self._asked: float | None = None
        self._over = False
        crawler.signals.connect(self._begin, signal=signals.engine_started)
        crawler.signals.connect(self._end, signal=signals.engine_stopped)

    @asynccontextmanager
    async def within(self, seconds: float | None) -> AsyncIterator[None]:
        """The block ends with TimeoutError after these seconds (None: as long as it takes), or when grace is over."""
        async with asyncio.timeout(0 if self._over else seconds) as deadline:
            self._under_way.add(deadline)
            try:
                yield
            finally:
                self._under_way.discard(deadline)

    def ask(self) -> None:
        """From now on what is under way has the grace, though nobody sent a signal."""
        if self._asked is None:
            self._asked = time.monotonic()
            logger.info("Asked to stop: %d pages in progress have %g s left.", len(self._under_way), self.seconds)

    def _begin(self) -> None:
        self._watch = create_looping_call(self._look)
        self._watch.start(TICK, now=False)

    def _end(self) -> None:
        if self._watch.running:
            self._watch.stop()

    def _look(self) -> None:
        if not self.crawler.crawling:
            self.ask()
        if self._asked is None or self._over:
            return
        if time.monotonic() - self._asked >= self.seconds:
            self._over = True
            if self._under_way:
                logger.warning("STOP_GRACE is over: %d pages are left unread.", len(self._under_way))
            for deadline in list(self._under_way):
                deadline.reschedule(0)
