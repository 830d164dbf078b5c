"""Procrastinate's jobs as a worker of the fleet asks for them: patiently, and with what it has lost found again."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from typing import Final, Protocol

import psycopg
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.engine.dispatcher import SUSPECTS
from mtcrawler.fleet.processes import host_name, process_name
from mtcrawler.model.errors import DatabaseAway

logger = logging.getLogger(__name__)

# In a database made anew, or an older one put back, a number of ours may be another process': each question asks whose.
BEAT: Final = """
UPDATE procrastinate_workers AS beating SET last_heartbeat = now() FROM worker
WHERE beating.id = %s AND worker.id = beating.id AND worker.process = %s
RETURNING beating.id
"""
REGISTER: Final = "SELECT worker_id FROM procrastinate_register_worker_v1()"
OURS: Final = """
INSERT INTO worker (id, process, host, pid) VALUES (%s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET process = excluded.process, host = excluded.host, pid = excluded.pid, started = now()
"""
FETCH: Final = """
WITH ours AS MATERIALIZED (
    SELECT worker.id FROM worker, fleet WHERE worker.id = %s AND worker.process = %s AND NOT fleet.draining
)
-- Each column by itself and the state as text: a prepared question fails where the type of its answer was made anew.
SELECT job.id, job.status::text AS status, job.priority, job.lock, job.queueing_lock, job.task_name, job.args,
    job.scheduled_at, job.queue_name, job.attempts, job.abort_requested, job.worker_id
FROM ours CROSS JOIN LATERAL procrastinate_fetch_job_v2(%s, ours.id) AS job WHERE job.id IS NOT NULL
"""
UNREGISTER: Final = """
DELETE FROM procrastinate_workers AS beating USING worker
WHERE beating.id = %s AND worker.id = beating.id AND worker.process = %s
"""
REATTACH: Final = """
UPDATE procrastinate_jobs AS job SET worker_id = %s FROM unnest(%s::bigint[], %s::text[]) AS running (id, lock)
WHERE job.id = running.id AND job.lock = running.lock AND job.status = 'doing' AND job.worker_id IS NULL
"""
ORPHANS: Final = """
SELECT id FROM procrastinate_jobs
WHERE worker_id IN (SELECT worker.id FROM worker WHERE process = %s) AND status = 'doing' AND NOT id = ANY(%s)
"""
AGAIN: Final = (
    "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs WHERE id = ANY(%s)"
)


class Numbered(Protocol):
    """Procrastinate's worker, as far as its number is concerned."""

    worker_id: int | None


class FleetJobs(JobManager):
    """The jobs of one process, for as many of Procrastinate's workers as it has.

    While the database is away each call waits, so that no worker ends for it. `running` are the jobs that were fetched
    and are not over; `process` names this process, in the tables and in the record of visits.

    A suspect is visited alone: while the process has a job of that queue it fetches no other.
    """

    def __init__(self, connector: BaseConnector, database: FleetDatabase) -> None:
        super().__init__(connector)
        self._database = database
        self.process = process_name()
        self.running: list[Job] = []
        self.workers: list[Numbered] = []
        self._fetching, self._over = asyncio.Lock(), asyncio.Event()
        self._orphans: dict[int, set[int]] = {}

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job for a worker, which is then its own; none while the fleet is drained or a suspect is visited.
        One whose number is gone from the tables, or is another process' there, gets none until its next heartbeat.
        """

        async def fetched(connection: Connection) -> Job | None:
            given = (worker_id, self.process, list(queues or ()))
            row = await (await connection.execute(FETCH, given)).fetchone()
            return Job.from_row(row) if row else None

        async with self._fetching:  # or a job would come beside a suspect that is fetched at the same moment
            if any(job.queue == SUSPECTS for job in self.running):
                return None
            try:
                job = await self._database.transaction(fetched)
            except DatabaseAway:
                return None
            except psycopg.errors.ForeignKeyViolation:  # its number went at this moment
                return None
            except psycopg.Error as err:  # a worker that is left for it would have no heartbeat until its visits end
                logger.warning("No job could be fetched (%s: %s); it is tried again.", type(err).__name__, err)
                return None
            if job is not None:
                self.running.append(job)
            return job

    async def alone(self, job: Job) -> None:
        """Wait until no other job of this process is running."""
        while any(one is not job for one in self.running):
            self._over.clear()
            await self._over.wait()

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """It runs no longer. A visit's end, its job's included, is one transaction of its own (settlement.py)."""
        del status, delete_job
        self.running = [one for one in self.running if one is not job]
        self._over.set()

    async def register_worker(self) -> int:
        """A number for a worker that begins."""
        return await self._database.transaction(self._registered)

    async def unregister_worker(self, worker_id: int) -> None:
        """The end of a worker; where the database is away, the reaper notices."""

        async def unregistered(connection: Connection) -> None:
            await connection.execute(UNREGISTER, (worker_id, self.process))

        try:
            await self._database.transaction(unregistered)
        except DatabaseAway as err:
            logger.warning("%s", err)

    async def prune_stalled_workers(self, seconds_since_heartbeat: float) -> list[int]:
        """None: the reaper does it, once it has looked at their jobs."""
        del seconds_since_heartbeat
        return []

    async def list_jobs_to_abort_async(self, queue: str | None = None) -> Iterable[int]:
        """None: a visit is ended by its worker alone."""
        del queue
        return ()

    async def update_heartbeat(self, worker_id: int) -> None:
        """A sign of life. A worker that the tables no longer know, because it was silent or the database is another
        one, gets a new number, and its jobs with it. Jobs that are this process' own and under way nowhere, because the
        answer that brought them was lost, are given back.
        """
        try:
            await self._database.transaction(lambda connection: self._beat(connection, worker_id))
        except DatabaseAway:
            return  # it is being stopped

    async def _registered(self, connection: Connection) -> int:
        row = await (await connection.execute(REGISTER)).fetchone()
        assert row is not None
        number = int(row["worker_id"])
        await connection.execute(OURS, (number, self.process, host_name(), os.getpid()))
        return number

    async def _beat(self, connection: Connection, worker_id: int) -> None:
        running = [job.id for job in self.running]
        if await (await connection.execute(BEAT, (worker_id, self.process))).fetchone() is None:
            number = await self._registered(connection)
            await connection.execute(REATTACH, (number, running, [job.lock for job in self.running]))
            self._orphans.pop(worker_id, None)
            for worker in self.workers:
                if worker.worker_id == worker_id:
                    worker.worker_id = number
            return
        rows = await (await connection.execute(ORPHANS, (self.process, running))).fetchall()
        found = {int(row["id"]) for row in rows}
        # One that was fetched a moment ago is not under way yet: only what is seen twice is an orphan.
        if orphans := found & self._orphans.get(worker_id, set()):
            await connection.execute(AGAIN, (list(orphans),))
        self._orphans[worker_id] = found - orphans
