"""A publisher's turn: one run of it at a time, whichever machine it is on, and never blocked by a run that died."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, Self
from uuid import uuid4

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from mtcrawler.model import clock
from mtcrawler.model.errors import (
    Busy,
    ConditionsUnsupported,
    ObjectUnreadable,
    PreconditionFailed,
    SettingError,
    StoreError,
)
from mtcrawler.model.printable import safe
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, parsed_object
from mtcrawler.storage.feed.changes import Moment
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import lease_key
from mtcrawler.storage.look_first import LookFirst
from mtcrawler.storage.port import ObjectStore, Stored

logger = logging.getLogger(__name__)

SECONDS: Final = 60.0
"""Without a renewal for so long a lease is no longer good."""
RENEWALS: Final = 4
"""Renewals within that time."""
LONGEST: Final = 3600.0
"""Seconds; a lease that claims to be good for longer is none of ours (LEASE_SECONDS)."""
TRIES: Final = 5
REMEDY: Final = "The lease is treated as free and replaced."


def _not_to_come(moment: datetime | None) -> datetime | None:
    if moment is not None and moment > clock.now() + timedelta(days=1):
        raise ValueError("it begins in the future")
    return moment


class _Holder(BaseModel):
    """Who holds a lease, as the object says; `seconds` is how long it is good after it was written."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    token: Annotated[str, Field(max_length=100)]
    run_id: Annotated[str, Field(max_length=200)]
    host: Annotated[str, Field(max_length=300)]
    since: Annotated[Moment, AfterValidator(_not_to_come)]
    seconds: Annotated[float, Field(gt=0, le=LONGEST, allow_inf_nan=False)]
    renewed: Annotated[Moment | None, AfterValidator(_not_to_come)] = None

    def age(self, stored: Stored) -> float:
        """Seconds since it was written. A server that does not say leaves the clock of whoever wrote it."""
        if stored.age is not None:
            return stored.age
        return (clock.now() - (self.renewed or self.since)).total_seconds()

    def __str__(self) -> str:
        """The run, its machine and its beginning, on one line."""
        return " ".join(safe(f"{self.run_id} on {self.host} since {self.since:%H:%M} UTC").split())


class Lease:
    """Held while the context lasts: an object in the bucket that is renewed, and a locked file in `folder`.

    The object is taken, renewed and given back with conditional writes, its age judged by the server's own clock; where
    the store ignores conditions that is the best that can be done. The file tells at once, without waiting for the
    lease to run out, that a run which used the same folder is dead: the system unlocks what a dead process has locked.
    `lost` is called, from a thread, when another run has taken over because this one was not heard of.

    Entering raises Busy where another run holds it, or StoreError.
    """

    def __init__(
        self,
        store: ObjectStore,
        spider: str,
        run_id: str,
        folder: Path,
        *,
        seconds: float = SECONDS,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self.lost = lost
        self._store, self._spider, self._run_id, self._seconds = store, spider, run_id, seconds
        self._key = lease_key(spider)
        self._path = folder / f"lease-{store.location.tag}-{spider}"
        self._file: int | None = None
        self._token = uuid4().hex
        self._since = clock.now()
        self._etag = ""
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=copy_context().run, args=(self._keep,), name="lease-keeper", daemon=True)

    def __enter__(self) -> Self:
        earlier = self._lock()
        try:
            self._take(earlier)
        except BaseException:
            self._unlock()
            raise
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._keeper.join()
        try:
            self._give_back()
        except StoreError as err:
            logger.debug("The lease is not given back; it runs out by itself. %s", err)
        self._unlock()

    def _give_back(self) -> None:
        if not self._etag:
            return
        try:
            self._put(self._etag, free=True)
        except PreconditionFailed:
            stored, holder = self._read()
            if stored and holder and holder.token == self._token:
                self._put(stored.etag, free=True)

    def _take(self, earlier: list[str]) -> None:
        for _ in range(TRIES):
            stored, holder = self._read()
            if stored and holder and holder.token == self._token:  # written in a try whose answer was lost
                self._etag = stored.etag
                self._write([self._token])
                return
            if stored and holder and holder.token not in earlier and abs(holder.age(stored)) <= holder.seconds:
                raise self._busy(holder, holder.age(stored))
            # Both names, as a run may die between these two steps.
            self._write([*earlier, self._token])
            try:
                self._etag = self._put(stored.etag if stored else None)
            except PreconditionFailed:
                continue
            self._write([self._token])
            return
        raise self._busy(None)

    def _read(self) -> tuple[Stored | None, _Holder | None]:
        """What lies in the bucket, and who holds the lease by it; an object that is no lease is named and holds none.

        Raises StoreError.
        """
        stored = None
        try:
            stored = self._store.get(self._key)
            return stored, _parse(stored, self._key)
        except ObjectUnreadable as err:
            self._store.left_out(err)
            # One that is too large was not read: its etag is enough to write over it.
            return stored or Stored(b"", err.etag or "", {}), None

    def _put(self, etag: str | None, *, free: bool = False) -> str:
        said = {
            "token": None if free else self._token,
            "spider": self._spider,
            "run_id": self._run_id,
            "host": socket.gethostname(),
            "since": self._since.isoformat(timespec="seconds"),
            "seconds": self._seconds,
            "renewed": clock.now().isoformat(timespec="seconds"),
        }
        body = json.dumps(said).encode() + b"\n"
        try:
            return self._store.put(self._key, body, if_absent=etag is None, if_etag=etag)
        except ConditionsUnsupported:
            self._store = LookFirst(self._store)
            return self._put(etag, free=free)

    def _keep(self) -> None:
        while not self._ending.wait(self._seconds / RENEWALS):
            try:
                self._etag = self._put(self._etag)
            except PreconditionFailed:
                if not self._still_ours():
                    return
            except StoreError as err:
                logger.debug("The lease is not renewed now; it is tried again. %s", err)

    def _still_ours(self) -> bool:
        """Whether the turn is still ours: what was written meanwhile was our own, in a try whose answer was lost, or
        names nobody, and is written over.
        """
        try:
            stored, holder = self._read()
            if stored and holder and holder.token == self._token:
                self._etag = stored.etag
                return True
            if holder is None:
                self._etag = self._put(stored.etag if stored else None)
                return True
        except StoreError:
            return True
        self._etag = ""
        logger.error("Another run of %s began because this one had not renewed its lease; this one ends.", self._spider)
        self.lost()
        return False

    def _lock(self) -> list[str]:
        """Lock the file; returns the tokens of runs that had it locked and are dead."""
        try:
            private_files.folder(self._path.parent)
            self._file = private_files.open_file(self._path, os.O_RDWR | os.O_CREAT)
        except OSError as err:
            raise _unwritable(self._path, err) from err
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            self._unlock()
            stored, holder = self._read()
            raise self._busy(holder, holder.age(stored) if stored and holder else 0) from err
        except OSError as err:  # a file system without locks tells nothing, and the lease runs out by itself
            logger.debug("%s cannot be locked: %s", self._path, err)
            return []
        return os.pread(self._file, 4096, 0).decode("ascii", "replace").split()

    def _write(self, tokens: list[str]) -> None:
        """Note who holds the file. Raises SettingError where the disk does not take it."""
        assert self._file is not None
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, "\n".join(tokens[-2:]).encode(), 0)
            os.fsync(self._file)
        except OSError as err:
            raise _unwritable(self._path, err) from err

    def _unlock(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _busy(self, holder: _Holder | None, age: float = 0) -> Busy:
        who = f" ({holder}, heard of {age:.0f} s ago)" if holder else ""
        return Busy(
            f"starting a crawl of {self._spider}",
            f"another run of it is going on{who}",
            "Wait for it, or set OVERLAP=allow to have both.",
        )


def _unwritable(path: Path, err: OSError) -> SettingError:
    return SettingError(
        f"opening {path}",
        f"it cannot be written ({err.strerror or err})",
        "Free some space, correct STATE_DIR or MTCRAWLER_VAR, or run where you may write.",
    )


def _parse(stored: Stored | None, key: str) -> _Holder | None:
    """The holder that an object names; None where it is free. Raises ObjectUnreadable where it is no lease."""
    if stored is None:
        return None
    try:
        return _Holder.model_validate_json(stored.body) if parsed_object(stored.body).get("token") else None
    except Unreadable as err:
        raise ObjectUnreadable(key, str(err), REMEDY) from err
    except ValidationError as err:
        raise ObjectUnreadable(key, fault(err), REMEDY) from err
