"""What a notification does to its site, beside a visit that ends at the same moment."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.websub import notices
from mtcrawler.fleet.websub.notices import NoticeFate
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make
from tests.fleet.websub.listening import offer

WAITS = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
LEAST = timedelta(minutes=10)


def test_a_notification_while_a_visit_ends_is_polite(dsn: str) -> None:
    """A notification that meets the end of a visit goes by that visit, and not by the one before: the site is due when
    the shortest time since has passed.
    """
    make(dsn)
    offer(dsn, "a.example", "https://hub.example/")
    columns, values = "(token, secret, site, topic, hub, public, lease_until)", "'x', 'x', 'x', now() + interval '1 h'"
    asked(dsn, f"INSERT INTO websub_subscription {columns} VALUES ('x', 'x', 'a.example', {values})")

    async def met() -> NoticeFate:
        async with FleetDatabase(dsn) as database:

            async def ends(connection: Connection) -> asyncio.Task[NoticeFate]:
                await connection.execute("UPDATE site SET visited = now(), next_due = now() + interval '1 hour'")
                told = database.transaction(lambda other: notices.notify(other, "x", LEAST))
                task = asyncio.create_task(told)
                await asyncio.to_thread(until, lambda: asked(dsn, WAITS) != [])
                return task

            return await (await database.transaction(ends))

    assert asyncio.run(met()) is NoticeFate.TOO_SOON
    assert asked(dsn, "SELECT next_due - visited AS wait FROM site") == [{"wait": LEAST}]
