"""What a database says is judged: whether it is away, or there and busy, or the question is wrong."""

from __future__ import annotations

import asyncio
import logging

import psycopg
import pytest

from mtcrawler.fleet.database import connection, tables
from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from tests.fleet.stand_in import make


@pytest.mark.parametrize("error", connection.BUSY)
def test_a_busy_database_is_not_away(
    dsn: str, error: type[psycopg.Error], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A question that took too long, or met a lock, is asked again; the database is not taken for away for it, or one
    that happens again and again would keep the reaper from its work.
    """
    monkeypatch.setattr(connection, "FIRST_PAUSE", 0.01)
    tries = 0

    async def told() -> float:
        async with FleetDatabase(dsn) as database:
            database._back_at -= 100

            async def work(_: Connection) -> float:
                nonlocal tries
                tries += 1
                if tries < 5:
                    raise error("busy")
                return database.unbroken

            return await database.transaction(work)

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(told()) > 100
    assert "is away" not in caplog.text
    assert caplog.text.count("is busy (busy); it is asked again") == 1


def test_tables_are_dropped_between_transactions(dsn: str) -> None:
    """Whoever drops the tables waits until a transaction under way is over, and the next one waits for it: none meets a
    table that is half gone, or a deadlock.
    """
    make(dsn, "site")
    order: list[str] = []

    async def read(connection: Connection) -> None:
        await connection.execute("SELECT * FROM procrastinate_jobs")
        reading.set()
        await asyncio.sleep(0.3)  # the other waits for the first of these tables, or has dropped the second
        await connection.execute("SELECT * FROM fleet")
        order.append("read")

    async def drop(connection: Connection) -> None:
        await tables.drop(connection)
        await tables.make(connection)
        order.append("dropped")

    async def done() -> None:
        async with FleetDatabase(dsn) as database:
            reader = asyncio.create_task(database.transaction(read))
            await reading.wait()
            dropping.append(asyncio.create_task(database.transaction(drop)))
            await asyncio.gather(reader, *dropping)

    reading, dropping = asyncio.Event(), list[asyncio.Task[None]]()
    asyncio.run(done())
    assert order == ["read", "dropped"]
