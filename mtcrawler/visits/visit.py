"""A visit: one site crawled by a crawler of its own, in its own turn; whatever happens to it, there is a result."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import Context, copy_context
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from mtcrawler.fetch.crawl_context import CrawlContext, crawls_of, share_patience
from mtcrawler.fetch.sessions import states
from mtcrawler.model import clock
from mtcrawler.model.errors import Busy, MtcrawlerError
from mtcrawler.runs.monitoring.log_context import CRAWL, LogContext
from mtcrawler.runs.outcome.counts import GLANCE, Counts
from mtcrawler.runs.process.heartbeat import HeartbeatFile
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.security.redaction import Secrets
from mtcrawler.sites.definition import ANY_SITE
from mtcrawler.spider.code import mistake_in
from mtcrawler.spider.news_spider import NewsSpider
from mtcrawler.spider.spider_loader import SiteSpiderLoader
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import StorePatience
from mtcrawler.visits.glance import record
from mtcrawler.visits.glance.glance import Glance, GlanceEnd
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.results import VisitResult
from mtcrawler.visits.site_settings import ITS_OWN, of_a_site, shared_settings
from mtcrawler.visits.turn import Turn

logger = logging.getLogger(__name__)


class Unforeseen(MtcrawlerError):
    """Something was raised that nobody thought of; it costs one site."""


class Visit:
    """One site's crawl: settings, stats, manifest, lease, network guard and failure are its own.

    `location` finds the bucket, and may take its time; it gives None where nothing is stored.
    """

    def __init__(
        self, plan: PlannedVisit, process: AsyncCrawlerProcess, run_id: str, location: Callable[[], Location | None]
    ) -> None:
        self.plan, self.run_id = plan, run_id
        self._process, self._location = process, location
        self._patience = StorePatience()
        self._held = ExitStack()
        self._crawler: Crawler | None = None
        self._glancing: asyncio.Task[GlanceEnd | None] | None = None
        self._glance_end: GlanceEnd | None = None
        self._stopping = False
        self._own = Context()

    @property
    def articles(self) -> int:
        """How many came so far."""
        crawler = self._crawler
        return Counts.of(crawler.stats.get_stats()).articles if crawler is not None and crawler._stats else 0

    async def run(self) -> VisitResult:
        """Crawl the site; never raises an Exception."""
        site = self.plan.site
        CRAWL.set(LogContext(site, ANY_SITE, self.run_id))
        try:
            return await self._crawled()
        except MtcrawlerError as err:
            return self._failed(err)
        except Exception as err:  # whatever one site's crawl raises costs no other site
            logger.debug("The visit of %s failed", site, exc_info=True)
            return self._failed(Unforeseen(f"crawling {site}", mistake_in(err), "Mend the code, or report it."))
        finally:
            await self._released()  # raises nothing either: the site's own end stands

    def stop(self) -> None:
        """Have it end in good order, as soon as it has begun where it has not."""
        self._stopping = True
        self._patience.end()
        if self._glancing is not None:
            self._glancing.cancel()
        crawler = self._crawler
        if crawler is not None and crawler.crawling and crawler._engine is not None and crawler.engine.running:
            # In the visit's own context, so that the lines of its end name its site.
            self._ended = asyncio.get_running_loop().create_task(crawler.stop_async(), context=self._own)

    def abandon(self) -> None:
        """Give the turn back without waiting for the crawl, which goes on no more; raises no Exception."""
        try:
            self._held.close()
        except Exception as err:
            logger.warning("%s", self._shown(f"{self.plan.site} could not give back its turn: {mistake_in(err)}"))

    async def _crawled(self) -> VisitResult:
        plan, location = self.plan, await asyncio.to_thread(self._location)
        spidercls = self._spider()
        settings = shared_settings(self._process.settings, plan.settings, location)
        turn = Turn(settings, crawls_of(spidercls), self._patience, run_id=self.run_id, shared=True)
        await asyncio.to_thread(self._held.enter_context, turn.held())
        glance = None
        if turn.store is not None and issubclass(spidercls, NewsSpider):
            glance = Glance(settings, spidercls, plan.arguments, turn.store)
        if glance is not None and (manifest := await self._glanced(glance, turn)):
            return VisitResult.of(plan.site, manifest)
        if turn.lost:
            raise Busy(f"crawling {plan.site}", "another run of it has taken over", "Wait for it.")
        if self._stopping:
            return VisitResult.stopped(plan.site, begun=False)
        crawler = self._crawler = self._made(spidercls, location)
        turn.is_of(crawler)
        await self._process.crawl(crawler, **plan.arguments)
        found = RunRecorder.from_crawler(crawler).manifest
        if found is None:
            return VisitResult.stopped(plan.site, begun=True, run_id=self.run_id)
        if glance is not None:
            await asyncio.to_thread(glance.remember, crawler, found)
        return VisitResult.of(plan.site, found)

    async def _glanced(self, glance: Glance, turn: Turn) -> Manifest | None:
        """The manifest of a visit that a glance has ended, written; None where it is not at its end."""
        started_at, heartbeat = clock.now(), HeartbeatFile.shared()
        task = self._glancing = asyncio.get_running_loop().create_task(glance.end())
        heartbeat.start()
        try:
            self._glance_end = await task
        except asyncio.CancelledError:
            if not self._stopping:
                raise
        finally:
            heartbeat.stop()
            task.cancel()
        if self._glance_end is not GlanceEnd.NOTHING_NEW or glance.note is None or turn.lost:
            return None
        manifest = record.manifest_of(glance.note, glance, self.run_id, self.plan.arguments, started_at)
        await asyncio.to_thread(record.put, glance.store, manifest)
        return manifest

    def _spider(self) -> type[Spider]:
        """What crawls this site; raises DefinitionError."""
        spiders = self._process.spider_loader  # one for all: it has read every definition
        assert isinstance(spiders, SiteSpiderLoader)
        name, _ = spiders.named(ANY_SITE, {"site": self.plan.url})
        spidercls = spiders.load(name)
        CRAWL.set(LogContext(self.plan.site, spidercls.name, self.run_id))
        self._own = copy_context()
        return spidercls

    def _made(self, spidercls: type[Spider], location: Location | None) -> Crawler:
        """The crawler of this site; raises SettingError."""
        plan, crawler = self.plan, self._process.create_crawler(spidercls)
        own: dict[str, Any] = {"RUN_ID": self.run_id, "RUN_ARGUMENTS": dict(plan.arguments), "PROGRESS_ENABLED": False}
        own["VISIT"] = True
        for setting, value in {**own, **of_a_site(plan.settings, location)}.items():
            crawler.settings.set(setting, value, priority=ITS_OWN)
        share_patience(crawler, self._patience)
        crawler.signals.connect(self._begun, signals.engine_started)
        crawler.signals.connect(self._opened, signals.spider_opened)
        return crawler

    def _opened(self) -> None:
        """What a glance has asked of the site before counts in the crawl's manifest, too."""
        crawler = self._crawler
        if self._glance_end is not None and crawler is not None and crawler.stats is not None:
            crawler.stats.set_value(f"{GLANCE}{self._glance_end}", 1)

    async def _begun(self) -> None:
        """The engine begins; one that was asked to stop before ends here, and its manifest is written all the same."""
        if self._stopping and self._crawler is not None:
            self._crawler.crawling = False
            await self._crawler.engine.stop_async()

    def _failed(self, error: MtcrawlerError) -> VisitResult:
        result = VisitResult.failed(self.plan.site, error, self.run_id if self._crawler else None)
        result = result.model_copy(update={"message": self._shown(result.message)})
        logger.error("%s", result.message)
        return result

    def _shown(self, text: str) -> str:
        """The text without secrets; where these cannot be read, a text that holds none."""
        settings = self._process.settings
        try:
            return Secrets.of(settings, states(settings)).shown(text)
        except Exception as err:
            kind = type(err).__name__
            return (
                f"crawling {self.plan.site}: it failed, and READER_SESSIONS cannot be read ({kind}). Mend them first."
            )

    async def _released(self) -> None:
        """Give back the turn and every connection; nothing of the crawl is kept. What fails is named in the log."""
        crawler, self._crawler = self._crawler, None
        await self._given_back("its turn", self._held.close)
        if crawler is not None:
            await self._given_back("its connections", CrawlContext.of(crawler).release)

    async def _given_back(self, what: str, close: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(close)
        except Exception as err:  # the lease runs out by itself, and so do connections
            logger.debug("Closing failed", exc_info=True)
            logger.warning("%s", self._shown(f"{self.plan.site} could not give back {what}: {mistake_in(err)}"))
