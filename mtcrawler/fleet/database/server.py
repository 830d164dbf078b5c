"""The embedded database: a PostgreSQL of our own on loopback, for a fleet on one machine."""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from mtcrawler.fleet.database.programs import DOING, as_allowed, programs
from mtcrawler.model.errors import DatabaseAway, SettingError
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents
from mtcrawler.storage.embedded.ports import PORTS, free_ports, is_free
from mtcrawler.storage.embedded.process import Process, started, true_within

if TYPE_CHECKING:
    import psycopg

MAY: Final = "See that there is room, and that the folder may be written (MTCRAWLER_VAR)."
OWNER: Final = "fleet"
"""Name of the database and of the only user."""
NOTE: Final = "postmaster.pid"
"""What the server writes of itself, in its data."""
STARTS: Final = 3
WHY: Final = ("FATAL", "PANIC", "error:", "could not")
"""What stands in the line of initdb's that says why it failed."""
MOST: Final = 1 << 16
"""Bytes of database.json and of the server's own notes."""
MOST_SAID: Final = 1 << 26
"""Bytes of the server's log that are read."""
PATIENCE: Final = 10.0
"""Seconds for the server to end; it ends its clients' connections first."""
INITDB: Final = 120.0
"""Seconds for an empty database to be made; it takes one."""
ENVIRONMENT: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
FLAGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "log_min_messages": "warning",
    "log_connections": "off",
}


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of the server between runs, in a file only its owner may read."""

    port: int
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """Whether the server runs, where it answers and where its data is."""

    running: bool
    pid: int | None
    address: str | None
    folder: str


class EmbeddedDatabase:
    """A PostgreSQL with its data in a folder; it outlives the process that started it, safely.

    `up` may be called by any number of processes at once. The data stays in the folder until someone deletes it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"

    @property
    def exists(self) -> bool:
        """Whether there ever was a database in the folder."""
        return self._data.is_dir()

    def up(self, *, wait: float = 40.0) -> str:
        """Make sure that it runs; returns its address, which holds a password. Waits at most `wait` seconds.

        Raises SettingError where PostgreSQL is not installed, DatabaseAway where it does not come up.
        """
        with self._locked():
            state = self._read() or State(_free_port(), secrets.token_hex(20))
            self._write(state)
            if not self._data.is_dir():
                self._make(state)
            for _ in range(STARTS):
                process = self._process()
                if process is None:
                    state, process = self._start(state)
                if self._answers(state, process, wait):
                    return _dsn(state)
                if process.alive:
                    break
            raise DatabaseAway(
                f"{DOING} in {self.folder}",
                self._last_words(),
                "Run mtcrawler fleet database down and try again; its log is server.log in that folder. "
                "It may be deleted: mtcrawler fleet rebuild makes it anew from the bucket.",
            )

    def known_address(self) -> str | None:
        """Where it answers if it runs, as last written down; None where that cannot be read."""
        with suppress(SettingError):
            state = self._read()
            return _dsn(state) if state else None
        return None

    def down(self, *, wait: float = PATIENCE) -> bool:
        """Stop it, by force after `wait` seconds; returns whether it was running. What it holds stays."""
        if not self.exists:
            return False
        with self._locked():
            if (process := self._process()) is None:
                return False
            for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                if process.alive:
                    process.send(sign)
                    true_within(lambda: not process.alive, wait)
            return True

    def status(self) -> DatabaseStatus:
        """What is going on, without changing it."""
        state, process = self._read(), self._process()
        running = state is not None and process is not None
        return DatabaseStatus(
            running=running,
            pid=process.pid if process else None,
            address=f"127.0.0.1:{state.port}" if state and running else None,
            folder=str(self.folder),
        )

    def _make(self, state: State) -> None:
        """An empty database, put in place whole or not at all."""
        making, password = self.folder / "making", self.folder / "password"
        shutil.rmtree(making, ignore_errors=True)
        private_files.put(password, state.password.encode(), durable=False)
        line = [*as_allowed(), str(programs() / "initdb"), "-D", making.name, "-U", OWNER, "--auth=scram-sha-256"]
        line += [f"--pwfile={password.name}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        try:
            done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
                line,
                cwd=self.folder,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=INITDB,
                check=False,
            )
        except subprocess.TimeoutExpired as err:
            raise self._not_made(f"initdb took longer than {INITDB:g} s") from err
        finally:
            password.unlink(missing_ok=True)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            # Its last line tells of its tidying up.
            why = next((line for line in said if any(word in line for word in WHY)), f"exit code {done.returncode}")
            raise self._not_made(f"initdb failed ({why.strip()[:200]})")
        making.rename(self._data)

    def _not_made(self, happened: str) -> DatabaseAway:
        return DatabaseAway(f"making the fleet's database in {self.folder}", happened, MAY)

    def _start(self, state: State) -> tuple[State, Process]:
        state = state if is_free(state.port) else State(_free_port(), state.password)
        self._write(state)
        self._forget_the_dead()
        flags = [part for name, value in FLAGS.items() for part in ("-c", f"{name}={value}")]
        line = [*as_allowed(), str(programs() / "postgres"), "-D", self._data.name, "-p", str(state.port), *flags]
        with private_files.writing(self.folder / "server.log") as log:
            return state, started(line, folder=self.folder, environment=ENVIRONMENT, log=log.fileno())

    def _process(self) -> Process | None:
        """The server that is at work on the data, whoever started it; None where none is."""
        try:
            number = int(contents(self._data / NOTE, MOST).split(b"\n", 1)[0])
        except (OSError, Unreadable, ValueError):
            return None
        process = Process.of(number) if 1 < number < 1 << 31 else None
        return process if process and process.alive and process.at_work_in(self._data) else None

    def _forget_the_dead(self) -> None:
        """Remove the note of a server that was killed, once no process of it is at work on the data any more.

        PostgreSQL itself would refuse to start as long as anything has that server's number, be it a stranger or what
        is left of a process until its parent has looked.
        """
        if true_within(lambda: not any(process.at_work_in(self._data) for process in _alive()), PATIENCE):
            (self._data / NOTE).unlink(missing_ok=True)

    def _answers(self, state: State, process: Process, wait: float) -> bool:
        """Whether our server takes queries within the time; false at once when it has ended."""
        import psycopg  # noqa: PLC0415 - the other commands start without it

        def ready() -> bool:
            if not process.listens(state.port):
                return False
            try:
                with psycopg.connect(_dsn(state, "postgres"), connect_timeout=5, autocommit=True) as connection:
                    _create(connection)
            except psycopg.OperationalError:
                return False
            return True

        return true_within(lambda: ready() or not process.alive, wait) and process.alive

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone with the folder; whatever of it cannot be read or written is a SettingError."""
        try:
            with private_files.appending(private_files.folder(self.folder) / "lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as err:
            raise self._closed(err) from err

    def _read(self) -> State | None:
        try:
            state = TypeAdapter(State).validate_json(contents(self.folder / "database.json", MOST), strict=True)
        except FileNotFoundError:
            if not self.exists:
                return None
            raise self._unusable(f"{self.folder / 'database.json'} is gone, and with it the password") from None
        except OSError as err:
            raise self._closed(err) from err
        except (Unreadable, ValueError) as err:
            raise self._unusable(f"{self.folder / 'database.json'} is damaged") from err
        if state.port not in PORTS or not state.password.isalnum():
            raise self._unusable(f"{self.folder / 'database.json'} is damaged")
        return state

    def _closed(self, err: OSError) -> SettingError:
        happened = f"{err.filename or self.folder} cannot be used ({err.strerror})"
        return SettingError("opening the fleet's database", happened, MAY)

    def _unusable(self, happened: str) -> SettingError:
        remedy = "Delete that folder, then run mtcrawler fleet rebuild: the bucket has all that matters."
        return SettingError("opening the fleet's database", happened, remedy)

    def _write(self, state: State) -> None:
        private_files.put(self.folder / "database.json", json.dumps(asdict(state)).encode())

    def _last_words(self) -> str:
        lines = [""]
        with suppress(OSError, Unreadable):
            lines = contents(self.folder / "server.log", MOST_SAID).decode(errors="replace").split("\n")
        fatal = [line for line in lines if "FATAL" in line or "ERROR" in line]
        return f"it does not answer ({(fatal or ['no error in its log'])[-1].strip()[:200]})"


def _create(connection: psycopg.Connection) -> None:
    """The fleet's database, where the server has none of that name."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (OWNER,)).fetchone() is None:
        connection.execute(f"CREATE DATABASE {OWNER}")


def _dsn(state: State, database: str = OWNER) -> str:
    return f"postgresql://{OWNER}:{state.password}@127.0.0.1:{state.port}/{database}"


def _alive() -> Iterator[Process]:
    """Every process of this machine, as far as the system tells."""
    found = (Process.of(int(path.name)) for path in Path("/proc").glob("[0-9]*"))
    return (process for process in found if process.alive)


def _free_port() -> int:
    return next(iter(free_ports(("database",)).values()))
