"""What handing out visits costs: a worker whose visits do nothing but wait, and PostgreSQL, by their CPU time.

`python -m benchmarks.fleet.engine [VISITS [SECONDS]]` has a worker do so many visits a second (20) for so long (30).
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import Final

from benchmarks.measuring.contenders import scratch
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.fleet.schedule.next_visit import Intervals
from tests.fixtures.crawl import FORKS
from tests.fleet import stand_in
from tests.fleet.torture.outages import cpu_of

EVERY: Final = timedelta(seconds=20)
"""Between two visits of a site."""
WARM: Final = 30.0
"""Seconds until it is measured: by then each site has been visited."""
MEAN: Final = 0.2
"""Seconds that a visit waits, on average."""


def main(rate: int = 20, seconds: int = 30) -> None:
    """Measure, and print a line."""
    names = [f"site-{number}.example" for number in range(round(rate * EVERY.total_seconds()))]
    limits = replace(stand_in.LIMITS, visits=20, seconds=20, intervals=Intervals(EVERY / 2, EVERY), stalled=30, poll=1)
    with scratch() as folder:
        database = EmbeddedDatabase(folder / "database")
        try:
            dsn = database.up()
            stand_in.make(dsn)
            insert = "INSERT INTO site (name, url, source, every, next_due) SELECT name, 'https://' || name, 'bench', "
            insert += "%s::interval, now() + random() * %s::interval FROM unnest(%s::text[]) AS name"
            stand_in.asked(dsn, insert, EVERY, EVERY, names)
            worker = FORKS.Process(target=stand_in.run, args=(dsn, folder / "visits", limits, MEAN))
            worker.start()
            time.sleep(WARM)
            before = _spent(dsn, worker.pid or 0, database.status().pid or 0)
            time.sleep(seconds)
            after = _spent(dsn, worker.pid or 0, database.status().pid or 0)
            worker.terminate()
            worker.join()
        finally:
            database.down()
    visits, ours, theirs = (late - early for late, early in zip(after, before, strict=True))
    told = f"CPU a visit: {1000 * ours / visits:.1f} ms in the worker, {1000 * theirs / visits:.1f} ms in PostgreSQL"
    print(f"{visits / seconds:.1f} visits a second; {told}")


def _spent(dsn: str, worker: int, database: int) -> tuple[float, float, float]:
    """Visits so far, and CPU seconds so far of the worker and of the database."""
    (row,) = stand_in.asked(dsn, "SELECT coalesce(max(id), 0) AS many FROM visit")
    return row["many"], cpu_of(worker), cpu_of(database)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
