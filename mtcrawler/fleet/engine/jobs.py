"""Procrastinate's jobs as a worker of the fleet asks for them: patiently, and with what it has lost found again."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable
from typing import Final, Protocol
from uuid import uuid4

from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.model.errors import DatabaseAway

logger = logging.getLogger(__name__)

BEAT: Final = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %s RETURNING id"
REGISTER: Final = "SELECT worker_id FROM procrastinate_register_worker_v1()"
OURS: Final = "INSERT INTO worker (id, process, host, pid) VALUES (%s, %s, %s, %s) ON CONFLICT (id) DO NOTHING"
REATTACH: Final = """
UPDATE procrastinate_jobs SET worker_id = %s
WHERE id = ANY(%s) AND status = 'doing' AND (worker_id IS NULL OR worker_id = %s)
"""
ORPHANS: Final = "SELECT id FROM procrastinate_jobs WHERE worker_id = %s AND status = 'doing' AND NOT id = ANY(%s)"
AGAIN: Final = (
    "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs WHERE id = ANY(%s)"
)


class Numbered(Protocol):
    """Procrastinate's worker, as far as its number is concerned."""

    worker_id: int | None


class FleetJobs(JobManager):
    """The jobs of one process, for as many of Procrastinate's workers as it has.

    While the database is away each call waits, so that no worker ends for it. `running` are the jobs whose visits are
    under way; `process` names this process, in the tables and in the record of visits.
    """

    def __init__(self, connector: BaseConnector, database: FleetDatabase) -> None:
        super().__init__(connector)
        self._database = database
        self.process = f"{socket.gethostname()[:100]}-{os.getpid()}-{uuid4().hex[:6]}"
        self.running: set[int] = set()
        self.workers: list[Numbered] = []
        self.numbers: set[int] = set()
        self._orphans: dict[int, set[int]] = {}

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """The next job for a worker, which is then its own. One whose number is gone from the tables gets none until
        its next heartbeat.
        """
        try:
            return await self._database.ask(lambda: super(FleetJobs, self).fetch_job(queues, worker_id))
        except DatabaseAway:
            return None
        except ConnectorException as err:
            logger.debug("No job was fetched (%s)", err.__cause__)
            return None

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Nothing: a visit's end, its job's included, is one transaction (settlement.py)."""

    async def register_worker(self) -> int:
        """A number for a worker that begins."""
        return await self._database.transaction(self._registered)

    async def unregister_worker(self, worker_id: int) -> None:
        """The end of a worker; where the database is away, the reaper notices."""
        try:
            await self._database.ask(lambda: super(FleetJobs, self).unregister_worker(worker_id))
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
        """A sign of life. A worker that the tables no longer know, because it was silent or the database is a new one,
        gets a new number, and its jobs with it. Jobs that are its own and under way nowhere, because the answer that
        brought them was lost, are given back.
        """
        try:
            await self._database.transaction(lambda connection: self._beat(connection, worker_id))
        except DatabaseAway:
            return  # it is being stopped

    async def _registered(self, connection: Connection) -> int:
        row = await (await connection.execute(REGISTER)).fetchone()
        assert row is not None
        number = int(row["worker_id"])
        await connection.execute(OURS, (number, self.process, socket.gethostname(), os.getpid()))
        self.numbers.add(number)
        return number

    async def _beat(self, connection: Connection, worker_id: int) -> None:
        if await (await connection.execute(BEAT, (worker_id,))).fetchone() is None:
            number = await self._registered(connection)
            await connection.execute(REATTACH, (number, list(self.running), worker_id))
            for worker in self.workers:
                if worker.worker_id == worker_id:
                    worker.worker_id = number
            return
        rows = await (await connection.execute(ORPHANS, (worker_id, list(self.running)))).fetchall()
        found = {int(row["id"]) for row in rows}
        # One that was fetched a moment ago is not under way yet: only what is seen twice is an orphan.
        if orphans := found & self._orphans.get(worker_id, set()):
            await connection.execute(AGAIN, (list(orphans),))
        self._orphans[worker_id] = found - orphans
