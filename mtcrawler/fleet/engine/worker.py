"""A worker of the fleet: it visits sites, so many at a time, until it is told to stop; nothing else ends it."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import random
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from procrastinate import App, PsycopgConnector
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.dispatcher import SLICE, SLICES, SUSPECTS, TASK, VISITS, Dispatcher
from mtcrawler.fleet.engine.jobs import FleetJobs
from mtcrawler.fleet.engine.reaper import STALLED, Reaper
from mtcrawler.fleet.engine.settlement import Settlement, end_of
from mtcrawler.fleet.engine.tally import Tally
from mtcrawler.fleet.processes import pause, repeat, tables_made
from mtcrawler.fleet.schedule.next_visit import Intervals, VisitEnd
from mtcrawler.fleet.websub.offers import Offers
from mtcrawler.model.errors import DatabaseAway
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.results import VisitResult
from mtcrawler.visits.visits import COLLECTED

logger = logging.getLogger(__name__)

LAST_WORDS: Final = 10.0
"""Seconds that a worker which is to stop waits for a database that is away."""
IDLE_WORDS: Final = 3.0
"""As above, where no visit is under way."""
SELDOM: Final = 5
"""How much more seldom than for visits is asked for suspects and slices, which nobody waits for."""
FORGETTING: Final = 600.0
"""Seconds between two times that old records are deleted."""


class FleetVisit(Protocol):
    """A visit as a worker sees it: `times` are those of the articles it found, `changed` whether anything was new,
    `offers` what its sources say of hubs.
    """

    @property
    def times(self) -> Sequence[datetime]:
        """Times of articles, once it has ended."""

    @property
    def changed(self) -> bool:
        """Whether anything was new, once it has ended."""

    @property
    def offers(self) -> Offers:
        """The hubs that its sources name, once it has ended."""

    async def run(self) -> VisitResult:
        """Visit the site; never raises an Exception."""

    def stop(self) -> None:
        """Have it end in good order."""

    def abandon(self) -> None:
        """Give up what it holds, without waiting for it."""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """How many sites are visited at a time, how many seconds a visit may take and then has to end in, and the times
    between visits. A process is silent when nothing was heard of it for `stalled` seconds; it speaks up six times as
    often, and looks for what is due each `poll` seconds. `slices` are the slices of back-fills that are crawled beside
    the visits.
    """

    visits: int
    seconds: float
    grace: float
    intervals: Intervals
    stalled: float = STALLED
    poll: float = 1.0
    slices: int = 0


class FleetWorker:
    """Visits what is due, with `begin` making a visit of a plan, until `stop` is called."""

    def __init__(
        self, database: FleetDatabase, begin: Callable[[PlannedVisit], FleetVisit], limits: WorkerLimits
    ) -> None:
        self._database, self._begin, self._limits = database, begin, limits
        self.under_way: list[FleetVisit] = []  # not by job: the numbers of another database's jobs may be the same
        self.visited = self._crawled = 0
        self.tally = Tally()
        self._stopping = asyncio.Event()
        self._workers: list[Worker] = []

    def stop(self) -> None:
        """Begin no further visit, have those under way end in good order, and give back what is not done."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._database.end(LAST_WORDS + self._limits.grace if self.under_way else IDLE_WORDS)
            for worker in self._workers:
                worker.stop()  # type: ignore[no-untyped-call]
            for visit in list(self.under_way):
                visit.stop()

    async def run(self) -> None:
        """Work until told to stop; raises DatabaseAway where the tables are of another form."""
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        async with self._database as database:
            if not await tables_made(database, self._stopping):
                return
            app = App(connector=PsycopgConnector())
            await app.open_async(database.pool)
            jobs = FleetJobs(app.connector, database)
            app.job_manager = jobs
            self._jobs = jobs
            self._settlement = Settlement(database, jobs, self._limits.intervals, self.tally)
            app.task(name=TASK, pass_context=True)(self._visit)
            app.task(name=SLICE, pass_context=True)(self._slice)
            self._workers += [self._worker(app, VISITS, self._limits.visits), self._worker(app, SUSPECTS, 1)]
            self._workers += [self._worker(app, SLICES, self._limits.slices)] if self._limits.slices else []
            jobs.workers += self._workers
            dispatcher, reaper = Dispatcher(database), Reaper(database, self.tally, self._limits.stalled)
            helpers = [
                asyncio.create_task(repeat(work, seconds, self._stopping, "Keeping the fleet's tables"))
                for work, seconds in (
                    (dispatcher.dispatch, self._limits.poll),
                    (reaper.reap, self._limits.stalled / 6),
                    (dispatcher.forget, FORGETTING),
                )
            ]
            await asyncio.gather(*(self._keep(worker) for worker in self._workers))
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    def _worker(self, app: App, queue: str, at_once: int) -> Worker:
        return Worker(
            app,
            queues=[queue],
            name=queue,
            concurrency=at_once,
            fetch_job_polling_interval=self._limits.poll * (1 if queue == VISITS else SELDOM),
            abort_job_polling_interval=3600.0,
            listen_notify=False,  # a connection that is half open would not tell, and a poll costs a millisecond
            install_signal_handlers=False,
            update_heartbeat_interval=self._limits.stalled / 6,
        )

    async def _keep(self, worker: Worker) -> None:
        """Have one of Procrastinate's workers run, and run again, until told to stop."""
        while not self._stopping.is_set():
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            except DatabaseAway:
                continue  # it was told to stop
            except Exception as err:
                logger.error("The queue was left (%s: %s); it is taken up again.", type(err).__name__, err)
                logger.debug("The queue was left", exc_info=True)
                await pause(self._stopping, random.uniform(0.5, 1.5))  # noqa: S311 - no secret

    async def _slice(self, context: JobContext, *, site: str) -> None:
        """As `_visit`, for a slice of a site's back-fill."""
        await self._visit(context, site=site, sliced=True)

    async def _visit(self, context: JobContext, *, site: str, sliced: bool = False) -> None:
        """Do one job; what it cannot settle stays this worker's, and is given back at a later heartbeat."""
        try:
            if context.job.queue == SUSPECTS:
                await self._jobs.alone(context.job)
            await self._visited(context.job, site, sliced=sliced)
        except DatabaseAway as err:
            logger.warning("The end of the visit of %s is not recorded (%s)", site, err)
        except Exception as err:
            logger.error("The visit of %s could not be settled (%s: %s)", site, type(err).__name__, err)
            logger.debug("A visit could not be settled", exc_info=True)

    async def _visited(self, job: Job, site: str, *, sliced: bool) -> None:
        assert job.id is not None
        begun = await self._settlement.begin(job.id, site, sliced=sliced)
        if begun is None:
            return
        visit = self._begin(begun.plan)
        self.under_way.append(visit)
        if self._stopping.is_set():
            visit.stop()
        try:
            result, overdue = await self._in_time(visit, site, min(begun.seconds or math.inf, self._limits.seconds))
        finally:
            self.under_way.remove(visit)
        self.visited += 1
        self._crawled += not result.glance
        if self._crawled >= COLLECTED:
            self._crawled = 0
            gc.collect()
        hung = overdue and result.outcome == "hung"
        end = VisitEnd.FAILED if hung else end_of(result, overdue=overdue)
        await self._settlement.end(begun, result, end, visit.times, changed=visit.changed, offers=visit.offers)

    async def _in_time(self, visit: FleetVisit, site: str, seconds: float) -> tuple[VisitResult, bool]:
        """The visit's result, and whether its time was up; one that does not end even then is abandoned."""
        # A context of its own: what a visit sets for its log is no other's.
        task = asyncio.create_task(visit.run(), context=Context())
        stopped = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({task, stopped}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        overdue = not task.done() and not self._stopping.is_set()
        if overdue:
            visit.stop()
        if not task.done():
            await asyncio.wait({task}, timeout=self._limits.grace)
        if task.done():
            return task.result(), overdue
        visit.abandon()
        task.cancel()
        happened = f"it did not end within {self._limits.grace:g} s of being asked to"
        logger.error("visiting %s: %s. It is abandoned, and tried again later.", site, happened)
        return VisitResult(site=site, outcome="hung", exit_code=ExitCode.STALLED, message=happened), overdue
