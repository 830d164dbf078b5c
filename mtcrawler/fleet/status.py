"""What a fleet is doing: sites by state, what is late, workers, the last hour's visits, who is quarantined and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mtcrawler.fleet.database.connection import Connection
from mtcrawler.fleet.engine.dispatcher import QUARANTINE_AFTER, SUSPECT_AFTER
from mtcrawler.fleet.engine.reaper import STALLED
from mtcrawler.fleet.websub import state

Row = dict[str, Any]

LISTED: Final = 50
"""Quarantined sites that are named."""
LATE: Final = "1 minute"
"""A site that has been due for longer, and is not being visited, is late."""

SITES: Final = """
SELECT count(*) AS sites,
    count(*) FILTER (WHERE paused) AS paused,
    count(*) FILTER (WHERE quarantined IS NOT NULL) AS quarantined,
    count(*) FILTER (WHERE active AND lost >= %(suspect)s) AS suspects,
    count(*) FILTER (WHERE active AND failures > 0) AS failing,
    count(*) FILTER (WHERE active AND next_due <= now() AND job IS DISTINCT FROM 'doing') AS due,
    count(*) FILTER (WHERE active AND next_due <= now() - %(late)s::interval AND job IS DISTINCT FROM 'doing') AS late,
    coalesce(max(extract(epoch FROM now() - next_due)) FILTER (
        WHERE active AND next_due <= now() AND job IS DISTINCT FROM 'doing'
    ), 0)::float AS longest_wait,
    count(*) FILTER (WHERE active AND backfill_until > backfill_since AND slices_lost < %(stopped)s) AS backfilling,
    count(*) FILTER (WHERE job = 'todo') AS queued,
    count(*) FILTER (WHERE job = 'doing') AS under_way,
    (SELECT draining FROM fleet) AS draining
FROM (
    SELECT site.*, NOT paused AND quarantined IS NULL AS active, live.status AS job FROM site
    LEFT JOIN procrastinate_jobs AS live ON live.lock = site.name AND live.status IN ('todo', 'doing')
) AS each
"""
HOUR: Final = """
SELECT count(*) AS visits, coalesce(sum(articles), 0) AS articles,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY late) FILTER (WHERE NOT slice) AS half,
    percentile_disc(0.99) WITHIN GROUP (ORDER BY late) FILTER (WHERE NOT slice) AS most
FROM (
    SELECT articles, slice, greatest(extract(epoch FROM started - due), 0)::float AS late FROM visit
    WHERE ended > now() - interval '1 hour'
) AS each
"""
OUTCOMES: Final = """
SELECT outcome, count(*) AS visits FROM visit WHERE ended > now() - interval '1 hour' GROUP BY outcome ORDER BY 2 DESC
"""
WORKERS: Final = """
SELECT worker.host, worker.pid, min(worker.started) AS started,
    count(DISTINCT job.id) AS visits
FROM worker
JOIN procrastinate_workers AS beating ON beating.id = worker.id
    AND beating.last_heartbeat > now() - make_interval(secs => %s)
LEFT JOIN procrastinate_jobs AS job ON job.worker_id = worker.id AND job.status = 'doing'
GROUP BY worker.process, worker.host, worker.pid ORDER BY started
"""
QUARANTINED: Final = """
SELECT name, quarantined AS since, reason FROM site WHERE quarantined IS NOT NULL ORDER BY quarantined DESC LIMIT %s
"""
STOPPED: Final = """
SELECT name, slices_lost || ' worker processes ended while crawling a slice of it' AS reason FROM site
WHERE slices_lost >= %s AND backfill_until > backfill_since ORDER BY name LIMIT %s
"""
EACH: Final = """
SELECT name, url, source, every, weight, priority, next_due, paused, quarantined, reason, lost, slices_lost,
    failures, visited, outcome, message
FROM site ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """Numbers of sites by state; `due` and `late` are not being visited now. `visits` and `articles` are those of the
    last hour, `outcomes` the visits by how they ended; lateness is in seconds from when a site was due to its visit,
    `longest_wait` in seconds for which the site has been due that waits longest. `websub` are subscriptions to hubs and
    what came of them (mtcrawler/fleet/websub/state.py), with those in trouble.
    """

    sites: int
    paused: int
    quarantined: int
    suspects: int
    failing: int
    due: int
    late: int
    longest_wait: float
    backfilling: int
    queued: int
    under_way: int
    draining: bool
    visits: int
    articles: int
    lateness_half: float | None
    lateness_most: float | None
    outcomes: dict[str, int] = field(default_factory=dict)
    workers: list[Row] = field(default_factory=list)
    in_quarantine: list[Row] = field(default_factory=list)
    stopped_backfills: list[Row] = field(default_factory=list)
    websub: Row = field(default_factory=dict)


async def status(connection: Connection) -> FleetStatus:
    """The state of the fleet at this moment."""
    sites, workers, quarantined, websub = await present(connection)
    (hour,) = await (await connection.execute(HOUR)).fetchall()
    outcomes = await (await connection.execute(OUTCOMES)).fetchall()
    stopped = await (await connection.execute(STOPPED, (QUARANTINE_AFTER, LISTED))).fetchall()
    return FleetStatus(
        **sites,
        visits=hour["visits"],
        articles=int(hour["articles"]),
        lateness_half=hour["half"],
        lateness_most=hour["most"],
        outcomes={row["outcome"]: row["visits"] for row in outcomes},
        workers=[_plain(row) for row in workers],
        in_quarantine=[_plain(row) for row in quarantined],
        stopped_backfills=stopped,
        websub={**websub, "troubles": await state.troubles(connection)},
    )


async def present(connection: Connection) -> tuple[Row, list[Row], list[Row], Row]:
    """The part of it that needs no look at past visits: sites by state, workers, the first sites in quarantine, and
    WebSub.
    """
    given = {"suspect": SUSPECT_AFTER, "late": LATE, "stopped": QUARANTINE_AFTER}
    (sites,) = await (await connection.execute(SITES, given)).fetchall()
    workers = await (await connection.execute(WORKERS, (STALLED,))).fetchall()
    quarantined = await (await connection.execute(QUARANTINED, (LISTED,))).fetchall()
    return sites, workers, quarantined, await state.present(connection)


async def each_site(connection: Connection) -> list[Row]:
    """What is known of each site, by its name."""
    return [_plain(row) for row in await (await connection.execute(EACH)).fetchall()]


def _plain(row: Row) -> Row:
    """A row as JSON has it."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
