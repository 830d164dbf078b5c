"""Sites that are due become jobs: every second, by whichever process is first, from what is true at that moment."""

from __future__ import annotations

from typing import Final

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.websub import offers

TASK: Final = "visit"
VISITS: Final = "visits"
SUSPECTS: Final = "suspects"
"""The queue of sites that two processes ended with: a process visits one of them at a time."""
SLICES: Final = "slices"
"""The queue of slices of back-fills: at most one waits at a time, or each fetch would look through all of them."""
SLICE: Final = "slice"
LAST: Final = -1_000_000
"""The priority of slices."""
QUIET: Final = "20 seconds"
"""A site that is due within this time gets no slice."""
SUSPECT_AFTER: Final = 2
"""Processes that ended while visiting a site, from which on it is a suspect."""
QUARANTINE_AFTER: Final = 3
"""Processes that ended while visiting a site, with which it is quarantined; in its slices, its back-fill stops."""
WAITING: Final = 200
"""Visits that wait in the queue at most: more would make each look at it dearer, and no visit earlier."""
DISPATCHING: Final = 7_206_174_002
"""The number of the lock that whoever dispatches holds."""
KEPT: Final = "2 days"
"""How long the record of visits goes back."""

DISPATCH: Final = """
WITH due AS (
    SELECT name, priority, lost FROM site
    WHERE NOT paused AND quarantined IS NULL AND next_due <= now()
        -- Two questions, as Procrastinate has an index for each.
        AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = site.name AND status = 'todo')
        AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = site.name AND status = 'doing')
    ORDER BY priority DESC, next_due
    LIMIT greatest(
        %(waiting)s - (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = %(visits)s), 0
    )
), made AS (
    SELECT procrastinate_defer_jobs_v1(
        array_agg(
            ROW(
                CASE WHEN lost < %(suspect)s THEN %(visits)s ELSE %(suspects)s END,
                %(task)s, priority, name, name, jsonb_build_object('site', name), NULL
            )::procrastinate_job_to_defer_v1
        )
    ) AS ids FROM due HAVING count(*) > 0
)
SELECT coalesce(sum(cardinality(ids)), 0)::integer AS jobs FROM made
"""

DISPATCH_SLICE: Final = """
WITH next AS (
    SELECT name, slices_lost FROM site
    WHERE NOT paused AND quarantined IS NULL AND lost = 0 AND slices_lost < %(stopped)s
        AND backfill_until > backfill_since AND backfill_due <= now() AND next_due > now() + %(quiet)s::interval
        AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE lock = site.name AND status IN ('todo', 'doing'))
        AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = %(slice)s AND status = 'todo')
    ORDER BY backfill_due
    LIMIT 1
)
SELECT procrastinate_defer_jobs_v1(
    ARRAY[
        ROW(
            CASE WHEN slices_lost < %(suspect)s THEN %(slices)s ELSE %(suspects)s END,
            %(slice)s, %(last)s, name, name, jsonb_build_object('site', name), NULL
        )
    ]::procrastinate_job_to_defer_v1[]
) FROM next
"""


class Dispatcher:
    """Makes a job for each site that is due and has none, and one for a slice of a back-fill where none waits.

    `lock` and `queueing_lock` of a job are its site's name, so that no two visits of a site are handed out at once.
    """

    def __init__(self, database: FleetDatabase) -> None:
        self._database = database

    async def dispatch(self) -> int:
        """How many jobs were made; none where another process is at it, or the fleet is drained."""
        return await self._database.transaction(_dispatched)

    async def forget(self) -> None:
        """Delete the oldest record of visits, and what nobody needs to know of hubs any more."""

        async def forget(connection: Connection) -> None:
            await connection.execute("DELETE FROM visit WHERE ended < now() - %s::interval", (KEPT,))
            await offers.forget(connection)

        await self._database.transaction(forget)


async def _dispatched(connection: Connection) -> int:
    alone = "SELECT pg_try_advisory_xact_lock(%s) AND NOT draining AS may FROM fleet"
    row = await (await connection.execute(alone, (DISPATCHING,))).fetchone()
    if row is None or not row["may"]:
        return 0
    given = {"waiting": WAITING, "suspect": SUSPECT_AFTER, "visits": VISITS, "suspects": SUSPECTS, "task": TASK}
    row = await (await connection.execute(DISPATCH, given)).fetchone()
    slices = {"quiet": QUIET, "slices": SLICES, "slice": SLICE, "last": LAST, "stopped": QUARANTINE_AFTER}
    await connection.execute(DISPATCH_SLICE, {**given, **slices})
    return int(row["jobs"]) if row else 0
