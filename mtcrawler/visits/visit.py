"""A visit: one site crawled by a crawler of its own, in its own turn; whatever happens to it, there is a result."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import Context, copy_context
from typing import Any, Final

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from mtcrawler.fetch.crawl_context import CrawlContext, share_patience
from mtcrawler.fetch.sessions import states
from mtcrawler.model import clock
from mtcrawler.model.errors import Busy, MtcrawlerError
from mtcrawler.runs.monitoring.log_context import CRAWL, LogContext
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.process.heartbeat import HeartbeatFile
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.security.redaction import Secrets
from mtcrawler.sites.definition import ANY_SITE
from mtcrawler.spider.code import mistake_in
from mtcrawler.spider.spider_loader import SiteSpiderLoader
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import StorePatience
from mtcrawler.visits.glance import record
from mtcrawler.visits.glance.glance import Glance, GlanceEnd
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.results import VisitResult
from mtcrawler.visits.turn import Turn

logger = logging.getLogger(__name__)

ITS_OWN: Final = 50
"""Scrapy's priority of a setting that one site has: above the command line's (40), which holds for all."""


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
        plan = self.plan
        crawler = self._made(await asyncio.to_thread(self._location))
        turn = Turn(crawler, self._patience)
        await asyncio.to_thread(self._held.enter_context, turn.held())
        if self._stopping:
            return VisitResult.stopped(plan.site, begun=False)
        glance = Glance(crawler, plan.arguments, turn.store) if turn.store is not None else None
        glanced = await self._glanced(glance, crawler) if glance is not None else None
        if turn.lost:
            raise Busy(f"crawling {plan.site}", "another run of it has taken over", "Wait for it.")
        if glance is not None and glanced is not None:
            await asyncio.to_thread(record.put, glance.store, glanced)
            return VisitResult.of(plan.site, glanced)
        if self._stopping:
            return VisitResult.stopped(plan.site, begun=False)
        self._crawler = crawler
        await self._process.crawl(crawler, **plan.arguments)
        manifest = RunRecorder.from_crawler(crawler).manifest
        if manifest is None:
            return VisitResult.stopped(plan.site, begun=True, run_id=self.run_id)
        if glance is not None:
            await asyncio.to_thread(glance.remember, manifest)
        return VisitResult.of(plan.site, manifest)

    async def _glanced(self, glance: Glance, crawler: Crawler) -> Manifest | None:
        """The manifest of a visit that a glance has ended; None where the site is to be crawled, or it was stopped."""
        started_at, location = clock.now(), glance.store.location
        self._glancing = asyncio.get_running_loop().create_task(glance.end())
        heartbeat = HeartbeatFile.shared()
        heartbeat.start()
        try:
            end = await self._glancing
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            return None
        finally:
            heartbeat.stop()
            self._glancing.cancel()
        if end is not GlanceEnd.NOTHING_NEW or glance.note is None:
            return None
        return record.manifest_of(glance.note, crawler, location, started_at)

    def _made(self, location: Location | None) -> Crawler:
        """The crawler of this site; raises DefinitionError and SettingError."""
        plan, spiders = self.plan, self._process.spider_loader  # one for all: it has read every definition
        assert isinstance(spiders, SiteSpiderLoader)
        name, _ = spiders.named(ANY_SITE, {"site": plan.url})
        crawler = self._process.create_crawler(spiders.load(name))
        CRAWL.set(LogContext(plan.site, crawler.spidercls.name, self.run_id))
        self._own = copy_context()
        own: dict[str, Any] = {"RUN_ID": self.run_id, "RUN_ARGUMENTS": dict(plan.arguments), "PROGRESS_ENABLED": False}
        for setting, value in {**own, **plan.settings}.items():
            crawler.settings.set(setting, value, priority=ITS_OWN)
        if location is not None:
            crawler.settings.set("S3_LOCATION", location, priority=ITS_OWN)
        share_patience(crawler, self._patience)
        crawler.signals.connect(self._begun, signals.engine_started)
        return crawler

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
