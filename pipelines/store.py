"""The last stage: articles go to the bucket, or wait on disk until it answers."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from scrapy import signals
from scrapy.exceptions import CloseSpider, DropItem

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article, Draft
from mtcrawler.model.errors import MtcrawlerError, SpoolFull, StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

LONGEST_PAUSE: Final = 5.0
"""Seconds between two articles when the spool is nearly full."""
SHOWN: Final = (
    "new",
    "revised",
    "unchanged",
    "duplicate",
    "spooled",
    "delivered",
    "failed",
    "waiting",
    "unreadable",
    "replaced",
)


class NotStored(DropItem):
    """The article could neither be stored nor kept on disk; a later run fetches it again."""


class Store:
    """Stores articles in the session's own threads; the reactor never waits.

    What became of them is in the stats: store/new, store/revised, store/unchanged, store/duplicate, store/spooled
    (came to wait), store/delivered (of those, by now in the bucket), store/waiting (on disk at the end),
    store/failed, store/unreadable (objects and files that were left out), store/replaced (objects that gave way to good
    ones), store/conditional_writes, store/location, store/run_id, store/trouble (the last failure that made articles
    wait, or kept them from being stored), and store/error (one line) with store/exit_code when the store ended the
    crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context = CrawlContext.of(crawler)
        self._session = self._context.session
        self._pages = self._session.pages
        crawler.signals.connect(self._let_go, signals.item_dropped)
        self._one_at_a_time = asyncio.Lock()
        self._no_more = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Store:
        """Share the crawl's session with the other stages."""
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the bucket; one that cannot be opened ends the crawl before it fetches anything."""
        try:
            await asyncio.to_thread(self._session.open)
        except MtcrawlerError as err:
            self._say(err)
            raise CloseSpider("store") from err
        self._stat("conditional_writes", self._session.client.conditional)
        self._stat("location", self._session.location.where)
        self._stat("run_id", self._session.run_id)
        self._show()

    async def process_item(self, item: Article) -> Article:
        """The same article once it is stored or waits safely on disk, else NotStored."""
        began = time.monotonic()
        try:
            saved = await asyncio.wrap_future(self._session.submit(item))
        except SpoolFull as err:
            self._stop(err)
            raise NotStored(str(err)) from err
        except StoreError as err:
            raise NotStored(str(err)) from err
        finally:
            self._pages.release(item.provenance.snapshot)
            self._show()
        self._context.account.ended(item.canonical_url, saved.outcome)
        if (recorder := self._context.recorder) is not None:
            recorder.settled(item.id, saved.outcome, time.monotonic() - began)
        if saved.outcome == "spooled":
            await self._slow_down()
        return item

    async def close_spider(self) -> None:
        """Finish writing, deliver what waits, complete the change feed."""
        await asyncio.to_thread(self._session.close)
        self._show()
        if self._session.failure is not None and not self._session.counts["waiting"]:
            self._say(self._session.failure)
        if self._stopping is not None:
            # It waits for this very method, so it can only be let go.
            self._stopping.add_done_callback(_quietly)

    def _let_go(self, item: object) -> None:
        """An article that an earlier stage dropped needs its page no more."""
        if isinstance(item, Draft):
            self._pages.release(item.provenance.snapshot)

    async def _slow_down(self) -> None:
        """While the store is away crawl more slowly the fuller the spool: one article at a time passes here."""
        async with self._one_at_a_time:
            if self._session.away:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_PAUSE * self._session.fullness**2):
                        await self._no_more.wait()

    def _stop(self, err: StoreError) -> None:
        if self._stopping is None:
            self._say(err)
            self._no_more.set()
            self._stopping = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="spool_full"))

    def _say(self, err: MtcrawlerError) -> None:
        logger.error("%s", err)
        self._stat("error", str(err))
        self._stat("exit_code", err.exit_code)

    def _show(self) -> None:
        counts = self._session.counts
        for name in SHOWN:
            self._stat(name, counts.get(name, 0))
        if self._session.trouble:
            self._stat("trouble", self._session.trouble)
        self._show_pages()

    def _show_pages(self) -> None:
        pages, stats = self._pages, self._crawler.stats
        waiting = self._session.bucket.pages.waiting if self._session.opened else 0
        if stats is None or (pages.keep == "never" and not waiting):
            return
        told = {"kept": pages.kept, "bytes": pages.bytes, "seconds": round(pages.seconds, 3), "waiting": waiting}
        told |= {f"not_kept/{why}": number for why, number in pages.not_kept.items()}
        for name, value in told.items():
            stats.set_value(f"pages/{name}", value)

    def _stat(self, name: str, value: object) -> None:
        if self._crawler.stats is not None:
            self._crawler.stats.set_value(f"store/{name}", value)


def _quietly(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (err := task.exception()) is not None:
        logger.error("Closing the spider failed: %s", err)
