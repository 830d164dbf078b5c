"""The tables of a fleet: made where they are missing, dropped when the fleet is made anew."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from procrastinate.schema import SchemaManager

from mtcrawler.fleet.database.connection import USING, Connection
from mtcrawler.model.errors import DatabaseAway

FORM: Final = 1
"""The form of the tables; another one is made anew from the bucket."""
MAKING: Final = 7_206_174_001
"""The number of the lock that whoever makes the tables holds."""
OURS: Final = ("fleet", "site", "worker", "visit")
WEBSUB: Final = ("websub_offer", "websub_subscription", "websub_listener", "websub_notification")
"""Tables that came later, in the same form: they are made where they are missing, and older programs do without."""
THEIRS: Final = (
    "procrastinate_periodic_defers",
    "procrastinate_events",
    "procrastinate_jobs",
    "procrastinate_workers",
)
KINDS: Final = """
SELECT typname AS name FROM pg_type WHERE typname LIKE 'procrastinate\\_job\\_%' AND typcategory IN ('E', 'C')
"""
FUNCTIONS: Final = "SELECT oid::regprocedure::text AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%'"


async def make(connection: Connection) -> None:
    """Make the tables where there are none, in the transaction of this connection; any number may do so at once.

    Raises DatabaseAway where there are tables of another form.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
    if await _exists(connection, "fleet"):
        row = await (await connection.execute("SELECT form FROM fleet")).fetchone()
        form = row["form"] if row else None
        if form != FORM:
            raise DatabaseAway(
                "opening the fleet's database",
                f"its tables have the form {form}, and this version of the program needs {FORM}",
                "Stop the workers, then run mtcrawler fleet rebuild: the bucket has all that matters.",
            )
    else:
        if not await _exists(connection, "procrastinate_jobs"):
            await connection.execute(SchemaManager.get_schema())
        await connection.execute(_written("tables.sql"))
        await connection.execute("INSERT INTO fleet (form) VALUES (%s)", (FORM,))
    if not await _exists(connection, WEBSUB[0]):
        await connection.execute(_written("websub.sql"))


def _written(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


async def drop(connection: Connection) -> None:
    """Drop all of them, Procrastinate's as well, with whatever they hold, once no other transaction is under way: it
    would hold one table and wait for another.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(%s)", (USING,))
    await connection.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING,))
    for name in (*WEBSUB, *OURS, *THEIRS):
        await connection.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
    await _drop_each(connection, KINDS, "TYPE")
    await _drop_each(connection, FUNCTIONS, "FUNCTION")


async def _drop_each(connection: Connection, names: str, kind: str) -> None:
    cursor = await connection.execute(names)
    for row in await cursor.fetchall():
        await connection.execute(f"DROP {kind} IF EXISTS {row['name']} CASCADE")


async def _exists(connection: Connection, table: str) -> bool:
    cursor = await connection.execute("SELECT to_regclass(%s) IS NOT NULL AS there", (table,))
    row = await cursor.fetchone()
    return row is not None and bool(row["there"])
