"""A worker whose visits do nothing real: a process of its own, where only what hands out visits is judged.

Visits are lines of a file, "begin SITE PROCESS TIME" and "end SITE PROCESS TIME". What a visit does is in its site's
name: `poison…` ends the process, `slayer…` only in slices of its back-fill, `hung…` never ends, `slow…` ends only when
told to, `torn…` leaves something out.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from mtcrawler.fleet.database import tables
from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.worker import FleetWorker, WorkerLimits
from mtcrawler.fleet.schedule.next_visit import Intervals
from mtcrawler.fleet.websub.offers import Offers
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.results import VisitResult
from tests.fixtures.crawl import FORKS

LIMITS = WorkerLimits(
    visits=10,
    seconds=3,
    grace=1,
    intervals=Intervals(timedelta(seconds=1), timedelta(seconds=2)),
    stalled=2,
    poll=0.1,
    slices=1,
)
MEAN: Final = 0.02
"""Seconds that a visit takes on average."""


class StandIn:
    """A visit that writes down that it was."""

    times: Sequence[datetime] = ()
    changed = False
    offers: Offers = {}

    def __init__(self, plan: PlannedVisit, file: Path, mean: float = MEAN) -> None:
        self._site, self._file, self._mean, self._told = plan.site, file, mean, asyncio.Event()
        if "until" in plan.arguments:  # a slice of a back-fill has a name of its own
            self._site += f"/{plan.arguments['since']}/{plan.arguments['until']}"

    async def run(self) -> VisitResult:
        """Do what the site's name says."""
        self._note("begin")
        stopped = False
        if self._site.startswith("poison") or (self._site.startswith("slayer") and "/" in self._site):
            os.kill(os.getpid(), signal.SIGKILL)
        elif self._site.startswith("hung"):
            await asyncio.Event().wait()
        elif self._site.startswith("slow"):
            stopped = await self._told.wait()
        else:
            await asyncio.sleep(random.uniform(0.5, 1.5) * self._mean)
        self._note("end")
        if stopped:
            return VisitResult.stopped(self._site, begun=True)
        code = ExitCode.PARTIAL if self._site.startswith("torn") else ExitCode.DONE
        return VisitResult(site=self._site, outcome=code.name.lower(), exit_code=code, message="")

    def stop(self) -> None:
        """End, if it is a slow one."""
        self._told.set()

    def abandon(self) -> None:
        """Write down that nobody waits any longer."""
        self._note("abandon")

    def _note(self, what: str) -> None:
        with self._file.open("ab", buffering=0) as file:  # one write, which no other process' can fall into
            file.write(f"{what} {self._site} {os.getpid()} {time.time():.3f}\n".encode())


@contextmanager
def worker(dsn: str, file: Path, limits: WorkerLimits = LIMITS) -> Iterator[Any]:
    """A worker in a process of its own (multiprocessing's), which is gone afterwards; what it says is in FILE.log."""
    process = FORKS.Process(target=run, args=(dsn, file, limits))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def said(file: Path) -> str:
    """What the workers that write to this file said."""
    log = file.with_suffix(".log")
    return log.read_text("utf-8") if log.exists() else ""


def asked(dsn: str, query: str, *values: object) -> list[dict[str, Any]]:
    """The rows that a query gives; none where it gives none, or the database is away."""
    try:
        with psycopg.connect(dsn, autocommit=True, row_factory=dict_row, connect_timeout=2) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []
    except psycopg.OperationalError:
        return []


def make(dsn: str, *sites: str, due: str = "now()") -> None:
    """The tables, and these sites in them."""

    async def made() -> None:
        async with FleetDatabase(dsn) as database:
            await database.transaction(tables.make)

    asyncio.run(made())
    for site in sites:
        asked(dsn, f"INSERT INTO site (name, url, source, next_due) VALUES (%s, %s, 'test', {due})", site, site)


def visits(file: Path) -> dict[str, list[tuple[str, str]]]:
    """What happened at each site, in order: begin, end or abandon, and the number of the process."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        what, site, process, _ = line.split()
        found.setdefault(site, []).append((what, process))
    return found


def run(dsn: str, file: Path, limits: WorkerLimits = LIMITS, mean: float = MEAN) -> None:
    """Work until SIGTERM."""

    async def main() -> None:
        fleet = FleetWorker(FleetDatabase(dsn), lambda plan: StandIn(plan, file, mean), limits)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, fleet.stop)
        gc.freeze()  # as the command does
        await fleet.run()

    logging.basicConfig(level=logging.WARNING, filename=file.with_suffix(".log"), encoding="utf-8", force=True)
    asyncio.run(main())
