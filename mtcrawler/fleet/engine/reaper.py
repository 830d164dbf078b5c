"""Visits whose process has ended without a word are handed out again; a site that ends processes is quarantined."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import Any, Final

import psycopg

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.engine.dispatcher import QUARANTINE_AFTER, SLICE, SUSPECT_AFTER, SUSPECTS, VISITS
from mtcrawler.fleet.engine.tally import Tally

logger = logging.getLogger(__name__)

STALLED: Final = 30.0
"""Seconds without a heartbeat after which a process counts as ended."""
AT_ONCE: Final = 1000
"""Visits that are looked at, at a time; a process has no more than half of them."""
REAPING: Final = 7_206_174_003
"""The number of the lock that whoever reaps holds."""

STALLED_JOBS: Final = """
SELECT job.id, job.lock AS site, job.queue_name AS queue, job.task_name AS task,
    worker.process, worker.host, worker.pid
FROM procrastinate_jobs AS job
LEFT JOIN procrastinate_workers AS beating ON beating.id = job.worker_id
LEFT JOIN worker ON worker.id = job.worker_id
WHERE job.status = 'doing'
    AND (beating.id IS NULL OR beating.last_heartbeat < now() - make_interval(secs => %(stalled)s))
    -- All that a process had come at once, or it could not be told what was alone: it has one number for each queue.
    AND NOT EXISTS (
        SELECT FROM worker AS same JOIN procrastinate_workers AS other ON other.id = same.id
        WHERE same.process = worker.process AND other.last_heartbeat >= now() - make_interval(secs => %(stalled)s)
    )
ORDER BY worker.process, job.id
LIMIT %(most)s
FOR UPDATE OF job SKIP LOCKED
"""
BLAME: Final = "UPDATE site SET lost = least(lost + 1, greatest(lost, %s)) WHERE name = %s RETURNING lost"
BLAME_SLICE: Final = """
UPDATE site SET slices_lost = least(slices_lost + 1, greatest(slices_lost, %s)), backfill_due = now() + %s::interval
WHERE name = %s RETURNING slices_lost
"""
SLICE_AGAIN: Final = "1 hour"
"""Until a slice that a process ended with is tried again."""
AGAIN: Final = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, %s, NULL)"
DELETE: Final = "DELETE FROM procrastinate_jobs WHERE id = %s"
QUARANTINE: Final = "UPDATE site SET quarantined = now(), reason = %s WHERE name = %s"
FORGET: Final = """
DELETE FROM procrastinate_workers AS beating
WHERE last_heartbeat < now() - make_interval(secs => %(stalled)s)
    AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE worker_id = beating.id AND status = 'doing')
"""
FORGET_OURS: Final = """
DELETE FROM worker WHERE started < now() - make_interval(secs => %(stalled)s)
    AND NOT EXISTS (SELECT FROM procrastinate_workers WHERE procrastinate_workers.id = worker.id)
"""

Row = dict[str, Any]


class Reaper:
    """Looks for visits of ended processes.

    The site of such a visit is blamed: with the first process it is visited again as any other, with the second alone
    (`suspects`), with the third it is quarantined. Only what was alone is quarantined: of several visits any may have
    ended the process. Slices of back-fills are counted by themselves, and with the third the back-fill stops.
    """

    def __init__(self, database: FleetDatabase, tally: Tally, stalled: float = STALLED) -> None:
        self._database, self._tally, self._stalled = database, tally, stalled

    async def reap(self) -> int:
        """How many visits were taken from ended processes.

        None while the database has not answered without a break for as long as a process may be silent: after it was
        away, every process looks as if it had ended.
        """
        if self._database.unbroken < self._stalled:
            return 0
        taken, quarantined = await self._database.transaction(self._reaped)
        self._tally.taken += taken
        self._tally.quarantined += quarantined
        return taken

    async def _reaped(self, connection: Connection) -> tuple[int, int]:
        """Visits that were taken, and sites that were quarantined for them."""
        alone = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s) AS may", (REAPING,))).fetchone()
        if alone is None or not alone["may"]:
            return 0, 0
        given = {"stalled": self._stalled, "most": AT_ONCE}
        rows = await (await connection.execute(STALLED_JOBS, given)).fetchall()
        processes = defaultdict[str, list[Row]](list)
        for row in rows:
            processes[row["process"] or f"job {row['id']}"].append(row)
        quarantined = 0
        if len(rows) == AT_ONCE and len(processes) > 1:  # the last one's may go on; they come next time
            processes.popitem()
        for jobs in processes.values():
            by_itself = len(jobs) == 1 and jobs[0]["queue"] == SUSPECTS and jobs[0]["process"] is not None
            for job in jobs:
                most = QUARANTINE_AFTER if by_itself else SUSPECT_AFTER
                quarantined += await self._taken(connection, job, most)
        await connection.execute(FORGET, given)
        await connection.execute(FORGET_OURS, given)
        return sum(len(jobs) for jobs in processes.values()), quarantined

    async def _taken(self, connection: Connection, job: Row, most: int) -> bool:
        """Hand one visit out again, or none of its site, which is blamed up to `most` lost processes; whatever is wrong
        with it costs no other. Whether its site was quarantined.
        """
        try:
            async with connection.transaction():
                return await _again(connection, job, most)
        except psycopg.errors.UniqueViolation:  # its site has another job by now
            await connection.execute(DELETE, (job["id"],))
        except psycopg.DataError as err:
            logger.error("Handing out the visit of %s again failed (%s); it is deleted.", job["site"], err)
            await connection.execute(DELETE, (job["id"],))
        return False


async def _again(connection: Connection, job: Row, most: int) -> bool:
    """Whether the site of the visit was quarantined."""
    site = job["site"]
    if job["task"] == SLICE:  # its cursor is where it was
        await connection.execute(DELETE, (job["id"],))
        row = await (await connection.execute(BLAME_SLICE, (most, SLICE_AGAIN, site))).fetchone()
        if row is not None and row["slices_lost"] >= QUARANTINE_AFTER:
            happened = f"{row['slices_lost']} worker processes ended while crawling a slice of it"
            remedy = f"Look at the site, then run mtcrawler fleet quarantine --release {site}"
            logger.error("The back-fill of %s stops: %s. %s.", site, happened, remedy)
        return False
    row = await (await connection.execute(BLAME, (most, site))).fetchone()
    if row is None:  # it is no longer a site of the fleet
        await connection.execute(DELETE, (job["id"],))
        return False
    if row["lost"] >= QUARANTINE_AFTER:
        where = f" (the last was {job['pid']} on {job['host']})" if job["pid"] else ""
        reason = f"{row['lost']} worker processes ended while visiting it{where}"
        await connection.execute(DELETE, (job["id"],))
        await connection.execute(QUARANTINE, (reason, site))
        logger.error(
            "%s is quarantined: %s. Look at the site, then run mtcrawler fleet quarantine --release %s.",
            *(site, reason, site),
        )
        return True
    queue = SUSPECTS if row["lost"] >= SUSPECT_AFTER else VISITS
    logger.warning("The process that visited %s has ended; it is visited again.", site)
    await connection.execute(AGAIN, (job["id"], queue))
    return False
