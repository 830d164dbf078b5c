"""How a run stops: nothing new is asked of a site, and what is under way has some seconds left."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING
from weakref import WeakSet

from scrapy import signals
from scrapy.http import Request
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of
from mtcrawler.model.errors import RunStopped

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

TICK = 0.25


class Shutdown:
    """What is under way has STOP_GRACE seconds after SIGTERM or Ctrl-C, then it is cut off; what waits ends at once.

    Scrapy itself would wait for as long as a page hangs, and go on with what waits for a site's next turn.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.seconds = settings_of(crawler.settings).STOP_GRACE
        self._under_way: WeakSet[asyncio.Timeout] = WeakSet()
        self._waiting: WeakSet[asyncio.Timeout] = WeakSet()
        self._pages = 0
        self._engine: ExecutionEngine | None = None
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

    @asynccontextmanager
    async def waiting(self, request: Request) -> AsyncIterator[None]:
        """The block, in which a request waits for its turn, ends with RunStopped where the run is asked to stop."""
        self.check(request)
        try:
            async with asyncio.timeout(None) as deadline:
                self._waiting.add(deadline)
                try:
                    yield
                finally:
                    self._waiting.discard(deadline)
        except TimeoutError as err:
            if deadline.expired():
                raise RunStopped.of(request.url) from err
            raise
        self.check(request)

    def check(self, request: Request) -> None:
        """Raises RunStopped where the run was asked to stop: nothing new is asked of a site from then on."""
        if self._asked is not None or not self.crawler.crawling:
            raise RunStopped.of(request.url)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Meanwhile a site is at work on a request of ours."""
        self._pages += 1
        try:
            yield
        finally:
            self._pages -= 1

    def ask(self) -> None:
        """From now on nothing new is asked of a site, and what is under way has the grace; no signal is needed."""
        if self._asked is not None:
            return
        self._asked = time.monotonic()
        logger.info("Asked to stop: the requests in progress (%d) have %g s left.", self._pages, self.seconds)
        for deadline in list(self._waiting):
            deadline.reschedule(0)
        self._let_go()

    def _let_go(self) -> None:
        """End what Scrapy keeps apart by DOWNLOAD_DELAY; it would go on with it, one after the other."""
        for slot in list(self._engine.downloader.slots.values()) if self._engine else ():
            while slot.queue:
                request, answer = slot.queue.popleft()
                answer.errback(RunStopped.of(request.url))

    def _begin(self) -> None:
        self._engine = self.crawler.engine
        self._watch = create_looping_call(self._look)
        self._watch.start(TICK, now=False)

    def _end(self) -> None:
        if self._watch.running:
            self._watch.stop()

    def _look(self) -> None:
        if not self.crawler.crawling:
            self.ask()
        if self._asked is None:
            return
        self._let_go()  # what came there meanwhile
        if self._over:
            return
        if time.monotonic() - self._asked >= self.seconds:
            self._over = True
            if self._pages:
                logger.warning("STOP_GRACE is over: the requests in progress (%d) are abandoned.", self._pages)
            for deadline in list(self._under_way):
                deadline.reschedule(0)
