"""What a notification does: its site is due now, or as soon as politeness allows. Counted, whatever it came to."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from enum import StrEnum
from typing import Final

from mtcrawler.fleet.database.connection import Connection

ACTIVE: Final = """
SELECT secret FROM websub_subscription WHERE token = %s AND NOT ending AND lease_until > now()
"""
NOTIFIED: Final = """
UPDATE websub_subscription SET notified = now()
WHERE token = %s AND NOT ending AND lease_until > now() RETURNING site
"""
DUE: Final = """
-- By the row's own columns: of a visit that ends at this moment its new values count.
UPDATE site SET next_due = greatest(now(), visited + least(every, %(least)s))
WHERE name = %(site)s AND next_due > greatest(now(), visited + least(every, %(least)s))
    -- One that refuses, or is not reached, is left alone for as long as it would be.
    AND failures = 0 AND NOT paused AND quarantined IS NULL
"""
IS_DUE: Final = "SELECT next_due <= now() AS due FROM site WHERE name = %s"
COUNTED: Final = """
INSERT INTO websub_notification (fate, number) VALUES (%s, %s)
ON CONFLICT (fate) DO UPDATE SET number = websub_notification.number + excluded.number
"""


class NoticeFate(StrEnum):
    """What a notification came to."""

    ACCEPTED = "accepted"
    """Its site is due."""
    TOO_SOON = "too soon"
    """Its site was visited a moment ago, or is left alone after failures: it is due once it may be visited."""
    BAD_SIGNATURE = "bad signature"
    UNKNOWN = "unknown"
    """For no subscription that is active."""
    TOO_LARGE = "too large"
    BROKEN = "broken off"
    """It did not come whole in time."""
    NOT_TAKEN = "not taken"
    """The database was away; the hub was asked to come again."""


async def secret_of(connection: Connection, token: str) -> str | None:
    """What the hub of an active subscription signs with; None where there is none."""
    row = await (await connection.execute(ACTIVE, (token,))).fetchone()
    return None if row is None else str(row["secret"])


async def notify(connection: Connection, token: str, least: timedelta) -> NoticeFate:
    """Make the site of a subscription due, but not within `least` of its last visit, or its own fixed interval where
    that is shorter. A visit that is under way ends as it would, and then knows of it (settlement.py).
    """
    row = await (await connection.execute(NOTIFIED, (token,))).fetchone()
    if row is None:
        return NoticeFate.UNKNOWN
    await connection.execute(DUE, {"site": row["site"], "least": least})
    due = await (await connection.execute(IS_DUE, (row["site"],))).fetchone()
    return NoticeFate.ACCEPTED if due is not None and due["due"] else NoticeFate.TOO_SOON


async def count(connection: Connection, fates: Counter[NoticeFate]) -> None:
    """Add to the number of notifications that came to each fate."""
    for fate, number in sorted(fates.items()):
        await connection.execute(COUNTED, (fate.value, number))
