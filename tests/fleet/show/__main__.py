"""`make fleet`: invented sites on loopback, a worker that is killed, a database that is killed, and a picture."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from mtcrawler.cli import main as mtcrawler
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.security import private_files
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import ROOT
from tests.fleet.show.picture import Visited, Worked, drawn
from tests.fleet.show.sites import InventedSite, published
from tests.fleet.stand_in import asked

VAR: Final = ROOT / "var" / "fleet-show"
LEAST: Final = 150
"""Seconds in which a killed worker's sites come back although the database goes away meanwhile."""
EVERY: Final = "20 seconds"
"""How often each site is visited: news of a few minutes is no rate."""
LOOK: Final = 0.5
"""Seconds between two looks."""
AWAY: Final = 8.0
"""Seconds for which the database is away."""
ENDING: Final = 90.0
"""Seconds that a worker may take to end in good order."""
RESULTS: Final = """
SELECT started, greatest(extract(epoch FROM started - due), 0)::float AS late, outcome FROM visit ORDER BY started
"""


class Workers:
    """Worker processes, and when each began and ended."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment, self.past = environment, list[Worked]()
        self._log = private_files.writing(VAR / "workers.log")
        self._running: dict[int, tuple[subprocess.Popen[bytes], datetime]] = {}

    def start(self) -> None:
        """One more."""
        line = [sys.executable, "-m", "mtcrawler.cli", "worker"]
        process = subprocess.Popen(line, cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log)
        self._running[process.pid] = process, datetime.now(UTC)

    def kill(self) -> None:
        """One less, with -9."""
        pid = random.choice(list(self._running))
        self._end(pid, signal.SIGKILL)

    def stop(self) -> None:
        """All end in good order."""
        for process, _ in self._running.values():
            process.send_signal(signal.SIGTERM)
        for pid in list(self._running):
            self._end(pid, signal.SIGTERM)

    def _end(self, pid: int, sign: signal.Signals) -> None:
        process, begun = self._running.pop(pid)
        process.send_signal(sign)
        process.wait(ENDING)
        self.past.append(Worked(pid, begun, datetime.now(UTC), killed=sign == signal.SIGKILL))


def main() -> int:
    """Run it; returns 0 where all that was there at the beginning is in the bucket at the end."""
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=180)
    options = parser.parse_args()
    if options.seconds < LEAST:
        parser.error(f"--seconds: give it {LEAST} or more: the sites of a killed worker are visited again only then")
    os.umask(private_files.UMASK)
    console, database, store = Console(width=120), EmbeddedDatabase(VAR / "fleet"), Embedded(VAR / "store")
    if VAR.exists():  # the sites are others every time
        database.down()
        store.down()
        shutil.rmtree(VAR)
    private_files.folder(VAR)
    try:
        with published(options.sites) as sites:
            return _shown(console, database, store, sites, options)
    finally:
        database.down()
        store.down()


def _shown(
    console: Console,
    database: EmbeddedDatabase,
    store: Embedded,
    sites: dict[str, InventedSite],
    options: argparse.Namespace,
) -> int:
    dsn, location = database.up(), store.up()
    environment = {**os.environ, "MTCRAWLER_VAR": str(VAR), "RENDER_MODE": "http", "LOG_LEVEL": "WARNING"}
    environment |= {"MTCRAWLER_CONTACT": "https://fleet.example.test/bot", "FLEET_DSN": dsn, "SCRAPY_PROJECT": "test"}
    if mtcrawler(["--var", str(VAR), "fleet", "add", *sites], environment):
        return 1
    asked(dsn, f"UPDATE site SET every = '{EVERY}'")
    workers, away, began = Workers(environment), list[tuple[datetime, datetime]](), datetime.now(UTC)
    for _ in range(options.workers):
        workers.start()
    begun = time.monotonic()
    console.print(f"{len(sites)} sites, {options.workers} workers, {options.seconds} s; log in {VAR / 'workers.log'}")

    def until(share: float) -> None:
        while time.monotonic() - begun < share * options.seconds:
            time.sleep(LOOK)

    until(0.4)
    console.print("One worker is killed with -9, and another started.")
    workers.kill()
    workers.start()
    until(0.6)
    console.print("The database is killed, and comes back.")
    since = datetime.now(UTC)
    os.kill(database.status().pid or 0, signal.SIGKILL)
    time.sleep(AWAY)
    database.up()
    away.append((since, datetime.now(UTC)))
    until(1)
    cut = datetime.now(UTC)
    mtcrawler(["--var", str(VAR), "fleet", "status"], environment)
    workers.stop()
    rows = asked(dsn, RESULTS)
    visits = [Visited(row["started"], row["late"]) for row in rows if row["started"] >= began]
    title = f"{len(sites)} sites, each every {EVERY}; {options.workers} workers; {len(visits)} visits"
    path = VAR / "fleet.svg"
    private_files.put(path, drawn(title, began, cut, visits, workers.past, away).encode())
    with Bucket(location) as bucket:
        stored = {(article.site, article.canonical_url) for article in bucket.articles()}
    return _told(console, path, sites, [visit.late for visit in visits], {url for _, url in stored}, began)


def _told(
    console: Console, path: Path, sites: dict[str, InventedSite], late: list[float], stored: set[str], early: datetime
) -> int:
    """What came of it; articles that came out before `early` have to be in the bucket."""
    due = {f"{address}{one}" for address, site in sites.items() for one, at in site.published.items() if at < early}
    missing, late = due - stored, sorted(late)
    if late:
        half, most = late[len(late) // 2], late[int(len(late) * 0.99)]
        console.print(f"Late by {half:.1f} s (half), {most:.1f} s (99 of 100), {late[-1]:.1f} s (the most).")
    console.print(
        f"{len(stored)} articles stored; of {len(due)} that were there at the beginning {len(missing)} are missing."
    )
    console.print(f"The picture is {path}.")
    if missing or not late:
        console.print("Not all sites were visited again in time: give it more seconds (ARGS='--seconds 300').")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
