"""What hubs come to in a fleet: subscriptions by state, notifications by fate, listeners, and what is in the way."""

from __future__ import annotations

from typing import Any, Final

from mtcrawler.fleet.database.connection import Connection

STATES: Final = ("active", "pending", "failing", "denied", "ending")
"""States of a subscription: the hub tells; it was asked, or is to be; it cannot be asked; it said no; it is ending."""
LISTED: Final = 20
"""Subscriptions that are named because they fail, or were denied."""
SEEN: Final = "30 seconds"
"""A listener that gave no sign of life for so long has ended."""

STATE: Final = """
CASE WHEN ending THEN 'ending' WHEN lease_until > now() THEN 'active' WHEN denied THEN 'denied'
    WHEN reason IS NOT NULL THEN 'failing' ELSE 'pending' END
"""
SUBSCRIPTIONS: Final = f"SELECT {STATE} AS state, count(*) AS number FROM websub_subscription GROUP BY 1"  # noqa: S608
TROUBLES: Final = f"""
SELECT * FROM (SELECT site, hub, {STATE} AS state, reason FROM websub_subscription) AS each
WHERE state IN ('failing', 'denied') ORDER BY site, hub LIMIT %s
"""  # noqa: S608 - no text of anybody else
NUMBERS: Final = """
SELECT (SELECT count(*) FROM websub_listener WHERE seen > now() - %s::interval) AS listeners,
    (SELECT count(*) FROM site WHERE EXISTS (SELECT FROM websub_offer AS offer WHERE offer.site = site.name)) AS sites
"""
NOTIFICATIONS: Final = "SELECT fate, number FROM websub_notification ORDER BY fate"


async def present(connection: Connection) -> dict[str, Any]:
    """`listeners` that give a sign of life, `sites` that name a hub, `subscriptions` by state, and all `notifications`
    so far by fate.
    """
    (numbers,) = await (await connection.execute(NUMBERS, (SEEN,))).fetchall()
    found = await (await connection.execute(SUBSCRIPTIONS)).fetchall()
    fates = await (await connection.execute(NOTIFICATIONS)).fetchall()
    states = dict.fromkeys(STATES, 0) | {row["state"]: row["number"] for row in found}
    return {**numbers, "subscriptions": states, "notifications": {row["fate"]: row["number"] for row in fates}}


async def troubles(connection: Connection) -> list[dict[str, Any]]:
    """The first subscriptions that fail or were denied: site, hub, state and reason."""
    return await (await connection.execute(TROUBLES, (LISTED,))).fetchall()
