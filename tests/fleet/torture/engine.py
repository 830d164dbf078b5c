"""What hands out visits under fire: stand-in visits by the ten thousand, workers and PostgreSQL killed, a database
dropped, a poison site, a hung one, a slow one, and a back-fill that is never done.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.fleet.rebuild import Rebuilt, histories, rebuild
from mtcrawler.fleet.schedule.next_visit import Intervals
from mtcrawler.sites.loading import Sites
from mtcrawler.visits.planning import PlannedVisit
from tests.fixtures.crawl import FORKS
from tests.fleet import stand_in
from tests.fleet.stand_in import asked, make
from tests.fleet.torture.judging import Event, Judgment, begins, doubled, events_in, held, overlaps, percentile
from tests.fleet.torture.outages import WorkerProcesses, cpu_of, dropped, killed

POISON, HUNG, SLOW = ODD = ("poison.example", "hung.example", "slow.example")
QUIET, FILLING, FAULTS = 0.15, 0.3, 0.8
"""Shares of the time: without a back-fill, with it, and until the last fault."""
WARMING: Final = 8.0
"""Seconds in which workers start, and before the first fault, in which what is due counts for no lateness."""
LOOK: Final = 0.05
LOST_AFTER: Final = 60.0
"""Seconds after which a site that is due and was not visited counts as lost."""
CATCHING_UP: Final = 120.0
"""Seconds that sites which are due have at the end: one lost with three processes is missed three times first."""
HELD: Final = 10.0
"""Seconds that a hung site may hold a place beyond those of a visit and its end: those of a busy machine."""
BACK_TO: Final = "1900-01-01"
FILL: Final = "UPDATE site SET every = '1 min', backfill_since = %s, backfill_until = current_date WHERE name = ANY(%s)"
LATENESS: Final = """
SELECT extract(epoch FROM started)::float AS at, greatest(extract(epoch FROM started - due), 0)::float AS late
FROM visit WHERE NOT slice
"""
LOST: Final = """
SELECT name FROM site WHERE quarantined IS NULL AND next_due < now() - make_interval(secs => %s)
"""


@dataclass(frozen=True, slots=True)
class EngineTrial:
    """Sites, each due every so many seconds, worker processes, seconds in all, kills, kills of the database, and the
    seed of it all. `stalled` is when a silent process counts as ended, `mean` what a visit takes, in seconds.
    """

    sites: int
    workers: int
    seconds: float
    kills: int
    outages: int
    seed: int
    every: float = 20.0
    stalled: float = 30.0
    visit_seconds: float = 20.0
    mean: float = 0.2


@dataclass(slots=True)
class Found:
    """What came of a trial: the judgments, and what was measured beside them, in words."""

    judgments: list[Judgment] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)


class EngineTorture:
    """One trial in a folder of its own."""

    def __init__(self, trial: EngineTrial, folder: Path, say: Callable[[str], None] = print) -> None:
        self._trial, self._folder, self._say = trial, folder, say
        self._chance = random.Random(trial.seed)
        self._file, self._database = folder / "visits", EmbeddedDatabase(folder / "database")
        self._names = [f"site-{number}.example" for number in range(trial.sites)]
        self._plans = [PlannedVisit(name, f"https://{name}") for name in (*self._names, *ODD)]
        self._drops: list[float] = []
        self._late: list[tuple[float, float]] = []

    def run(self) -> Found:
        """Do all of it; the database is gone afterwards."""
        try:
            return self._run(self._database.up())
        finally:
            self._database.down()

    def _run(self, dsn: str) -> Found:
        trial = self._trial
        make(dsn)
        insert = "INSERT INTO site (name, url, source, next_due) VALUES (%s, %s, 'test', now() + random() * %s)"
        every = timedelta(seconds=trial.every)
        with psycopg.connect(dsn, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.executemany(insert, [(plan.site, plan.url, every) for plan in self._plans])
        workers = WorkerProcesses(lambda: self._worker(dsn), trial.workers, random.Random(trial.seed))
        began = time.time()
        edges = [began + share * trial.seconds for share in (QUIET, FILLING, FAULTS, 1)]
        cost = self._quiet(workers, began + WARMING, edges[0])
        self._fill(dsn)
        self._until(workers, edges[1])
        self._under_fire(workers, dsn, edges[1], edges[2])
        self._until(workers, edges[3])
        deadline = time.time() + CATCHING_UP
        while (lost := {row["name"] for row in asked(dsn, LOST, LOST_AFTER)}) and time.time() < deadline:
            self._until(workers, time.time() + 1)
        there = {row["name"] for row in asked(dsn, "SELECT name FROM site")}
        lost |= {plan.site for plan in self._plans} - there
        blamed = [row["name"] for row in asked(dsn, "SELECT name FROM site WHERE quarantined IS NOT NULL")]
        self._say(f"quarantined: {', '.join(blamed) or 'none'}")
        wrong = workers.stop()
        self._remember(dsn)
        events = events_in(self._file.read_text("utf-8").splitlines())
        lost |= {plan.site for plan in self._plans} - {event.site for event in events}
        return self._judged(events, workers, sorted(lost), wrong, [began + WARMING, *edges], cost)

    def _worker(self, dsn: str) -> Any:
        trial, every = self._trial, timedelta(seconds=self._trial.every)
        limits = replace(
            stand_in.LIMITS,
            visits=20,
            seconds=trial.visit_seconds,
            intervals=Intervals(every / 2, every),
            stalled=trial.stalled,
            poll=1.0 if trial.stalled > 5 else 0.2,
            slices=2,
        )
        return FORKS.Process(target=stand_in.run, args=(dsn, self._file, limits, trial.mean))

    def _quiet(self, workers: WorkerProcesses, since: float, until: float) -> tuple[float, float]:
        """CPU seconds that workers and PostgreSQL took while nothing happened."""
        self._until(workers, since)
        postgres, ours = self._database.status().pid or 0, workers.cpu()
        theirs = cpu_of(postgres)
        self._until(workers, until)
        return workers.cpu() - ours, cpu_of(postgres) - theirs

    def _until(self, workers: WorkerProcesses, moment: float) -> None:
        while time.time() < moment:
            workers.keep()
            time.sleep(LOOK)

    def _fill(self, dsn: str) -> None:
        """Have a tenth of the sites filled back, further than there is time for."""
        asked(dsn, FILL, BACK_TO, self._names[::10])

    def _under_fire(self, workers: WorkerProcesses, dsn: str, since: float, until: float) -> None:
        for moment, fault in self._schedule(since, until):
            self._until(workers, moment)
            self._say(f"{moment - since:6.1f} s: {fault}")
            if fault == "kill":
                workers.kill()
            elif fault == "outage":
                killed(self._database, self._chance)
            else:
                self._remember(dsn)
                dropped(dsn)
                self._drops.append(time.time())
                rebuilt = asyncio.run(self._rebuilt(dsn))
                self._say(f"         {rebuilt}")
                self._fill(dsn)
        self._until(workers, until)

    def _schedule(self, since: float, until: float) -> Iterator[tuple[float, str]]:
        """Kills at random moments; outages of the database spread over the time, in the middle of them the drop."""
        trial, span = self._trial, until - since
        outages = ["outage"] * trial.outages
        outages.insert(len(outages) // 2, "drop")
        step = span / len(outages)
        spread = [(since + step * (place + self._chance.uniform(0.2, 0.6)), what) for place, what in enumerate(outages)]
        kills = [(self._chance.uniform(since, until), "kill") for _ in range(trial.kills)]
        yield from sorted([*spread, *kills])

    def _remember(self, dsn: str) -> None:
        self._late += [(row["at"], row["late"]) for row in asked(dsn, LATENESS)]

    async def _rebuilt(self, dsn: str) -> Rebuilt:
        """What `fleet rebuild` does, with the runs that a bucket would tell of."""
        (self._folder / "sites").mkdir(exist_ok=True)
        runs = [
            {
                "site": f"https://{event.site}",
                "started_at": datetime.fromtimestamp(event.at, UTC).isoformat(),
                "counts": {"stored": {}},
            }
            for event in events_in(self._file.read_text("utf-8").splitlines())
            if event.what == "end" and not event.part
        ]
        known = histories(runs[::-1], Sites(self._folder / "sites"))
        every = timedelta(seconds=self._trial.every)

        async def work(connection: Connection) -> Rebuilt:
            return await rebuild(connection, {"list": self._plans}, known, Intervals(every / 2, every))

        async with FleetDatabase(dsn) as database:
            return await database.transaction(work, seconds=60)

    def _judged(
        self,
        events: Sequence[Event],
        workers: WorkerProcesses,
        lost: Sequence[str],
        wrong: int,
        edges: Sequence[float],
        cost: tuple[float, float],
    ) -> Found:
        trial, dead = self._trial, workers.dead
        done = sum(event.what == "end" for event in events)
        twice = doubled(events, trial.every / 2, self._drops)
        warm, quiet, filling, _, over = edges
        late = {
            name: [value for at, value in self._late if since <= at - value < until]
            for name, since, until in (
                ("quiet", warm, quiet),
                ("filled", quiet, filling - WARMING),
                ("fire", filling, over),
            )
        }
        most = {name: percentile(values, 0.99) for name, values in late.items()}
        both = overlaps(events, dead, self._drops)
        hold = trial.visit_seconds + stand_in.LIMITS.grace + HELD
        found = Found()
        found.judgments = [
            Judgment("sites lost", len(lost), 0),
            Judgment("overlapping visits of a site", len(both), 0),
            Judgment("visits doubled", 100 * twice / done if done else math.nan, 2, " %"),
            Judgment("lateness without faults, 99 of 100", most["quiet"], 5, " s"),
            Judgment("made later by a back-fill, 99 of 100", most["filled"] - most["quiet"], 1, " s"),
            Judgment("lateness under fire, 99 of 100", most["fire"], 60, " s"),
            Judgment("processes that a poison site ended", begins(events, POISON, self._drops), 3),
            Judgment("place held by a hung site", held((e for e in events if e.site == HUNG), dead), hold, " s"),
            Judgment("workers that did not end in good order", wrong, 0),
        ]
        begun = sum(event.what == "begin" and not event.part for event in events)
        slices = sum(event.what == "end" and bool(event.part) for event in events)
        calm = [event for event in events if event.what == "end" and warm <= event.at < quiet]
        found.measured = [f"{begun} visits and {slices} slices by {len(dead)} processes; done twice: {twice}"]
        found.measured += [f"overlap: {one}" for one in both[:10]]
        found.measured += [f"dropped at {drop:.1f}" for drop in self._drops]
        if lost:
            found.measured.append(f"lost: {', '.join(lost[:10])}")
        for name, values in late.items():
            half, last = percentile(values, 0.5), max(values, default=0)
            found.measured.append(f"{name}: late by {half:.2f} s (half), {most[name]:.2f} s (99 of 100), {last:.2f} s")
        if calm:
            ours, theirs = (1000 * value / len(calm) for value in cost)
            rate = f"{len(calm) / (quiet - warm):.1f} visits a second"
            found.measured.append(f"quiet: {rate}; CPU a visit {ours:.1f} ms in workers, {theirs:.1f} ms in PostgreSQL")
        return found
