"""Subscriptions to hubs in the database: which there have to be, which is to be asked for now, and what became of it.

All is asked in the database's time, and any number of listeners may ask at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from mtcrawler.fleet.database.connection import Connection
from mtcrawler.model.printable import safe

PLANNING: Final = 7_206_174_005
"""The number of the lock that whoever plans holds."""
AT_ONCE: Final = 200
"""Subscriptions that are begun at a time."""
FAILURES: Final = 3
"""Times that a hub is asked in vain to end one, before its lease is left to run out."""
LONGEST: Final = 200
"""Characters of a hub's reason that are kept."""
DENIED_AGAIN: Final = timedelta(days=1)
"""Until a hub that denied a subscription is asked again."""
VERIFIABLE: Final = timedelta(hours=1)
"""For how long a hub may verify what it was asked for."""

UNWANTED: Final = """
UPDATE websub_subscription AS own SET ending = true, next_ask = now(), failures = 0
WHERE public = %(public)s AND NOT ending AND (%(all)s OR NOT EXISTS (
    SELECT FROM websub_offer AS offer JOIN site ON site.name = offer.site
    WHERE offer.site = own.site AND offer.topic = own.topic AND own.hub = ANY (offer.hubs)
        AND NOT site.paused AND site.quarantined IS NULL
))
"""
OVER: Final = """
DELETE FROM websub_subscription
WHERE ending AND (lease_until IS NULL OR lease_until < now() OR failures >= %(failures)s)
    -- What nobody listens for any more ends by itself.
    OR public <> %(public)s AND next_ask < now() - interval '2 days'
        AND (lease_until IS NULL OR lease_until < now() - interval '1 day')
"""
MISSING: Final = """
SELECT DISTINCT ON (offer.site, offer.topic) offer.site, offer.topic, offer.hubs[1] AS hub
FROM websub_offer AS offer JOIN site ON site.name = offer.site
WHERE NOT site.paused AND site.quarantined IS NULL AND NOT EXISTS (
    SELECT FROM websub_subscription AS own
    WHERE own.site = offer.site AND own.topic = offer.topic AND own.public = %(public)s AND NOT own.ending
)
ORDER BY offer.site, offer.topic, offer.told DESC
LIMIT %(most)s
"""
BEGIN: Final = """
INSERT INTO websub_subscription (token, secret, site, topic, hub, public)
VALUES (%(token)s, %(secret)s, %(site)s, %(topic)s, %(hub)s, %(public)s) ON CONFLICT DO NOTHING
"""
TAKE: Final = """
WITH asked_next AS MATERIALIZED (
    SELECT token, next_ask,
        -- Another hub of the same topic, where this one did not verify it.
        CASE WHEN ending OR failures = 0 OR lease_until > now() THEN hub ELSE coalesce((
            SELECT hubs[1 + own.failures %% cardinality(hubs)] FROM websub_offer AS offer
            WHERE offer.site = own.site AND offer.topic = own.topic ORDER BY told DESC LIMIT 1
        ), hub) END AS hub
    FROM websub_subscription AS own WHERE public = %(public)s AND next_ask <= now()
), of_each_host AS (
    -- One of each host: hubs are asked one thing at a time.
    SELECT DISTINCT ON (split_part(hub, '/', 3)) token, next_ask, hub FROM asked_next
    WHERE NOT split_part(hub, '/', 3) = ANY(%(busy)s)
    ORDER BY split_part(hub, '/', 3), next_ask
), due AS (
    SELECT token, hub FROM of_each_host ORDER BY next_ask LIMIT %(most)s
)
UPDATE websub_subscription AS own SET asked = now(), failures = failures + 1, denied = false, hub = due.hub,
    next_ask = now() + least(%(again)s * (1 << least(failures, 12)), interval '1 day'),
    reason = CASE WHEN failures > 0 THEN coalesce(reason, 'the hub did not verify it') END
FROM due WHERE due.token = own.token AND own.next_ask <= now()
RETURNING own.token, own.secret, own.site, own.topic, own.hub, own.ending,
    (SELECT settings FROM site WHERE site.name = own.site) AS settings
"""
VERIFIED: Final = """
UPDATE websub_subscription SET failures = 0, reason = NULL, denied = false,
    lease_until = now() + make_interval(secs => %(lease)s),
    next_ask = now() + greatest(make_interval(secs => %(lease)s * (0.7 + 0.1 * random())), %(again)s)
WHERE token = %(token)s AND topic = %(topic)s AND NOT ending AND asked > now() - %(verifiable)s
RETURNING token
"""
ENDED: Final = """
DELETE FROM websub_subscription WHERE token = %(token)s AND topic = %(topic)s AND ending RETURNING token
"""
DENIED: Final = """
UPDATE websub_subscription SET denied = true, lease_until = NULL, next_ask = now() + %(again)s, reason = %(reason)s
WHERE token = %(token)s AND topic = %(topic)s AND NOT ending RETURNING token
"""
FAILED: Final = """
UPDATE websub_subscription SET reason = %(reason)s,
    next_ask = greatest(next_ask, now() + make_interval(secs => %(wait)s)) WHERE token = %(token)s
"""


@dataclass(frozen=True, slots=True)
class Due:
    """What a hub is to be asked for: a topic of a site, or the end of that; `settings` are those of the site itself."""

    token: str
    secret: str
    site: str
    topic: str
    hub: str
    ending: bool
    settings: Any


async def plan(connection: Connection, public: str, *, end: bool = False) -> int:
    """Begin the subscriptions at a public address that are missing, and end those that nobody wants: with `end`, all.

    Returns how many there are, those that are ending included.
    """
    given = {"public": public, "all": end, "most": AT_ONCE, "failures": FAILURES}
    row = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s) AS may", (PLANNING,))).fetchone()
    if row is not None and row["may"]:
        await connection.execute(UNWANTED, given)
        await connection.execute(OVER, given)
        missing = [] if end else await (await connection.execute(MISSING, given)).fetchall()
        for one in missing:
            made = {"token": secrets.token_urlsafe(32), "secret": secrets.token_urlsafe(32), "public": public}
            await connection.execute(BEGIN, {**one, **made})
    count = "SELECT count(*) AS number FROM websub_subscription WHERE public = %s"
    row = await (await connection.execute(count, (public,))).fetchone()
    return int(row["number"]) if row else 0


async def take(connection: Connection, public: str, busy: Collection[str], most: int, again: timedelta) -> list[Due]:
    """What hubs are to be asked for now, one thing each, and none of those hosts that are `busy`. It is asked for once
    more after `again`, and later each time, unless its hub verifies it.
    """
    given = {"public": public, "busy": list(busy), "most": most, "again": again}
    return [Due(**row) for row in await (await connection.execute(TAKE, given)).fetchall()]


async def verified(connection: Connection, token: str, topic: str, lease: float, again: timedelta) -> bool:
    """Whether the hub was asked for that; it is then active for so many seconds, and renewed before that."""
    given = {"token": token, "topic": topic, "lease": lease, "again": again, "verifiable": VERIFIABLE}
    return await _any(connection, VERIFIED, given)


async def ended(connection: Connection, token: str, topic: str) -> bool:
    """Whether the hub was asked to end that; it is then gone."""
    return await _any(connection, ENDED, {"token": token, "topic": topic})


async def denied(connection: Connection, token: str, topic: str, reason: str) -> bool:
    """The hub denies a subscription, or ends it; whether there is one."""
    told = f"the hub denies it ({_short(reason) or 'it says no reason'})"
    return await _any(connection, DENIED, {"token": token, "topic": topic, "again": DENIED_AGAIN, "reason": told})


async def failed(connection: Connection, token: str, reason: str, wait: float = 0.0) -> None:
    """The hub could not be asked, or refused; it is left alone for `wait` seconds at least."""
    await connection.execute(FAILED, {"token": token, "reason": _short(reason), "wait": min(wait, 864_000.0)})


def _short(text: str) -> str:
    return " ".join(safe(text).split())[:LONGEST]


async def _any(connection: Connection, query: str, given: dict[str, object]) -> bool:
    return await (await connection.execute(query, given)).fetchone() is not None
