"""Which sites a fleet visits: named by people, by definitions and by lists; paused, quarantined, and their states."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg.types.json import Jsonb

from mtcrawler.fleet.database.connection import Connection
from mtcrawler.model.errors import ArgumentError, DefinitionError
from mtcrawler.model.faults import ArgumentFaults
from mtcrawler.model.printable import safe
from mtcrawler.sites.loading import Sites, check_files, files_in
from mtcrawler.sites.site_list import TOLD, ListedSite, read_sites
from mtcrawler.visits.planning import SITE_SETTINGS, PlannedVisit, visits_of

DEFINITIONS: Final = "definitions"
"""The source of sites that are described."""
ADDED: Final = "added"
"""The source of sites that a person named."""
FROM_THE_BUCKET: Final = "bucket"
"""The source of sites that only manifests name."""
SHOWN_CHARACTERS: Final = 80
"""Characters of a wrong address that are repeated."""
SHOWN: Final = 10
"""Names that are told of those that do not exist."""

PUT: Final = """
INSERT INTO site (name, url, source, arguments, settings, every, weight, priority, backfill_since, backfill_until)
VALUES (%(name)s, %(url)s, %(source)s, %(arguments)s, %(settings)s, %(every)s,
    coalesce(%(weight)s, 1), coalesce(%(priority)s, 0), %(backfill)s,
    CASE WHEN %(backfill)s::date IS NOT NULL THEN current_date END)
ON CONFLICT (name) DO UPDATE SET url = excluded.url,
    source = CASE WHEN excluded.source = 'added' OR site.source = 'bucket' THEN excluded.source ELSE site.source END,
    also = CASE
        WHEN site.source = 'bucket' OR excluded.source = site.source OR excluded.source = ANY (site.also) THEN site.also
        WHEN excluded.source = 'added' THEN site.also || site.source
        ELSE site.also || excluded.source
    END,
    arguments = CASE WHEN excluded.source = 'added' THEN site.arguments ELSE excluded.arguments END,
    settings = CASE WHEN excluded.source = 'added' THEN site.settings ELSE excluded.settings END,
    every = coalesce(excluded.every, site.every),
    weight = coalesce(%(weight)s, site.weight), priority = coalesce(%(priority)s, site.priority),
    backfill_since = coalesce(excluded.backfill_since, site.backfill_since),
    backfill_until = coalesce(site.backfill_until, excluded.backfill_until)
"""
COUNT: Final = "SELECT count(*) AS number FROM site"
LEAVE: Final = """
UPDATE site SET also = array_remove(also[CASE WHEN source = %(source)s THEN 2 ELSE 1 END:], %(source)s),
    source = CASE WHEN source = %(source)s THEN also[1] ELSE source END,
    arguments = CASE WHEN source = 'added' AND cardinality(also) = 1 THEN '{}' ELSE arguments END,
    settings = CASE WHEN source = 'added' AND cardinality(also) = 1 THEN '{}' ELSE settings END
WHERE NOT name = ANY(%(names)s)
    AND (%(source)s = ANY (also) OR source = %(source)s AND cardinality(also) > 0)
"""
"""What a source no longer names stays where another does."""
REMOVE: Final = "DELETE FROM site WHERE source = %(source)s AND NOT name = ANY(%(names)s) RETURNING name"
TAKE_OFF: Final = "DELETE FROM site WHERE name = ANY(%s) RETURNING name, source, also"
WITHDRAW: Final = "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND lock = ANY(%s)"
RELEASE: Final = """
UPDATE site SET quarantined = NULL, reason = NULL, lost = 0, slices_lost = 0, next_due = now() WHERE name = ANY(%s)
"""
KNOWN: Final = "SELECT name FROM site WHERE %s::text[] IS NULL OR name = ANY(%s) ORDER BY name"


@dataclass(frozen=True, slots=True)
class Terms:
    """How often sites are visited: at a fixed interval, with what weight and priority, and the day that a back-fill is
    to reach; None leaves what there is.
    """

    every: timedelta | None = None
    weight: float | None = None
    priority: int | None = None
    backfill: date | None = None


class Synced(NamedTuple):
    """What a change of the roster came to, in sites."""

    added: int
    updated: int
    removed: int


def of_addresses(addresses: Iterable[str], sites: Sites) -> list[PlannedVisit]:
    """The sites at these addresses; raises ArgumentError with all that is wrong with them."""
    faults, listed = ArgumentFaults(TOLD), list[ListedSite]()
    for address in addresses:
        if "://" in address or "." in address.partition("/")[0]:
            listed.append(ListedSite(address))
            continue
        happened = "it is neither an address nor a host of the web"
        remedy = "Write https://www.example.com, or www.example.com."
        faults.note(ArgumentError(f"reading the site {safe(address[:SHOWN_CHARACTERS])!r}", happened, remedy))
    found = visits_of(listed, {}, sites, faults)
    faults.tell()
    return found


def of_file(path: Path, sites: Sites) -> list[PlannedVisit]:
    """The sites that a file lists, as `scrapy crawl news -a sites=FILE` reads it; raises as `of_addresses`."""
    faults = ArgumentFaults(TOLD)
    found = visits_of(read_sites(path, SITE_SETTINGS, faults), {}, sites, faults)
    faults.tell()
    return found


def of_definitions(folder: Path) -> tuple[list[PlannedVisit], list[DefinitionError], int]:
    """The sites of a folder that are to be deployed, what is wrong with others, and how many are left out."""
    found = check_files(files_in(folder)).values()
    wrong = [one for one in found if isinstance(one, DefinitionError)]
    right = [one for one in found if not isinstance(one, DefinitionError)]
    plans = [PlannedVisit(one.site.host, one.origin) for one in right if one.deployed]
    return plans, wrong, len(right) - len(plans)


async def put(
    connection: Connection, plans: Sequence[PlannedVisit], source: str, terms: Terms, *, whole: bool = False
) -> Synced:
    """Add these sites, or change those that are there. `whole` says that they are all that the source names: what it
    named before, and names no more, is removed, unless a person or another source names it.
    """
    before = await _count(connection)
    async with connection.cursor() as cursor:
        await cursor.executemany(PUT, [_row(plan, source, terms) for plan in plans])
    added = await _count(connection) - before
    removed = 0
    if whole:
        given = {"source": source, "names": [plan.site for plan in plans]}
        await connection.execute(LEAVE, given)
        gone = await (await connection.execute(REMOVE, given)).fetchall()
        await _withdraw(connection, [row["name"] for row in gone])
        removed = len(gone)
    return Synced(added, len(plans) - added, removed)


def _row(plan: PlannedVisit, source: str, terms: Terms) -> dict[str, Any]:
    return {
        "name": plan.site,
        "url": plan.url,
        "source": source,
        "arguments": Jsonb(dict(plan.arguments)),
        "settings": Jsonb(dict(plan.settings)),
        "every": terms.every,
        "weight": terms.weight,
        "priority": terms.priority,
        "backfill": terms.backfill,
    }


async def _count(connection: Connection) -> int:
    (row,) = await (await connection.execute(COUNT)).fetchall()
    return int(row["number"])


async def remove(connection: Connection, names: Collection[str]) -> dict[str, list[str]]:
    """Take these sites off the roster, whoever named them; visits under way end as they would. Returns, by name, which
    definitions or lists name it: their next sync adds it again. Raises as `pause`.
    """
    found = await _known(connection, names)
    rows = await (await connection.execute(TAKE_OFF, (found,))).fetchall()
    await _withdraw(connection, found)
    return {
        row["name"]: [one for one in (row["source"], *row["also"]) if one not in {ADDED, FROM_THE_BUCKET}]
        for row in rows
    }


async def pause(connection: Connection, names: Collection[str] | None, *, paused: bool) -> list[str]:
    """Visit these sites no more, or again; None for all. Visits under way end as they would. Returns the names.

    Raises ArgumentError for names that are no site's.
    """
    found = await _known(connection, names)
    await connection.execute("UPDATE site SET paused = %s WHERE name = ANY(%s)", (paused, found))
    if paused:
        await _withdraw(connection, found)
    return found


async def quarantine(connection: Connection, names: Collection[str], reason: str | None) -> list[str]:
    """Quarantine these sites for a reason; without one, release them, due at once. Returns the names; raises as
    `pause`.
    """
    found = await _known(connection, names)
    if reason is None:
        await connection.execute(RELEASE, (found,))
    else:
        change = "UPDATE site SET quarantined = now(), reason = %s WHERE name = ANY(%s)"
        await connection.execute(change, (reason, found))
        await _withdraw(connection, found)
    return found


async def drain(connection: Connection, *, draining: bool) -> None:
    """Hand out no more visits, or do so again. Those under way go on."""
    await connection.execute("UPDATE fleet SET draining = %s", (draining,))
    if draining:
        await connection.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


async def under_way(connection: Connection) -> int:
    """How many visits are under way."""
    query = "SELECT count(*) AS number FROM procrastinate_jobs WHERE status = 'doing'"
    row = await (await connection.execute(query)).fetchone()
    return int(row["number"]) if row else 0


async def _known(connection: Connection, names: Collection[str] | None) -> list[str]:
    wanted = None if names is None else [_name(one) for one in names]
    rows = await (await connection.execute(KNOWN, (wanted, wanted))).fetchall()
    found = [row["name"] for row in rows]
    if missing := sorted(set(wanted or ()) - set(found)):
        every = [row["name"] for row in await (await connection.execute(KNOWN, (None, None))).fetchall()]
        alike = get_close_matches(missing[0], every, n=3)
        meant = f"Did you mean {' or '.join(alike)}? " if alike else ""
        told = ", ".join(missing[:SHOWN])
        remedy = f"{meant}See mtcrawler fleet status --sites."
        raise ArgumentError("looking for sites of the fleet", f"there is none called {told}", remedy)
    return found


def _name(given: str) -> str:
    """A site's name, where its address was given."""
    return given.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0]


async def _withdraw(connection: Connection, names: Sequence[str]) -> None:
    """Take back jobs that nobody has begun."""
    await connection.execute(WITHDRAW, (list(names),))
