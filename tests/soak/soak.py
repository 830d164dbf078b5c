"""One bucket and hundreds of runs: what must hold after each of them, whatever the site's mood or the machine's."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from mtcrawler.model import clock
from mtcrawler.storage.layout import (
    BASELINES,
    CHANGES,
    CHECKS,
    MODE_HISTORY,
    SITE_MEMORY,
    SNAPSHOTS,
    SOURCES,
    lease_key,
)
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.verify import verify
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import Run, articles, crawl
from tests.soak.moods import PAGES, Mood
from tests.soak.paper import BEGIN, HOME, Issue, stories
from tests.soak.site import MoodySite
from tests.torture.bad_store import BadStore

HERE: Final = Path(__file__).parent
HEALTHY: Final = "healthy"
SOFT: Final = "soft 404"
TORN: Final = "a torn object"
MACHINE: Final = (TORN, "a full disk", "the store throttles", "the store goes away")
EVERY: Final = timedelta(hours=7)
"""Time between two runs."""
CAP: Final = 6
"""How often a run may ask for one address: the first time, and five times more where the host asks for waits. A retry,
what a redirect leads back to, and its probe are fewer."""
OURS: Final = (CHANGES, CHECKS, SNAPSHOTS, BASELINES, MODE_HISTORY, SITE_MEMORY, SOURCES)
"""What the crawler writes for itself, of which any object may be torn."""


class Soak:
    """Seeded, so that a bad run can be repeated; `problems` is what did not hold, in words."""

    def __init__(self, bucket: Location, folder: Path, seed: int, told: Callable[[str], None] = print) -> None:
        self._bucket, self._folder, self._told = bucket, folder, told
        self._random, self._seed = random.Random(seed), seed
        self.problems: list[str] = []
        self.met: Counter[str] = Counter()
        self._healthy = 0

    def run(self, runs: int) -> None:
        """All of them, then three healthy ones, a day and more apart, after which what was taken away is told."""
        last = BEGIN + EVERY * runs + timedelta(days=40)
        every, sites = stories(self._seed, last), self._folder / "sites"
        sites.mkdir()
        shutil.copy(HERE / "gazette.example.toml", sites)
        moment = BEGIN + timedelta(hours=1)
        with MoodySite(Issue.at(every, moment)) as site:
            for number in range(runs):
                site.issue = Issue.at(every, moment)
                # Half of the days are healthy, and in turns, or the truth would never be held against the bucket.
                mood = HEALTHY if self._random.random() < 0.5 else self._random.choice([*PAGES, *MACHINE])
                self._once(number, mood, site)
                moment += EVERY
            removed: set[str] = set()
            for number in range(runs, runs + 3):
                removed = site.issue.removed if number > runs else removed
                moment += timedelta(days=9)
                site.issue = Issue.at(every, moment)
                self._once(number, HEALTHY, site)
            self._told_as_gone(site, removed)

    def _once(self, number: int, mood: str, site: MoodySite) -> None:
        site.mood = Mood(mood, f"{self._seed} {number}", sources=self._random.random() < 0.3)
        site.asked.clear()
        self.met[mood] += 1
        self._healthy = self._healthy + 1 if mood == HEALTHY else 0
        with self._machine(mood) as (bucket, given):
            run = self._crawl(bucket, site, given)
        self._let_hours_pass()
        if mood == TORN:
            self._repair(site.issue.now + EVERY / 2)
        found = [*self._asked_too_often(site), *self._ended(run, mood, site), *self._bucket_is_true(site)]
        self.problems += [f"run {number} ({mood}): {one}" for one in found]
        self._told(f"run {number}, {mood}: exit code {run.code}{'; ' + '; '.join(found) if found else ''}")
        if found:
            (self._folder / f"run-{number}.log").write_text(run.said)

    def _crawl(self, bucket: Location, site: MoodySite, given: dict[str, str]) -> Run:
        folder = self._folder / "var"
        if self._random.random() < 0.2:  # as a container's directory goes, whatever waited in it
            shutil.rmtree(folder, ignore_errors=True)
        asked = {
            "mirror": site.origin,
            "E_MTCRAWLER_SITES": str(self._folder / "sites"),
            "E_MTCRAWLER_NOW": site.issue.now.isoformat(),
            "S_RENDER_MODE": "http",
            **given,
        }
        return crawl("gazette", bucket, folder, since=f"{BEGIN:%Y-%m-%d}", **asked)

    @contextmanager
    def _machine(self, mood: str) -> Iterator[tuple[Location, dict[str, str]]]:
        """The bucket as this run sees it, and what it is given, on a machine in this mood."""
        with ExitStack() as stack:
            if mood == TORN:
                self._tear()
            if mood.startswith("the store"):
                at = self._random.randint(5, 60)
                throttles = mood.endswith("throttles")
                spoil = (
                    (lambda n, method, path: "throttle" if n % 7 == 6 else None)
                    if throttles
                    else (lambda n, method, path: "throttle" if n > at else None)
                )
                yield stack.enter_context(BadStore(self._bucket, spoil)).location, {}
            elif mood == "a full disk":
                disk = stack.enter_context(small_disk(self._folder / "disk"))
                yield self._bucket, {"E_MTCRAWLER_VAR": str(disk)}
            else:
                yield self._bucket, {}

    def _let_hours_pass(self) -> None:
        """What a run could not give back as the store was away has run out before the next one."""
        client = Client(self._bucket)
        try:
            client.delete(lease_key("gazette"))
        finally:
            client.close()

    def _repair(self, moment: datetime) -> None:
        """What the warning of a torn segment says: whom no source names any more no crawl would tell of again."""
        clock.pretend(moment)
        try:
            verify(self._bucket, lambda problem: None, repair=True)
        finally:
            clock.pretend(datetime.now(UTC))

    def _tear(self) -> None:
        """Cut one of the crawler's own objects in half: a segment of the feed, a snapshot or a note on the site."""
        client = Client(self._bucket)
        try:
            keys = [key for prefix in OURS for key in client.keys(prefix)]
            if keys:
                key = self._random.choice(sorted(keys))
                stored = client.get(key)
                assert stored is not None
                client.put(key, stored.body[: len(stored.body) // 2])
        finally:
            client.close()

    def _asked_too_often(self, site: MoodySite) -> list[str]:
        return [f"{path} was asked for {times} times" for path, times in site.asked.items() if times > CAP]

    def _ended(self, run: Run, mood: str, site: MoodySite) -> Iterator[str]:
        if "Traceback" in run.said:
            yield "a traceback"
        if run.code == 0:
            unknown = self._expected(site).keys() - articles(self._bucket).keys()
            # Where the site shows its error page a story is missing: that is the publisher's word, and counted.
            missing = {url for url in unknown if site.mood.name == SOFT and site.mood.answer(url.removeprefix(HOME))}
            if unknown - missing:
                yield f"ended with 0 without {', '.join(sorted(unknown - missing))}"
            if missing and (counted := self._counted_as_missing()) < len(missing):
                yield f"counted {counted} as missing, not {', '.join(sorted(missing))}"
        elif mood == HEALTHY and self._healthy > 1:
            yield f"ended with {run.code} on the second healthy day"

    def _counted_as_missing(self) -> int:
        with Bucket(self._bucket) as reader:
            found: int = next(reader.manifests())["counts"]["fates"].get("missing", 0)
            return found

    def _bucket_is_true(self, site: MoodySite) -> Iterator[str]:
        stored, out = articles(self._bucket), {HOME + story.path for story in site.issue.told}
        for url in sorted(stored.keys() - out):
            yield f"{url} was never out"
        if self._healthy < 2:
            return
        for url, truth in self._expected(site).items():
            if url not in stored:
                yield f"{url} is not stored"
            elif differs := {name for name, value in truth.items() if stored[url][name] != value}:
                yield f"{url} differs in {', '.join(sorted(differs))}"

    def _expected(self, site: MoodySite) -> dict[str, dict[str, Any]]:
        now = site.issue.now
        return {
            HOME + story.path: {"headline": story.headline, "text": "\n\n".join(story.paragraphs(now))}
            for story in site.issue.listed
        }

    def _told_as_gone(self, site: MoodySite, removed: set[str]) -> None:
        """`removed` are the paths of what was taken away before the last run but one: gone takes two looks."""
        with Bucket(self._bucket) as reader:
            gone = {change.canonical_url for change in reader.changes() if change.change == "gone"}
        stored = articles(self._bucket).keys()
        there = {HOME + path for path in site.issue.there}
        self.problems += [f"{url} is there and told as gone" for url in sorted(gone & there)]
        untold = {HOME + path for path in removed} & stored - gone
        self.problems += [f"{url} was taken away and is not told as gone" for url in sorted(untold)]


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk that is full after a few files, where this process may mount one."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
