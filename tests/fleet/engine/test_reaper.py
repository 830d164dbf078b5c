"""Who is blamed for a process that ended: everyone it visited, and quarantined is only what was alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.engine import reaper
from mtcrawler.fleet.engine.dispatcher import Dispatcher
from mtcrawler.fleet.engine.reaper import Reaper
from mtcrawler.fleet.engine.tally import Tally
from mtcrawler.fleet.roster import quarantine
from mtcrawler.fleet.status import FleetStatus, status
from tests.fleet.stand_in import asked, make

T = TypeVar("T")

JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id)
SELECT CASE WHEN lost < 2 THEN 'visits' ELSE 'suspects' END, 'visit', name, name, 'doing', %s FROM site
WHERE name = ANY(%s)
"""


def dead(dsn: str, process: str, *sites: str, silent: str = "1 h") -> None:
    """A process that was heard of last so long ago, with these visits."""
    (worker,) = asked(dsn, "SELECT worker_id AS id FROM procrastinate_register_worker_v1()")
    asked(dsn, "INSERT INTO worker (id, process, host, pid) VALUES (%s, %s, 'here', 7)", worker["id"], process)
    beat = "UPDATE procrastinate_workers SET last_heartbeat = now() - %s::interval WHERE id = %s"
    asked(dsn, beat, silent, worker["id"])
    asked(dsn, JOB, worker["id"], list(sites))


def dispatched(dsn: str) -> None:
    async def dispatch() -> None:
        async with FleetDatabase(dsn) as database:
            await Dispatcher(database).dispatch()

    asyncio.run(dispatch())


def steered(dsn: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    async def done() -> T:
        async with FleetDatabase(dsn) as database:
            return await database.transaction(work)

    return asyncio.run(done())


def state(dsn: str) -> FleetStatus:
    return steered(dsn, status)


def reaped(dsn: str, stalled: float = 0) -> int:
    async def reap() -> int:
        async with FleetDatabase(dsn) as database:
            database._back_at -= 2 * stalled
            return await Reaper(database, Tally(), stalled).reap()

    return asyncio.run(reap())


def test_a_suspect_is_quarantined_only_where_it_was_alone(dsn: str) -> None:
    """Where a process ended that visited several sites, each counts it, and becomes a suspect at most, a suspect
    included; a suspect that was all that a process visited is quarantined.
    """
    make(dsn, "first", "again", "suspect")
    asked(dsn, "UPDATE site SET lost = CASE name WHEN 'first' THEN 0 WHEN 'again' THEN 1 ELSE 2 END")
    dead(dsn, "one", "first", "again", "suspect")
    assert reaped(dsn) == 3
    told = "SELECT name, lost, quarantined IS NOT NULL AS out FROM site ORDER BY lost, name"
    found = [tuple(row.values()) for row in asked(dsn, told)]
    assert found == [("first", 1, False), ("again", 2, False), ("suspect", 2, False)]
    jobs = asked(dsn, "SELECT lock, queue_name, status::text FROM procrastinate_jobs ORDER BY lock")
    assert [(row["lock"], row["queue_name"]) for row in jobs] == [
        ("again", "suspects"),
        ("first", "visits"),
        ("suspect", "suspects"),
    ]
    assert {row["status"] for row in jobs} == {"todo"}
    asked(dsn, "DELETE FROM procrastinate_jobs")
    dead(dsn, "two", "suspect")
    assert reaped(dsn) == 1
    assert [tuple(row.values()) for row in asked(dsn, told)][-1] == ("suspect", 3, True)


def test_a_process_that_is_heard_of_has_not_ended(dsn: str) -> None:
    """A process has a number for each queue: while one of them is heard of, none of its visits is taken from it, or a
    suspect would look as if it had been alone.
    """
    make(dsn, "suspect", "site")
    asked(dsn, "UPDATE site SET lost = 2 WHERE name = 'suspect'")
    dead(dsn, "one", "suspect", silent="31 s")
    dead(dsn, "one", "site", silent="29 s")
    assert reaped(dsn, stalled=30) == 0
    asked(dsn, "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '2 s'")
    assert reaped(dsn, stalled=30) == 2
    assert asked(dsn, "SELECT name FROM site WHERE quarantined IS NOT NULL") == []


def test_the_visits_of_a_process_are_not_cut_in_two(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more visits were lost than are looked at at a time, those of a process come together, or its last one would
    look as if it had been alone.
    """
    monkeypatch.setattr(reaper, "AT_ONCE", 3)
    make(dsn, "a", "b", "c", "suspect")
    asked(dsn, "UPDATE site SET lost = 2 WHERE name = 'suspect'")
    dead(dsn, "one", "a", "b")
    dead(dsn, "two", "suspect", "c")
    assert [reaped(dsn) for _ in range(3)] == [2, 2, 0]
    assert asked(dsn, "SELECT name FROM site WHERE quarantined IS NOT NULL") == []


def test_slices_of_back_fills_are_counted_by_themselves(dsn: str) -> None:
    """A slice that a process ended with is tried again later, the third time alone, and then no more until its site is
    released; the site's visits are not blamed for it, nor does a visit that went well make it forgotten.
    """
    make(dsn, "site", due="now() + interval '1 h'")
    asked(dsn, "UPDATE site SET backfill_since = '2026-01-01', backfill_until = '2026-09-01'")
    queues = []
    for number in range(4):
        asked(dsn, "UPDATE site SET backfill_due = now()")
        dispatched(dsn)
        queues += [row["queue_name"] for row in asked(dsn, "SELECT queue_name FROM procrastinate_jobs")]
        dead(dsn, f"process-{number}")
        number_of = "(SELECT id FROM worker ORDER BY id DESC LIMIT 1)"
        asked(dsn, f"UPDATE procrastinate_jobs SET status = 'doing', worker_id = {number_of}")
        assert reaped(dsn) == (number < 3)
        told = asked(dsn, "SELECT slices_lost, lost, backfill_due > now() AS later, quarantined FROM site")
        assert told == [{"slices_lost": min(number + 1, 3), "lost": 0, "later": number < 3, "quarantined": None}]
    assert queues == ["slices", "slices", "suspects"]
    assert state(dsn).stopped_backfills == [
        {"name": "site", "reason": "3 worker processes ended while crawling a slice of it"}
    ]
    assert state(dsn).backfilling == 0
    steered(dsn, lambda connection: quarantine(connection, ["site"], None))
    assert (state(dsn).backfilling, state(dsn).stopped_backfills) == (1, [])
