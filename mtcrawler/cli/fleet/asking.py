"""The fleet's database as a command asks it: once, with little patience."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from mtcrawler.cli.terminal import project, var_of
from mtcrawler.model.errors import ArgumentError

if TYPE_CHECKING:
    from mtcrawler.fleet.database.connection import Connection
    from mtcrawler.sites.loading import Sites

T = TypeVar("T")

PATIENCE: Final = 5.0
"""Seconds that a command waits for a database that is away."""
WORK: Final = 600.0
"""Seconds that a command's work may take: tens of thousands of sites are put in one."""


def asked(options: argparse.Namespace, work: Callable[[Connection], Awaitable[T]], *, make: bool = True) -> T:
    """What `work` does in one transaction; with `make` the tables are made where there are none.

    Raises SettingError and DatabaseAway; ArgumentError for what cannot be written as UTF-8.
    """
    from mtcrawler.fleet.database import tables  # noqa: PLC0415 - an extra that few need
    from mtcrawler.fleet.database.connection import FleetDatabase, address, reach, refused  # noqa: PLC0415 - as above

    var = Path() if options.environment.get("FLEET_DSN") else var_of(options)
    dsn = address(options.environment, var / "fleet")
    reach(dsn)

    async def once(connection: Connection) -> T:
        if make:
            await tables.make(connection)
        return await work(connection)

    async def answer() -> T:
        async with FleetDatabase(dsn) as database:
            database.end(PATIENCE)
            with refused(dsn):
                return await database.transaction(once, WORK)

    try:
        return asyncio.run(answer())
    except UnicodeEncodeError as err:
        doing, happened = "asking the fleet's database", "an argument has a byte that is no UTF-8"
        raise ArgumentError(doing, happened, "Write it in UTF-8.") from err


def definitions(options: argparse.Namespace) -> Sites:
    """The folder of definitions. Raises SettingError where there is none."""
    from mtcrawler.sites.loading import Sites  # noqa: PLC0415 - not every action needs it

    named = options.environment.get("MTCRAWLER_SITES")
    sites = Sites(Path(named) if named else (project() or Path()) / "sites")
    sites.check()
    return sites
