"""The fleet's database made anew from the bucket, definitions and lists: to lose it costs lateness and nothing else."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from psycopg.types.json import Jsonb

from mtcrawler.config.field import Network
from mtcrawler.fleet import roster
from mtcrawler.fleet.database import tables
from mtcrawler.fleet.database.connection import Connection
from mtcrawler.fleet.roster import ADDED, FROM_THE_BUCKET, Terms
from mtcrawler.fleet.schedule.arrivals import Arrivals
from mtcrawler.fleet.schedule.next_visit import Intervals, VisitEnd
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.security.loopback import is_loopback, is_ours_to_name
from mtcrawler.sites.loading import Sites
from mtcrawler.visits.planning import PlannedVisit

logger = logging.getLogger(__name__)

LONGEST: Final = 300
"""Characters of a site's address."""
MOST: Final = 200_000
"""Runs that are looked at."""
DAYS: Final = 28
"""How far back runs tell of a site."""
OPERATORS: Final = """
SELECT name, url, source, every, weight, priority, paused, quarantined, reason, backfill_since, backfill_until FROM site
"""
KEEP: Final = """
UPDATE site SET every = %(every)s, weight = %(weight)s, priority = %(priority)s, paused = %(paused)s,
    quarantined = %(quarantined)s, reason = %(reason)s, backfill_since = %(backfill_since)s,
    backfill_until = %(backfill_until)s
WHERE name = %(name)s
"""
LEARNED: Final = """
UPDATE site SET arrivals = %(arrivals)s, next_due = greatest(%(next)s, now()), visited = %(visited)s
WHERE name = %(name)s
"""


@dataclass(frozen=True, slots=True)
class SiteHistory:
    """What the runs of a site told: its address, what it was asked, its rate, and when it was last visited."""

    plan: PlannedVisit
    arrivals: Arrivals
    visited: datetime


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many sites there are now, and of how many of them the bucket told something."""

    sites: int
    remembered: int


def histories(
    manifests: Iterable[Mapping[str, Any]], sites: Sites, allowed: Sequence[Network] = ()
) -> list[SiteHistory]:
    """What runs tell of the sites they crawled, by their manifests, the newest first; a run that names no site tells
    nothing.

    Only the newest MOST are looked at: a large fleet has hundreds of thousands a day. A bucket is not to be believed: a
    site at an address that is not public has to be in an allowed network. A person may name any.
    """
    runs = defaultdict[str, list[Mapping[str, Any]]](list)
    for number, manifest in enumerate(manifests):
        if number == MOST:
            logger.warning("The newest %d runs were looked at; sites without one since are to be added by hand.", MOST)
            break
        site = manifest.get("site")
        if isinstance(site, str) and (address := _origin(site, allowed)):
            runs[address].append(manifest)
    found = []
    for address, told in runs.items():
        try:
            (plan,) = roster.of_addresses([address], sites)
        except ArgumentError as err:
            logger.warning("%s is left out. %s", address, err)
            continue
        found.append(_history(plan, sorted(told, key=_started)))
    return found


async def rebuild(
    connection: Connection,
    named: Mapping[str, Sequence[PlannedVisit]],
    known: Sequence[SiteHistory],
    intervals: Intervals,
) -> Rebuilt:
    """Drop the tables and make them anew, with the sites that each source names, and those that only the bucket knows.

    What people set for a site – interval, weight, priority, paused, quarantined – and whether the fleet is
    drained is kept where it can still be read.
    """
    kept, draining = await _operators(connection), await _is_draining(connection)
    await tables.drop(connection)
    await tables.make(connection)
    await roster.drain(connection, draining=draining)
    everyone = {plan.site for plans in named.values() for plan in plans}
    for source, plans in named.items():
        await roster.put(connection, plans, source, Terms())
    others = [one.plan for one in known if one.plan.site not in everyone]
    await roster.put(connection, others, FROM_THE_BUCKET, Terms())
    added = [PlannedVisit(row["name"], row["url"]) for row in kept if row["source"] == ADDED]
    await roster.put(connection, added, ADDED, Terms())
    async with connection.cursor() as cursor:
        await cursor.executemany(KEEP, kept)
        await cursor.executemany(LEARNED, [_learned(one, intervals) for one in known])
    sites = everyone.union(plan.site for plan in (*others, *added))
    return Rebuilt(len(sites), len(known))


async def _operators(connection: Connection) -> list[dict[str, Any]]:
    """What people set, as far as there is a table to read it from."""
    cursor = await connection.execute("SELECT to_regclass('site') IS NOT NULL AS there")
    row = await cursor.fetchone()
    return await (await connection.execute(OPERATORS)).fetchall() if row and row["there"] else []


async def _is_draining(connection: Connection) -> bool:
    cursor = await connection.execute("SELECT to_regclass('fleet') IS NOT NULL AS there")
    row = await cursor.fetchone()
    if row is None or not row["there"]:
        return False
    row = await (await connection.execute("SELECT draining FROM fleet")).fetchone()
    return row is not None and bool(row["draining"])


def _history(plan: PlannedVisit, runs: Sequence[Mapping[str, Any]]) -> SiteHistory:
    arrivals, visited = Arrivals(), _started(runs[-1])
    for run in runs:
        stored = run["counts"].get("stored", {}) if isinstance(run.get("counts"), Mapping) else {}
        changed = bool(stored.get("new") or stored.get("revised"))
        arrivals = arrivals.visited(_started(run), (), changed=changed)
    return SiteHistory(plan, arrivals, visited)


def _learned(known: SiteHistory, intervals: Intervals) -> dict[str, Any]:
    return {
        "name": known.plan.site,
        "arrivals": Jsonb(known.arrivals.model_dump(mode="json", exclude_defaults=True)),
        "next": intervals.next(VisitEnd.WHOLE, known.visited, arrivals=known.arrivals),
        "visited": known.visited,
    }


def _started(manifest: Mapping[str, Any]) -> datetime:
    """When a run began; not later than now, however wrong its worker's clock was, or its site was due when that is."""
    return min(datetime.fromisoformat(str(manifest["started_at"])), clock.now())


def _origin(address: str, allowed: Sequence[Network]) -> str | None:
    """The address as a site is named by it; None where it is none, or none that a bucket may name."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or len(address) > LONGEST:
        return None
    try:
        number = ip_address("127.0.0.1" if is_loopback(host) else host)
    except ValueError:  # a name: where those lead that only our own network knows people say, not the bucket
        public = not is_ours_to_name(host) or host.endswith(".example")
    else:
        public = number.is_global or any(number in network for network in allowed)
    if not public:
        logger.warning("%s is left out: it is not public, and in no network of ALLOWED_NETWORKS. Add it by hand.", host)
        return None
    return f"{parts.scheme}://{parts.netloc}"


def since(now: datetime) -> str:
    """The first day whose runs are looked at."""
    return (now - timedelta(days=DAYS)).date().isoformat()
