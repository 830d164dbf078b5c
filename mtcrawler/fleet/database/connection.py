"""The fleet's database for as long as a process runs: while it is away, whoever asks waits and asks again."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Final, Self, TypeVar

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from mtcrawler.config.reading import problems
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.model.errors import DatabaseAway
from mtcrawler.security.redaction import Secrets

logger = logging.getLogger(__name__)

T = TypeVar("T")
Connection = AsyncConnection[DictRow]

ANSWER: Final = 15.0
"""Seconds that an answer may take."""
CONNECTED: Final = 5.0
"""Seconds that a connection may take; a database that gives none is away."""
FIRST_PAUSE: Final = 0.25
SHORT_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 10.0
"""Seconds between two tries; each is drawn by chance, so that workers do not come back all at once."""
LONGEST: Final = 300
"""Characters that are told of why it is away."""
REMEDY: Final = (
    "See that it runs (mtcrawler fleet database status, or FLEET_DSN) and has tables (mtcrawler fleet sync)."
)
REFUSALS: Final = ("password", "no pg_hba", "role", "database", "permission")
"""How a server begins that is there, and does not let us in."""
USING: Final = 7_206_174_004
"""The number of the lock that each transaction shares, so that whoever drops the tables waits for all."""
BEGIN: Final = f"BEGIN; SELECT pg_advisory_xact_lock_shared({USING})"
"""How a transaction begins, in one message to the server."""
TOLD_AT: Final = 3
"""Tries of a question with which it is told that the database cannot do it."""
CONNECTIONS: Final = 4
"""Most connections of a process."""
# A half-open connection is noticed by the system within half a minute, a query that hangs by the server.
LINE: Final[Mapping[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "options": "-c statement_timeout=12000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
    "application_name": "mtcrawler",
}
AWAY: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    OSError,  # TimeoutError is one
    # What a database says that was dropped, and is not made anew yet:
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedObject,
)
"""Errors that are the database's being away, or empty, and not the question's being wrong."""
BUSY: Final = (
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
"""Errors of a database that is there and has too much to do: it is asked again, and not taken for away."""


def address(environment: Mapping[str, str], folder: Path) -> str:
    """Where the database is: what FLEET_DSN says, else the embedded one in `folder`, which is started.

    Raises SettingError or DatabaseAway.
    """
    given = environment.get("FLEET_DSN", "").strip()
    for problem in problems({"FLEET_DSN": given}, {"FLEET_DSN": "the environment variable FLEET_DSN"}):
        raise problem.error
    return given or EmbeddedDatabase(folder).up()


def reach(dsn: str) -> None:
    """Raises DatabaseAway, which says why, where the database at this address does not answer at once."""
    try:
        psycopg.connect(dsn, **_line(dsn)).close()
    except psycopg.Error as err:
        raise DatabaseAway("opening the fleet's database", *_unreached(err, dsn)) from err


class _Line(AsyncConnection[DictRow]):
    """A connection; why there is none is `refused`, which the pool keeps to itself."""

    refused: ClassVar[psycopg.Error | None] = None

    @classmethod
    async def connect(cls, conninfo: str = "", **given: Any) -> Self:
        """As AsyncConnection's."""
        try:
            found = await super().connect(conninfo, **given)
        except psycopg.Error as err:
            _Line.refused = err
            raise
        _Line.refused = None
        return found


def _line(dsn: str) -> dict[str, Any]:
    """How a connection is made, as far as the address does not say it; its options are added to ours, and win."""
    given = conninfo_to_dict(dsn)
    line = {name: value for name, value in LINE.items() if name not in given}
    return {**line, "options": f"{LINE['options']} {given.get('options', '')}".strip()}


@contextmanager
def refused(dsn: str) -> Iterator[None]:
    """What the database refuses is raised as DatabaseAway, which says what it says."""
    try:
        yield
    except psycopg.Error as err:
        happened = f"it refuses ({_told(err, dsn)})"
        remedy = "See that the database holds a fleet and nothing else, and that its user owns it (FLEET_DSN)."
        raise DatabaseAway("asking the fleet's database", happened, remedy) from err


class FleetDatabase:
    """Connections to the database at an address; used as a context, in which `ask` and `transaction` never fail because
    the database is away: they wait for it, unless `end` was called. `folder` is the embedded one's, which may come back
    at another port.
    """

    def __init__(self, dsn: str, folder: Path | None = None) -> None:
        self._dsn, self._folder = dsn, folder
        self._patient_until: float | None = None
        self._ending = asyncio.Event()
        self._away_since: float | None = None
        self._back_at = time.monotonic()
        self._away_before = 0.0
        self._why = ""
        self.pool = AsyncConnectionPool[Connection](
            self._where,
            connection_class=_Line,
            kwargs={**_line(dsn), "row_factory": dict_row, "autocommit": True},  # each transaction begins with BEGIN
            min_size=1,
            max_size=CONNECTIONS,
            timeout=CONNECTED,
            open=False,  # and no check of each connection before its use: `ask` finds a dead one, and asks again
        )

    async def __aenter__(self) -> Self:
        # The pool tells each failed try in the log; here it is told once.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        await self.pool.open(wait=False)
        return self

    async def _where(self) -> str:
        """The address, before each connection."""
        if self._folder is not None:
            self._dsn = EmbeddedDatabase(self._folder).known_address() or self._dsn
        return self._dsn

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close(timeout=1)

    @property
    def unbroken(self) -> float:
        """Seconds for which the database has answered without a break; 0 while it is away."""
        return 0 if self._away_since is not None else time.monotonic() - self._back_at

    @property
    def is_away(self) -> bool:
        """Whether it did not answer when it was last asked."""
        return self._away_since is not None

    @property
    def away_seconds(self) -> float:
        """Seconds for which it has been away so far, all outages together."""
        since = self._away_since
        return self._away_before + (0 if since is None else time.monotonic() - since)

    def end(self, seconds: float) -> None:
        """From now on nobody waits longer than so many seconds for a database that is away."""
        self._patient_until = time.monotonic() + seconds
        self._ending.set()

    async def transaction(self, work: Callable[[Connection], Awaitable[T]], seconds: float = ANSWER) -> T:
        """What `work` does in one transaction, within so many seconds; it is begun again where the database went away.
        As `ask` otherwise.
        """

        async def once() -> T:
            async with self.pool.connection() as connection:
                await connection.execute(BEGIN, prepare=False)
                return await work(connection)

        return await self.ask(once, seconds)

    async def ask(self, question: Callable[[], Awaitable[T]], seconds: float = ANSWER) -> T:
        """The answer, which may take so many seconds, however often it has to be asked for. What the database refuses
        is raised as it is.

        Raises DatabaseAway once nobody waits any longer.
        """
        pause, tries = FIRST_PAUSE, 0
        while True:
            tries += 1
            try:
                async with asyncio.timeout(seconds):
                    found = await question()
            except (psycopg.Error, ConnectorException, OSError) as err:
                if isinstance(_cause(err), BUSY):
                    self._why = _told(_cause(err), self._dsn)
                    if tries == TOLD_AT:
                        logger.warning("The fleet's database is busy (%s); it is asked again.", self._why)
                elif isinstance(_cause(err), AWAY):
                    self._went_away(err)
                else:
                    raise
            else:
                self._came_back()
                return found
            if self._patient_until is not None and time.monotonic() + pause > self._patient_until:
                raise DatabaseAway("asking the fleet's database", f"it is away ({self._why})", REMEDY)
            pause = await self._paused(pause)

    async def _paused(self, pause: float) -> float:
        """The next pause, after this one; whoever waits when `end` is called asks again at once, and often."""
        some = random.uniform(pause / 2, pause)  # noqa: S311 - no secret
        if self._ending.is_set():
            await asyncio.sleep(some)
            return min(2 * pause, SHORT_PAUSE)
        with suppress(TimeoutError):
            async with asyncio.timeout(some):
                await self._ending.wait()
                return FIRST_PAUSE
        return min(2 * pause, LONGEST_PAUSE)

    def _went_away(self, err: BaseException) -> None:
        cause = _cause(err)
        self._why = _told(_Line.refused if isinstance(cause, PoolTimeout) and _Line.refused else cause, self._dsn)
        if self._away_since is None:
            self._away_since = time.monotonic()
            if self._patient_until is None:
                logger.warning("The fleet's database is away (%s); visits go on, and it is asked again.", self._why)

    def _came_back(self) -> None:
        if self._away_since is not None:
            passed = time.monotonic() - self._away_since
            self._away_before += passed
            if self._patient_until is None:
                logger.warning("The fleet's database answers again, after %.1f s.", passed)
            self._away_since, self._back_at = None, time.monotonic()


def _unreached(err: psycopg.Error, dsn: str) -> tuple[str, str]:
    """Why nobody answers as we need it, and what to do."""
    told = f"no connection ({_told(err, dsn)})"
    answers = any(f"FATAL:  {word}" in str(err) for word in REFUSALS)
    return told, "Correct FLEET_DSN, or what that server knows of its user and database." if answers else REMEDY


def _told(err: BaseException, dsn: str) -> str:
    """An error of the database as one line without its password."""
    said = " ".join(str(err).split()) or type(err).__name__
    return Secrets.of_environment({"FLEET_DSN": dsn}).shown(said)[:LONGEST]


def _cause(err: BaseException) -> BaseException:
    """What Procrastinate wrapped."""
    return err.__cause__ if isinstance(err, ConnectorException) and err.__cause__ is not None else err
