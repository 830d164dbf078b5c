"""Real crawls under fire: small served sites, a real bucket; workers, database and bucket are killed, the database is
dropped and made anew from the bucket; and the bucket is compared with what the sites published.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from mtcrawler.cli import main as mtcrawler
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.verify import Problem, verify
from tests.fixtures.crawl import FORKS, _run, environment
from tests.fixtures.moody import manifests
from tests.fixtures.store import Contents, fresh_bucket
from tests.fleet.show.sites import InventedSite, published
from tests.fleet.stand_in import asked
from tests.fleet.torture.judging import Judgment
from tests.fleet.torture.outages import WorkerProcesses, dropped, killed

EVERY: Final = "5 seconds"
"""How often each site is visited."""
AWAY: Final = (3.0, 8.0)
"""Seconds that the bucket is away, at least and at most."""
ROUND: Final = 240.0
"""Seconds within which every site is visited once more in the end; a killed worker's leases run out in one minute."""
LOOK: Final = 0.2
KINDS: Final = {"database": 2, "bucket": 2, "drop": 1}
"""How often each thing goes away, beside the workers."""


@dataclass(frozen=True, slots=True)
class CrawlTrial:
    """Sites, worker processes, seconds of faults, workers killed, and the seed of it all."""

    sites: int
    workers: int
    seconds: float
    kills: int
    seed: int


class CrawlTorture:
    """One trial in a folder of its own."""

    def __init__(self, trial: CrawlTrial, folder: Path, say: Callable[[str], None] = print) -> None:
        self._trial, self._folder, self._say = trial, folder, say
        self._chance = random.Random(trial.seed)
        self._database, self._store = EmbeddedDatabase(folder / "database"), Embedded(folder / "store")

    def run(self) -> list[Judgment]:
        """Do all of it; database and store are gone afterwards."""
        try:
            with published(self._trial.sites) as sites:
                return self._run(sites, fresh_bucket(self._store), self._database.up())
        finally:
            self._database.down()
            self._store.down()

    def _run(self, sites: Mapping[str, InventedSite], bucket: Location, dsn: str) -> list[Judgment]:
        # Half of the sites are in a list; the others were added by hand, and only the bucket knows them after a drop.
        given = self._environment(bucket, dsn)
        listed, added = list(sites)[::2], list(sites)[1::2]
        (self._folder / "sites.csv").write_text("\n".join(("url", *listed)))
        assert mtcrawler(["fleet", "sync", self._list], given) == 0
        assert not added or mtcrawler(["fleet", "add", *added], given) == 0
        asked(dsn, f"UPDATE site SET every = '{EVERY}'")
        out = str(self._folder / "out")
        workers = WorkerProcesses(
            lambda: FORKS.Process(target=_run, args=(["worker"], given, out)), self._trial.workers, self._chance
        )
        workers.keep()
        _until(lambda: _all_visited(dsn, len(sites), "'-infinity'"), workers)
        began = time.monotonic()
        for after, fault in self._schedule():
            _until(partial(_passed, began + after), workers)
            self._say(f"{after:6.1f} s: {fault}")
            self._do(fault, workers, dsn, given)
        (row,) = asked(dsn, "SELECT now()::text AS now")
        cut = datetime.now(UTC)
        asked(dsn, "UPDATE site SET next_due = now(), failures = 0")
        _until(lambda: _all_visited(dsn, len(sites), f"'{row['now']}'"), workers)
        wrong = workers.stop()
        return self._judged(sites, bucket, dsn, cut, wrong)

    @property
    def _list(self) -> str:
        return str(self._folder / "sites.csv")

    def _environment(self, bucket: Location, dsn: str) -> dict[str, str]:
        (self._folder / "sites").mkdir()
        return {
            **environment(bucket, self._folder / "var"),
            "FLEET_DSN": dsn,
            "RENDER_MODE": "http",
            "ALLOWED_NETWORKS": "127.0.0.0/8",
            "MTCRAWLER_SITES": str(self._folder / "sites"),
            "LOG_LEVEL": "WARNING",
        }

    def _schedule(self) -> list[tuple[float, str]]:
        trial = self._trial
        faults = [*(kind for kind, times in KINDS.items() for _ in range(times)), *["kill"] * trial.kills]
        return sorted((self._chance.uniform(0, trial.seconds), fault) for fault in faults)

    def _do(self, fault: str, workers: WorkerProcesses, dsn: str, given: dict[str, str]) -> None:
        if fault == "kill":
            workers.kill()
        elif fault == "database":
            killed(self._database, self._chance)
        elif fault == "bucket":
            os.kill(self._store.status().pid or 0, signal.SIGKILL)
            time.sleep(self._chance.uniform(*AWAY))
            self._store.up()
        else:
            dropped(dsn)
            assert mtcrawler(["fleet", "rebuild", self._list], given) == 0
            # What people set by hand is lost, and a front page names no article for as long as the usual interval.
            asked(dsn, f"UPDATE site SET every = '{EVERY}', next_due = now()")

    def _judged(
        self, sites: Mapping[str, InventedSite], bucket: Location, dsn: str, cut: datetime, wrong: int
    ) -> list[Judgment]:
        stored = Contents.of(bucket)
        problems: list[Problem] = []
        verify(bucket, problems.append)
        due = {f"{address}{path}" for address, site in sites.items() for path, at in site.published.items() if at < cut}
        times = Counter(article.canonical_url for article in stored.articles.values())
        twice = sum(number - 1 for number in times.values())
        twice += sum(article.revision > 1 for article in stored.articles.values())
        told = Counter(change.id for change in stored.changes if change.change == "new")
        untold = {article.id for article in stored.articles.values()} - told.keys()
        (row,) = asked(dsn, "SELECT count(*) AS many FROM site WHERE quarantined IS NULL")
        runs = manifests(bucket).values()
        self._say(f"{len(runs)} runs, {len(stored.articles)} articles, {sum(told.values())} lines of the feed")
        for problem in problems:
            self._say(f"{problem.key}: {problem.problem}")
        return [
            Judgment("sites lost, real crawls", len(sites) - row["many"], 0),
            Judgment("overlapping visits of a site, real crawls", _overlapping(runs), 0),
            Judgment("articles lost", len(due - times.keys()), 0),
            Judgment("articles stored twice", twice, 0),
            Judgment("articles that the feed does not tell of", len(untold), 0),
            Judgment("faults in the bucket", len(problems), 0),
            Judgment("workers that did not end in good order, real crawls", wrong, 0),
        ]


def _overlapping(runs: Any) -> int:
    """How many runs of a site began before the one before it had ended; those that found it taken did nothing."""
    spans = defaultdict[str, list[tuple[str, str]]](list)
    for one in runs:
        if one["outcome"] != "busy":
            spans[one["site"]].append((one["started_at"], one["finished_at"]))
    return sum(
        datetime.fromisoformat(later[0]) < datetime.fromisoformat(earlier[1])
        for told in spans.values()
        for earlier, later in pairwise(sorted(told))
    )


def _passed(moment: float) -> bool:
    return time.monotonic() >= moment


def _all_visited(dsn: str, number: int, since: str) -> bool:
    """Whether so many sites were visited, and not in vain, since a moment."""
    query = f"SELECT count(*) AS many FROM site WHERE visited > {since} AND failures = 0"
    return [row["many"] for row in asked(dsn, query)] == [number]


def _until(true: Callable[[], bool], workers: WorkerProcesses) -> None:
    deadline = time.monotonic() + ROUND
    while not true():
        assert time.monotonic() < deadline, "the sites were not visited in time"
        workers.keep()
        time.sleep(LOOK)
