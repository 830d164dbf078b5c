"""Scheduled runs of a newspaper that goes on being written, each in a fresh directory and with a fault of its own."""

from __future__ import annotations

import random
import shutil
import signal
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psutil

from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.verify import Problem, verify
from tests.fixtures.crawl import articles, differences
from tests.newspaper import Newspaper
from tests.newspaper.newsroom.paid import MOSCOW
from tests.torture.bad_store import BadStore
from tests.torture.trial import browsers, watch

BEGIN: Final = datetime(2026, 11, 20, 20, tzinfo=MOSCOW)
RUNS_A_DAY: Final = 4
GIVEN: Final = {
    "since": "2024-11-01",
    "sources": "sitemap",
    "S_PAGE_DEADLINE": "15",
    "S_STOP_GRACE": "2",
    "S_LEASE_SECONDS": "10",
}
FATES: Final = (
    "nothing",
    "kill -9",
    "SIGTERM",
    "the browser killed",
    "S3 away",
    "S3 goes away",
    "S3 throttles",
    "S3 lies",
    "the site fails now and then",
)
EDITED: Final = ("headline", "subtitle", "summary", "text", "image", "body")


class Schedule:
    """One bucket, one newspaper, so many runs; seeded, so that a bad one can be repeated."""

    def __init__(self, bucket: Location, folder: Path, seed: int, told: Callable[[str], None] = print) -> None:
        self._bucket, self._folder, self._told = bucket, folder, told
        self._random = random.Random(seed)
        self._versions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.fates: dict[str, int] = defaultdict(int)

    def run(self, runs: int) -> str:
        """All of them, then two quiet ones; what is wrong in the end, in words, or ""."""
        with Newspaper("en", modal="none", consent=False, bar=False, today=BEGIN) as paper:
            for number in range(runs + 2):
                if number and number % RUNS_A_DAY == 0 and number < runs:
                    paper.advance()
                self._look(paper)
                moment = BEGIN + timedelta(hours=number * 24 / RUNS_A_DAY, minutes=30)
                fate = self._random.choice(FATES) if number < runs else "nothing"
                # An edit that no list tells of is found when an article is looked at again, in its first month weekly.
                quiet = timedelta(days=8 * max(0, number + 1 - runs))
                self._once(number, fate, paper, moment + quiet)
            return self._wrong(paper)

    def _once(self, number: int, fate: str, paper: Newspaper, moment: datetime) -> None:
        folder = self._folder / f"run-{number}"
        location, at = self._bucket, self._random.randint(15, 150)
        given = {**GIVEN, "site": paper.origin, "E_MTCRAWLER_NOW": moment.isoformat()}
        paper.faults = replace(paper.faults, error_rate=0.2 if fate.startswith("the site") else 0.0)
        with ExitStack() as stack:
            if fate == "S3 away":
                given["E_S3_ENDPOINT_URL"] = "http://127.0.0.1:9"
            elif fate.startswith("S3"):
                location = stack.enter_context(BadStore(self._bucket, _spoil(fate, at))).location
            meddle = _Meddling(fate, self._random.uniform(1.5, 8)) if fate in _Meddling.FATES else None
            ended = watch(location, folder, given, meddle)
            while ended.code == Outcome.BUSY.exit_code:  # hours pass here in seconds, and a killed run's turn does not
                ended = watch(location, folder, given, meddle)
        self.fates[fate] += 1
        self._told(f"run {number + 1}, {fate}: exit code {ended.code} after {ended.seconds:.0f} s")
        shutil.rmtree(folder, ignore_errors=True)  # as a container's directory goes, whatever waited in it

    def _look(self, paper: Newspaper) -> None:
        for url, record in paper.expected().items():
            truth = {name: record[name] for name in EDITED}
            if not self._versions[url] or self._versions[url][-1] != truth:
                self._versions[url].append(truth)

    def _wrong(self, paper: Newspaper) -> str:
        stored, now = articles(self._bucket), paper.expected()
        twins = {url for pair in paper.twins for url in pair}
        wanted = paper.listed()["sitemap"] - twins
        problems: list[Problem] = []
        verify(self._bucket, problems.append)
        found = [f"lost {url}" for url in sorted(wanted - stored.keys())]
        found += [f"never out: {url}" for url in sorted(stored.keys() - self._versions.keys())]
        for url in sorted(stored.keys() & now.keys() - twins):
            if differs := differences(stored[url], {name: now[url][name] for name in EDITED}):
                found.append(f"{url} differs in {', '.join(differs)}")
        found += [f"{each.key}: {each.problem}" for each in problems]
        with Bucket(self._bucket) as reader:
            for url in stored:
                current = reader.get(url)
                assert current is not None
                history = [one.model_dump(mode="json") for one in reversed(list(reader.revisions(current)))]
                if not _follows(history, self._versions[url]):
                    found.append(f"{url} has revisions that were never out, or twice the same")
        return "; ".join(found)


class _Meddling:
    """Kills, stops, or takes the browser away, once, so many seconds after it was first asked."""

    FATES = ("kill -9", "SIGTERM", "the browser killed")

    def __init__(self, fate: str, seconds: float) -> None:
        self._fate, self._left, self._done = fate, seconds, False

    def __call__(self, process: psutil.Process) -> None:
        self._left -= 0.05
        if self._left > 0 or self._done:
            return
        targets = browsers(process) if self._fate == "the browser killed" else [process]
        for each in targets[:1]:
            each.send_signal(signal.SIGTERM if self._fate == "SIGTERM" else signal.SIGKILL)
            self._done = True


def _spoil(fate: str, at: int) -> Callable[[int, str, str], str | None]:
    def spoil(number: int, method: str, path: str) -> str | None:
        if fate == "S3 goes away":
            return "throttle" if number > at else None
        if fate == "S3 throttles":
            return "throttle" if number > 10 and number % 10 == 0 else None
        return "lie" if method == "PUT" and "/articles/v1/" in path and number % 5 == 0 else None

    return spoil


def _follows(history: list[dict[str, Any]], versions: list[dict[str, Any]]) -> bool:
    """Whether each revision is a version that was out, in their order; those that no run met may be missing."""
    left = iter(versions)
    return all(any(not differences(one, version) for version in left) for one in history)
