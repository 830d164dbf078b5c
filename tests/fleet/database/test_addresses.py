"""Connections to the fleet's database: as its address says, found again where it went, told why there is none."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.database.server import EmbeddedDatabase
from tests.fixtures.store import ends_with_us
from tests.fixtures.waiting import until
from tests.fleet.stand_in import said, worker


async def shown(database: FleetDatabase, *names: str) -> list[Any]:
    """Settings of the server, as it has them for a connection of ours."""

    async def show(connection: Connection) -> list[Any]:
        query = "SELECT current_setting(%s) AS value"
        return [(await (await connection.execute(query, (name,))).fetchall())[0]["value"] for name in names]

    return await database.transaction(show)


def test_what_the_address_says_of_a_connection_holds(dsn: str) -> None:
    """Options and a name in FLEET_DSN are those of the connections; ours fill in what it does not say."""

    async def found() -> list[Any]:
        given = f"{dsn}?options=-c%20statement_timeout%3D777&application_name=mine"
        async with FleetDatabase(given) as database:
            return await shown(database, "statement_timeout", "lock_timeout", "application_name")

    assert asyncio.run(found()) == ["777ms", "5s", "mine"]


def test_a_database_is_found_again_at_another_port(tmp_path: Path) -> None:
    """The embedded database that comes up at another port, as its own was taken, is found there by a worker."""
    server = EmbeddedDatabase(tmp_path)
    first = server.up()

    async def ports() -> list[Any]:
        async with FleetDatabase(first, tmp_path) as database:
            before = await shown(database, "port")
            os.kill(server.status().pid or 0, signal.SIGKILL)
            with socket.socket() as taken:
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                until(lambda: _bound(taken, int(before[0])))
                taken.listen()
                assert server.up() != first
                with ends_with_us(server.status().pid, server.folder / "data"):
                    after = await asyncio.wait_for(shown(database, "port"), 30)
                    server.down(wait=5)
            return [*before, *after]

    with ends_with_us(server.status().pid, server.folder / "data"):
        one, other = asyncio.run(ports())
    assert one != other


@pytest.mark.slow
def test_why_a_worker_is_not_let_in_is_told(dsn: str, tmp_path: Path) -> None:
    """A worker with a wrong password says what the server said, waits, and ends within seconds of being told to."""
    file = tmp_path / "visits"
    with worker(re.sub(":[^:]*@", ":wrong-word@", dsn), file) as process:
        until(lambda: "is away (" in said(file), seconds=30)
        assert "password authentication failed" in said(file)
        assert process.is_alive()
        began = time.monotonic()
        process.terminate()
        process.join(30)
    assert (process.exitcode, time.monotonic() - began < 12) == (0, True)


def _bound(one: socket.socket, port: int) -> bool:
    try:
        one.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
