"""Many visits in one worker: do its memory, its files and the cost of a visit stay as they are?

`python -m benchmarks.fleet [VISITS [SITES [counted]]]` serves small sites on loopback and has one worker visit them as
often as it can, 10,000 times 100 sites. Most visits are a glance, one in six or so finds an article. A tenth of the
sites is shown in a browser, a tenth crawled in auto mode; a fifth nobody has described. It prints a line for each
tenth. With `counted` the requests to the bucket pass through a server that counts them, which takes CPU time as well.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.fleet.looking import Cpu, Look, look, rows
from benchmarks.fleet.sites import Wire, served
from benchmarks.measuring.contenders import ROOT, scratch
from mtcrawler.cli import main as mtcrawler
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.runs.outcome.counts import NOTHING_NEW
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.fixtures.answering import Answer, Asked, answering
from tests.fixtures.crawl import environment
from tests.fixtures.moody import manifests
from tests.fixtures.store import fresh_bucket
from tests.fleet.stand_in import asked

EVERY: Final = "1 second"
"""How soon a site is due again: a worker that is always behind has no idle time."""
PERIOD: Final = 5.0
"""Seconds between two looks."""
SLOWEST: Final = 1.0
"""Seconds that a visit may take on average."""
MODES: Final = {0: "browser", 1: "auto"}
"""How sites are crawled whose number ends so; all others over HTTP."""
UNDESCRIBED: Final = {2, 3}
"""Ends of the numbers of sites that nobody has described."""
HEAD: Final = """
| visits so far | a second | CPU ms a visit: worker | browser | PostgreSQL | S3 server | MiB in all | \
process that visits | browser | its open files | its threads |
|---|---|---|---|---|---|---|---|---|---|---|"""
MOST_MIB: Final = 2048
GROWN: Final = 1.10
"""What is held in the last tenth, at most, by what was held in the third."""


def main(visits: int = 10_000, sites: int = 100, *, counted: bool = False) -> int:
    """Have them visited, and judge; 1 where something did not hold."""
    made: Counter[str] = Counter()
    with scratch() as folder, served(sites) as wires, ExitStack() as counting:
        database, store = EmbeddedDatabase(folder / "database"), Embedded(folder / "store")
        try:
            bucket = fresh_bucket(store)
            behind = counting.enter_context(answering(bucket, change=partial(_note, made))) if counted else bucket
            looks = list(_watched(wires, database, store, behind, folder, visits))
            ends = Counter(row["outcome"] for row in asked(database.up(), "SELECT outcome FROM visit"))
            kinds = _kinds(bucket)
        finally:
            database.down()
            store.down()
    print(HEAD, *rows(looks), sep="\n")
    published = sum(len(one.published) for one in wires.values())
    print(f"ends of visits: {dict(ends)}; of runs: {dict(kinds)}; articles published: {published}")
    if counted:
        each = ", ".join(f"{number / looks[-1].visits:.2f} {what}" for what, number in sorted(made.items()))
        print(f"requests to the bucket a visit: {each}")
    return 0 if _holds(looks, visits) else 1


def _note(made: Counter[str], asked: Asked, answer: Answer) -> None:
    """A request to the bucket, by the first part of its key."""
    place = asked.path.partition("?")[0].split("/")[2:3]
    made[f"{asked.method} {place[0] if place and place[0] else 'list'}"] += answer.status < HTTPStatus.BAD_REQUEST


def _watched(
    wires: dict[str, Wire], database: EmbeddedDatabase, store: Embedded, bucket: Location, folder: Path, visits: int
) -> Iterator[Look]:
    """Looks at a worker until so many visits have ended."""
    dsn = database.up()
    (folder / "sites").mkdir()
    given = {
        **environment(bucket, folder / "var"),
        "FLEET_DSN": dsn,
        "ALLOWED_NETWORKS": "127.0.0.0/8",
        "MTCRAWLER_SITES": str(folder / "sites"),
        "PYTHONPATH": str(ROOT),
        "RENDER_MODE": "http",
    }
    for origin, site in wires.items():
        if site.number % 10 not in UNDESCRIBED:
            (folder / "sites" / f"{urlsplit(origin).hostname}.toml").write_text(site.definition)
    listed = [f"{origin},{MODES.get(site.number % 10, 'http')}" for origin, site in wires.items()]
    (folder / "sites.csv").write_text("\n".join(("url,RENDER_MODE", *listed)))
    assert mtcrawler(["fleet", "sync", str(folder / "sites.csv")], given) == 0
    asked(dsn, f"UPDATE site SET every = '{EVERY}'")
    servers = {"database": database.status().pid or 0, "store": store.status().pid or 0}
    cpu, begun = Cpu(), time.monotonic()
    with _worker(given, folder / "said.txt") as process:
        done = 0
        while done < visits:
            if process.poll() is not None or time.monotonic() - begun > 60 + SLOWEST * visits:
                sys.exit(f"{done} visits, then:\n{(folder / 'said.txt').read_text(errors='replace')[-3000:]}")
            time.sleep(PERIOD)
            (row,) = asked(dsn, "SELECT coalesce(max(id), 0) AS many FROM visit")
            done = row["many"]
            one = look(cpu, process.pid, servers, time.monotonic() - begun, done)
            told = (
                f"{one.at:.0f} s, {done} visits, {one.whole:.0f} MiB, {one.visiting:.0f} of them the visiting process"
            )
            print(f"{told}, {one.files} files, {one.threads} threads", file=sys.stderr, flush=True)
            yield one


def _kinds(bucket: Location) -> Counter[str]:
    """How many runs were a glance, crawls with something new and crawls with nothing; and the articles stored."""
    found: Counter[str] = Counter()
    for told in manifests(bucket).values():
        counts = told["counts"]
        new = sum(counts["stored"].get(kind, 0) for kind in ("new", "revised"))
        found["glance" if NOTHING_NEW in counts["glance"] else "crawl with news" if new else "crawl without"] += 1
        found["articles"] += new
    return found


@contextmanager
def _worker(given: dict[str, str], said: Path) -> Iterator[subprocess.Popen[Any]]:
    """A worker, told to end afterwards."""
    kept = {name: value for name, value in given.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with said.open("wb") as out:
        line = [sys.executable, "-m", "scrapy", "worker"]
        process = subprocess.Popen(line, cwd=ROOT, env=kept, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
    print(said.read_text("utf-8", "replace").splitlines()[-1])


def _holds(looks: list[Look], visits: int) -> bool:
    third = [one for one in looks if 0.2 * visits <= one.visits <= 0.3 * visits]
    last = [one for one in looks if one.visits >= 0.9 * visits]
    if not third or not last:
        return False
    peak = max(one.whole for one in looks)
    before, after = (max(one.visiting for one in part) for part in (third, last))
    laws = {
        f"it held {peak:.0f} MiB at most, all processes, up to {MOST_MIB}": peak <= MOST_MIB,
        f"the visiting process held {after:.0f} MiB in the last tenth, {before:.0f} in the third": after
        <= GROWN * before,
    }
    for law, holds in laws.items():
        print("holds: " if holds else "FAILS: ", law, sep="")
    return all(laws.values())


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    sys.exit(main(*numbers, counted="counted" in sys.argv))
