"""A listener: it subscribes to the hubs that the fleet's sites name, renews that, and answers what they send."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.processes import host_name, process_name, repeat, tables_made
from mtcrawler.fleet.websub import notices, subscriptions
from mtcrawler.fleet.websub.callbacks import Callbacks
from mtcrawler.fleet.websub.hub import HubRefused
from mtcrawler.fleet.websub.subscriptions import Due
from mtcrawler.model.errors import DatabaseAway
from mtcrawler.spider.code import mistake_in

logger = logging.getLogger(__name__)

LEASE: Final = 10 * 86_400.0
"""Seconds for which a hub is asked to tell; it may say another number."""
LAST_WORDS: Final = 3.0
"""Seconds that a listener which is to stop waits for a database that is away."""
SEEN: Final = """
INSERT INTO websub_listener (process, host, pid, public) VALUES (%s, %s, %s, %s)
ON CONFLICT (process) DO UPDATE SET seen = now(), public = excluded.public
"""
GONE: Final = "DELETE FROM websub_listener WHERE process = %s OR seen < now() - interval '1 day'"


class Client(Protocol):
    """Whoever asks hubs."""

    async def ask(self, due: Due) -> None:
        """Ask for it; raises HubRefused."""


class Server(Protocol):
    """What hubs reach."""

    async def serve(self) -> None:
        """Answer, until told to end."""

    def end(self) -> None:
        """Answer no more."""


@dataclass(frozen=True, slots=True)
class ListenerLimits:
    """The shortest time between two visits of a site (`least`) and between two questions to a hub for one topic
    (`again`); seconds between two looks at what is to be asked (`poll`), and at what is wanted (`plan`); how many hubs
    are asked at a time.
    """

    least: timedelta
    again: timedelta = timedelta(minutes=5)
    poll: float = 1.0
    plan: float = 5.0
    hubs: int = 10
    lease: float = LEASE


class Listener:
    """Listens at a public address until `stop` is called. With `ending` it ends all subscriptions at that address, and
    itself when there is none left, or after so many seconds; `left` says how many are, None where nobody knows.
    """

    def __init__(
        self,
        database: FleetDatabase,
        public: str,
        client: Client,
        serve: Callable[[Callbacks], Server],
        limits: ListenerLimits,
        *,
        ending: float | None = None,
    ) -> None:
        self._database, self._public, self._client, self._limits = database, public, client, limits
        self._callbacks = Callbacks(database, limits.least, limits.again, limits.lease)
        self._server = serve(self._callbacks)
        self._ending = ending
        self._process = process_name()
        self._stopping = asyncio.Event()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self.left: int | None = None
        self.notified = 0

    def stop(self) -> None:
        """Ask no hub any more, and end; subscriptions stay, for the next listener."""
        self._stopping.set()
        self._database.end(LAST_WORDS)

    async def run(self) -> None:
        """Listen; raises DatabaseAway where the tables are of another form."""
        async with self._database as database:
            if not await tables_made(database, self._stopping):
                return
            serving = asyncio.create_task(self._server.serve())
            serving.add_done_callback(lambda task: self._stopping.set())
            poll = self._limits.poll
            helpers = [
                asyncio.create_task(repeat(work, seconds, self._stopping, "Keeping subscriptions"))
                for work, seconds in ((self._plan, poll if self._ending else self._limits.plan), (self._ask_hubs, poll))
            ]
            with suppress(TimeoutError):
                async with asyncio.timeout(self._ending):
                    await self._stopping.wait()
            self.stop()
            await asyncio.gather(*helpers)
            for task in self._asking.values():
                task.cancel()
            await asyncio.gather(*self._asking.values(), return_exceptions=True)
            self._server.end()
            await serving
            with suppress(DatabaseAway):
                await database.transaction(self._last)

    async def _plan(self) -> None:
        """Say that this process lives, what notifications came to, and which subscriptions there have to be."""
        end = self._ending is not None
        self.left = await self._database.transaction(
            lambda connection: subscriptions.plan(connection, self._public, end=end)
        )
        await self._database.transaction(self._seen)
        await self._counted()
        if end and self.left == 0:
            self._stopping.set()

    async def _seen(self, connection: Connection) -> None:
        await connection.execute(SEEN, (self._process, host_name(), os.getpid(), self._public))

    async def _counted(self) -> None:
        """Put what notifications came to into the database; while that is away they wait here."""
        fates, self._callbacks.fates = self._callbacks.fates, Counter()
        if not fates:
            return
        try:
            await self._database.transaction(lambda connection: notices.count(connection, fates))
        except BaseException:
            self._callbacks.fates += fates
            raise
        self.notified += fates.total()

    async def _last(self, connection: Connection) -> None:
        await connection.execute(GONE, (self._process,))
        await notices.count(connection, self._callbacks.fates)
        self.notified += self._callbacks.fates.total()

    async def _ask_hubs(self) -> None:
        """Have those hubs asked whose turn it is, each of them one thing at a time."""
        room = self._limits.hubs - len(self._asking)
        if room <= 0:
            return
        found = await self._database.transaction(
            lambda connection: subscriptions.take(
                connection, self._public, self._asking.keys(), room, self._limits.again
            )
        )
        for due in found:
            host = due.hub.split("/", 3)[2]  # as the database has it
            task = self._asking[host] = asyncio.create_task(self._asked(due))
            task.add_done_callback(lambda _, host=host: self._asking.pop(host, None))  # type: ignore[misc]

    async def _asked(self, due: Due) -> None:
        """Ask for one thing; what comes of it is in the database, and a mistake costs nothing else."""
        try:
            refused = await self._refusal(due)
            if refused is not None:
                logger.info("The hub %s of %s was asked in vain: %s", due.hub, due.site, refused)
                await self._database.transaction(
                    lambda connection: subscriptions.failed(connection, due.token, str(refused), refused.wait)
                )
        except DatabaseAway:
            return  # it was told to stop
        except Exception as err:
            logger.error("Asking the hub %s of %s failed (%s); it is tried again.", due.hub, due.site, mistake_in(err))
            logger.debug("Asking a hub failed", exc_info=True)

    async def _refusal(self, due: Due) -> HubRefused | None:
        try:
            await self._client.ask(due)
        except HubRefused as err:
            return err
        return None
