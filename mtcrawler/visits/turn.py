"""The turn of a publisher: while a run has it, no other run of that publisher begins."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.reasons import CloseReason
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.port import ObjectStore, StorePatience
from mtcrawler.storage.write.lease import Lease

logger = logging.getLogger(__name__)

SHARED: Final = 32
"""Connections to the bucket that the visits of a process share, beside those of their crawls."""


class Turn:
    """The turn of one run among those that are called `crawls`, unless runs may overlap or nothing is stored.

    With `shared` it asks the bucket by the connections that all visits of a process share.
    """

    def __init__(
        self,
        settings: BaseSettings,
        crawls: str,
        patience: StorePatience,
        *,
        run_id: str | None = None,
        shared: bool = False,
    ) -> None:
        self._settings, self._crawls, self._patience = settings, crawls, patience
        self._run_id, self._shared = run_id, shared
        self._crawler: Crawler | None = None
        self.store: ObjectStore | None = None
        """The bucket, while the turn is held in it."""
        self.lost = False
        """Whether another run has taken over."""

    def is_of(self, crawler: Crawler) -> Self:
        """Have this crawl end when another run takes over, and count what of the lease could not be read."""
        self._crawler = crawler
        crawler.signals.connect(self._opened, signals.spider_opened)
        return self

    @contextmanager
    def held(self) -> Iterator[None]:
        """It is this crawl's while the context lasts, which may be entered and left in a thread.

        Raises Busy or StoreError.
        """
        settings = self._settings
        typed = settings_of(settings)
        if typed.OVERLAP == "allow" or not stores(settings):
            yield
            return
        plan = plan_of(settings)
        store = self.store = connect(
            plan.location or Embedded(plan.store_dir).up(),
            connections=SHARED if self._shared else 2,
            attempts=2,
            shared=self._shared,
        )
        lease = partial(
            Lease,
            store,
            self._crawls,
            self._run_id or plan.run_id,
            plan.state_dir,
            seconds=typed.LEASE_SECONDS,
            lost=self._end,
        )
        try:
            with ExitStack() as given:
                self._patience.ask(lambda: given.enter_context(lease()), logger.warning)
                yield
        finally:
            store.close()

    def _opened(self) -> None:
        """The lease was read before there was a session; what it found unreadable counts in the run."""
        if self.store is not None and self._crawler is not None:
            self.store.left_out.forward(CrawlContext.of(self._crawler).session.left_out)

    def _end(self) -> None:
        """Called from a thread when another run has taken over."""
        crawler, self.lost = self._crawler, True
        reactor: Any = sys.modules["twisted.internet.reactor"]
        if crawler is not None and crawler.engine and crawler.spider:
            reactor.callFromThread(crawler.engine.close_spider, crawler.spider, CloseReason.OVERTAKEN)


def stores(settings: BaseSettings) -> bool:
    """Whether a crawl with these settings stores anything."""
    return settings.getdict("ITEM_PIPELINES").get("mtcrawler.pipelines.store.Store") is not None
