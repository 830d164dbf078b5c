"""Jobs of one process: its own and no other's, whatever numbers a database hands out again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from procrastinate import PsycopgConnector
from procrastinate.jobs import Job, Status

from mtcrawler.fleet import roster
from mtcrawler.fleet.database import tables
from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.engine.jobs import FleetJobs
from mtcrawler.fleet.engine.settlement import Settlement
from mtcrawler.fleet.engine.tally import Tally
from tests.fleet.stand_in import LIMITS, asked, make

JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, worker_id, args)
SELECT %s, 'visit', name, name, %s, %s, jsonb_build_object('site', name) FROM site WHERE name = %s
"""
STATES = "SELECT lock, status::text, worker_id FROM procrastinate_jobs ORDER BY lock"
ONE, TWO = "one", "two"


class Numbered:
    """Procrastinate's worker, as far as its number is concerned."""

    worker_id: int | None = None


@asynccontextmanager
async def jobs_of(dsn: str) -> AsyncIterator[tuple[FleetJobs, FleetDatabase]]:
    """The jobs of a process, which is registered."""
    async with FleetDatabase(dsn) as database:
        yield FleetJobs(PsycopgConnector(), database), database


def test_a_number_that_is_another_process_is_not_taken(dsn: str) -> None:
    """Where the tables give a worker's number to another process – they are made anew, or an older copy is put back –
    it fetches nothing under it, gives back none of the other's jobs, ends none of them, does not unregister it, and has
    a number of its own with its next heartbeat.
    """
    make(dsn, ONE, TWO)

    async def shared() -> tuple[int, int | None]:
        async with jobs_of(dsn) as (ours, database):
            number, worker = await ours.register_worker(), Numbered()
            worker.worker_id = number
            ours.workers.append(worker)
            asked(dsn, "UPDATE worker SET process = 'another' WHERE id = %s", number)
            asked(dsn, JOB, "visits", "doing", number, ONE)
            asked(dsn, JOB, "visits", "todo", None, TWO)
            (job,) = asked(dsn, "SELECT id FROM procrastinate_jobs WHERE lock = %s", ONE)
            assert await ours.fetch_job(["visits"], number) is None
            asked(dsn, "UPDATE site SET paused = true WHERE name = %s", ONE)
            assert await Settlement(database, ours, LIMITS.intervals, Tally()).begin(job["id"], ONE) is None
            await ours.unregister_worker(number)
            for _ in range(3):
                await ours.update_heartbeat(worker.worker_id)
            return number, worker.worker_id

    number, new = asyncio.run(shared())
    assert new not in {number, None}
    assert [tuple(row.values()) for row in asked(dsn, STATES)] == [(ONE, "doing", number), (TWO, "todo", None)]


def test_numbers_are_not_handed_out_again(dsn: str) -> None:
    """The numbers of workers and jobs of a database made anew are above those of the one before it."""
    numbers = []
    for _ in range(2):
        make(dsn, ONE)
        asked(dsn, JOB, "visits", "todo", None, ONE)
        (row,) = asked(
            dsn, "SELECT new.worker_id, id FROM procrastinate_register_worker_v1() AS new, procrastinate_jobs"
        )
        numbers.append(row)
        asked(dsn, "DROP SCHEMA public CASCADE")
        asked(dsn, "CREATE SCHEMA public")
    before, after = numbers
    assert after["worker_id"] > before["worker_id"]
    assert after["id"] > before["id"]


def test_a_suspect_is_visited_alone(dsn: str) -> None:
    """A process that has a suspect's job fetches no other until that is over; the suspect waits for those that are
    running, so that whatever ends the process is told from it.
    """
    make(dsn, ONE, TWO, "suspect")

    async def fetched() -> None:
        async with jobs_of(dsn) as (ours, _):
            number = await ours.register_worker()
            asked(dsn, JOB, "visits", "todo", None, ONE)
            asked(dsn, JOB, "suspects", "todo", None, "suspect")
            first, suspect = [await ours.fetch_job([queue], number) for queue in ("visits", "suspects")]
            assert first is not None
            assert suspect is not None
            asked(dsn, JOB, "visits", "todo", None, TWO)
            assert await ours.fetch_job(["visits"], number) is None
            waiting = asyncio.create_task(ours.alone(suspect))
            await asyncio.wait({waiting}, timeout=0.05)
            assert not waiting.done()
            await ours.finish_job(first, Status.SUCCEEDED, delete_job=False)
            await asyncio.wait_for(waiting, 5)
            assert await ours.fetch_job(["visits"], number) is None
            await ours.finish_job(suspect, Status.SUCCEEDED, delete_job=False)
            last = await ours.fetch_job(["visits"], number)
            assert last is not None
            assert last.task_kwargs == {"site": TWO}

    asyncio.run(fetched())


def test_a_drained_fleet_hands_out_nothing(dsn: str) -> None:
    """While the fleet is drained no job is fetched, not even one that came back from a process that ended, and one that
    was fetched at the same moment begins no visit; once that is over they are handed out.
    """
    make(dsn, ONE, TWO)

    async def drained() -> None:
        async with jobs_of(dsn) as (ours, database):
            number = await ours.register_worker()
            asked(dsn, JOB, "visits", "todo", None, ONE)
            job = await ours.fetch_job(["visits"], number)
            assert job is not None
            assert job.id is not None
            await database.transaction(lambda connection: roster.drain(connection, draining=True))
            assert await Settlement(database, ours, LIMITS.intervals, Tally()).begin(job.id, ONE) is None
            asked(dsn, JOB, "visits", "todo", None, TWO)
            assert await ours.fetch_job(["visits"], number) is None
            assert [row["lock"] for row in asked(dsn, STATES)] == [TWO]
            await database.transaction(lambda connection: roster.drain(connection, draining=False))
            assert await ours.fetch_job(["visits"], number) is not None

    asyncio.run(drained())


def test_jobs_are_fetched_from_tables_made_anew(dsn: str, caplog: pytest.LogCaptureFixture) -> None:
    """A process that asked for jobs many times is given those of tables that were dropped and made anew, at once and
    without a word.
    """
    make(dsn)

    async def made(connection: Connection) -> None:
        await tables.drop(connection)
        await tables.make(connection)

    async def fetched() -> Job | None:
        async with jobs_of(dsn) as (ours, database):
            number = await ours.register_worker()
            for _ in range(10):
                assert await ours.fetch_job(["visits"], number) is None
            await database.transaction(made)
            make_site = "INSERT INTO site (name, url, source) VALUES (%s, %s, 'test')"
            asked(dsn, make_site, ONE, ONE)
            asked(dsn, JOB, "visits", "todo", None, ONE)
            return await ours.fetch_job(["visits"], await ours.register_worker())

    job = asyncio.run(fetched())
    assert job is not None
    assert (job.lock, job.status, caplog.text) == (ONE, "doing", "")
