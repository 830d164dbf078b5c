"""`scrapy worker`: visits the sites of a fleet that are due, until it is told to stop (`mtcrawler worker` runs it)."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from mtcrawler.commands import checks
from mtcrawler.commands.crawl import limits_of, reader, take_twins_for_one
from mtcrawler.commands.fleet_process import begin, database_of, dsn_of, failure_of, work_until_stopped
from mtcrawler.config.reading import settings_of
from mtcrawler.config.schema import Settings
from mtcrawler.fetch.browser.process.sharing import SHARED
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import MtcrawlerError
from mtcrawler.model.printable import count
from mtcrawler.runs.monitoring.log_format import say_last
from mtcrawler.runs.monitoring.optional_extensions import lacking
from mtcrawler.runs.process.streams import in_utf8
from mtcrawler.runs.process.supervisor import supervise
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.port import StorePatience
from mtcrawler.visits.bucket import VisitedBucket
from mtcrawler.visits.timers import keep_contexts

if TYPE_CHECKING:
    from mtcrawler.fleet.database.connection import FleetDatabase
    from mtcrawler.fleet.engine.worker import FleetWorker

logger = logging.getLogger(__name__)

NAME = "the fleet's sites"


class Command(ScrapyCommand):
    """Ends with 0 once it was told to stop and its visits have ended, else with the code of what kept it from work."""

    requires_crawler_process = True

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Visit the sites of a fleet that are due, until told to stop"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check settings, database, browser and store before anything starts; a failure is one line on stderr."""
        in_utf8()
        super().process_options(args, opts)
        begin(self.settings, NAME, self._check)

    def _check(self, settings: BaseSettings) -> None:
        supervise(limits_of(settings, NAME))
        _check_metrics(settings)
        self.dsn = dsn_of(settings, "starting a worker")
        checks.check_for_worker(settings, StorePatience())

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Work, then say how it ended."""
        del args, opts
        process: Any = self.crawler_process
        assert process is not None
        settings = process.settings
        database = database_of(self.dsn, settings)
        fleet = _worker(process, database)
        told = "Visiting the fleet's sites when they are due, %d at a time, until SIGTERM or Ctrl-C. How it goes: %s"
        logger.info(told, settings_of(settings).FLEET_VISITS, "mtcrawler fleet status")
        keep_contexts(sys.modules["twisted.internet.reactor"])
        process._graceful_stop_reactor = fleet.stop  # Scrapy would stop the reactor under the last writes
        take_twins_for_one(process, lambda: None)
        gc.freeze()
        with _metrics_served(settings, fleet, database):
            work = asyncio.get_event_loop().create_task(_worked(fleet))
            work_until_stopped(process, work)
        for visit in list(fleet.under_way):  # after a second signal
            visit.abandon()
        failed = failure_of(work, settings, f"visiting {NAME}")
        if failed is not None:
            self.exitcode = failed
        else:
            ended = f"{count(fleet.visited, 'visit')}; what was not done is given back."
            say_last(settings, f"{ended}{goes_on(settings)}", logging.INFO)
        gc.freeze()


async def _worked(fleet: FleetWorker) -> None:
    """The work, with the browser that all visits share."""
    async with SHARED.lasting():
        await fleet.run()


def goes_on(settings: BaseSettings) -> str:
    """Which embedded servers go on after the worker, and how to stop them; "" where none does."""
    from mtcrawler.fleet.database.server import EmbeddedDatabase  # noqa: PLC0415 - Scrapy loads all commands

    typed, command, found = settings_of(settings), reader(settings), list[str]()
    with suppress(MtcrawlerError):  # what is damaged is told by whoever uses it next
        if not variables().get("FLEET_DSN", "").strip() and EmbeddedDatabase(typed.FLEET_DIR).status().running:
            found.append(f"PostgreSQL (`{command} fleet database down` stops it)")
        if plan_of(settings).location is None and Embedded(typed.STORE_DIR).status().running:
            found.append(f"the embedded S3 (`{command} store down`)")
    return f" What goes on here: {', '.join(found)}." if found else ""


def visit_seconds(settings: Settings) -> tuple[float, float]:
    """After how many seconds a visit is asked to end, and how many it then has: together FLEET_VISIT_SECONDS, so that a
    site that hangs holds a place no longer; the end takes half of them at most.
    """
    whole = settings.FLEET_VISIT_SECONDS
    grace = min(settings.STOP_GRACE + settings.STORE_CLOSING_SECONDS, whole / 2)
    return whole - grace, grace


def _check_metrics(settings: BaseSettings) -> None:
    """Raises SettingError where someone asks for metrics without the library for them."""
    if settings_of(settings).METRICS_PORT:
        try:
            import mtcrawler.runs.monitoring.metrics_server  # noqa: F401, PLC0415 - needs an extra
        except ImportError as err:
            raise lacking("metrics", "METRICS_PORT") from err


@contextmanager
def _metrics_served(settings: BaseSettings, fleet: FleetWorker, database: FleetDatabase) -> Iterator[None]:
    """Serve the worker's own numbers at METRICS_PORT. Those of its visits come and go too fast to be asked for."""
    typed = settings_of(settings)
    port, where = typed.METRICS_PORT, typed.METRICS_ADDRESS
    if not port:
        yield
        return
    from mtcrawler.fleet.metrics import FleetMetrics  # noqa: PLC0415 - needs an extra
    from mtcrawler.runs.monitoring.metrics_server import SERVED  # noqa: PLC0415 - as above

    settings.set("METRICS_PORT", None, priority="cmdline")
    metrics = FleetMetrics(fleet, database, asyncio.get_event_loop())
    try:
        SERVED.add(metrics, where, port)
    except OSError as err:
        logger.error("Serving metrics on %s:%d: %s. The worker goes on without.", where, port, err)
    try:
        yield
    finally:
        SERVED.remove(metrics)


def _worker(process: Any, database: FleetDatabase) -> FleetWorker:
    from mtcrawler.fleet.engine.worker import FleetWorker, WorkerLimits  # noqa: PLC0415 - Scrapy loads all commands
    from mtcrawler.fleet.schedule.next_visit import Intervals  # noqa: PLC0415 - as above
    from mtcrawler.fleet.site_visit import SiteVisit  # noqa: PLC0415 - as above

    typed, bucket = settings_of(process.settings), VisitedBucket(process.settings)
    seconds, grace = visit_seconds(typed)
    limits = WorkerLimits(
        visits=typed.FLEET_VISITS,
        seconds=seconds,
        grace=grace,
        slices=math.ceil(typed.FLEET_VISITS * typed.FLEET_BACKFILL_SHARE),
        intervals=Intervals(typed.FLEET_MIN_INTERVAL, typed.FLEET_MAX_INTERVAL),
    )
    return FleetWorker(database, lambda plan: SiteVisit(plan, process, bucket.location), limits)
