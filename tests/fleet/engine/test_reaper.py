"""Who is blamed for a process that ended: the suspect first, and nobody is passed over."""

from __future__ import annotations

import asyncio

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.reaper import Reaper
from tests.fleet.stand_in import asked, make

JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)
SELECT CASE WHEN lost < 2 THEN 'visits' ELSE 'suspects' END, 'visit', name, name, 'doing', %s FROM site
"""


def test_sites_beside_a_suspect_are_blamed_but_not_quarantined(dsn: str) -> None:
    """Where a process ended that visited a suspect, the suspect is quarantined; each other site counts the process as
    well, or one that ends processes would be passed over beside a suspect, and becomes a suspect at most.
    """
    make(dsn, "first", "again", "suspect")
    asked(dsn, "UPDATE site SET lost = CASE name WHEN 'first' THEN 0 WHEN 'again' THEN 1 ELSE 2 END")
    (worker,) = asked(dsn, "SELECT worker_id AS id FROM procrastinate_register_worker_v1()")
    asked(dsn, "INSERT INTO worker (id, process, host, pid) VALUES (%s, 'one', 'here', 7)", worker["id"])
    asked(dsn, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 h'")
    asked(dsn, JOB, worker["id"])

    async def reaped() -> int:
        async with FleetDatabase(dsn) as database:
            return await Reaper(database, stalled=0).reap()

    assert asyncio.run(reaped()) == 3
    told = asked(dsn, "SELECT name, lost, quarantined IS NOT NULL AS out FROM site ORDER BY lost")
    assert [tuple(row.values()) for row in told] == [("first", 1, False), ("again", 2, False), ("suspect", 3, True)]
    jobs = asked(dsn, "SELECT lock, queue_name, status::text FROM procrastinate_jobs ORDER BY lock")
    assert [tuple(row.values()) for row in jobs] == [("again", "suspects", "todo"), ("first", "visits", "todo")]
