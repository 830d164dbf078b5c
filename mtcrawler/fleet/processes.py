"""What the processes of a fleet have in common: a name, tables that are made first, and work that is repeated until
they are told to stop.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

from mtcrawler.fleet.database import tables
from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.model.errors import DatabaseAway
from mtcrawler.spider.code import mistake_in

logger = logging.getLogger(__name__)


def host_name() -> str:
    """The name of this machine."""
    return socket.gethostname()


def process_name() -> str:
    """What this process is called in the tables: its host and number, and a word that no other has."""
    return f"{host_name()[:100]}-{os.getpid()}-{uuid4().hex[:6]}"


async def tables_made(database: FleetDatabase, stopping: asyncio.Event) -> bool:
    """Whether the tables are there, made where they were missing; False where the process was told to stop meanwhile.

    Raises DatabaseAway where the tables are of another form.
    """
    try:
        await database.transaction(tables.make)
    except DatabaseAway:
        if not stopping.is_set():
            raise
        return False
    return True


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until told to stop."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()


async def repeat(work: Callable[[], Awaitable[object]], seconds: float, stopping: asyncio.Event, what: str) -> None:
    """Do it again and again, until told to stop, with pauses of up to so many seconds, drawn by chance; a mistake in it
    ends nothing. `what` says in the log what failed.
    """
    while not stopping.is_set():
        try:
            await work()
        except DatabaseAway:
            continue  # it was told to stop
        except Exception as err:
            logger.error("%s failed (%s); it is tried again.", what, mistake_in(err))
            logger.debug("%s failed", what, exc_info=True)
        await pause(stopping, random.uniform(0.75, 1.0) * seconds)  # noqa: S311 - no secret
