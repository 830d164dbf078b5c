"""The one place where a location becomes a store: everybody else knows the port alone."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from mtcrawler.model import clock
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents
from mtcrawler.storage import capabilities
from mtcrawler.storage.location import Location
from mtcrawler.storage.look_first import LookFirst
from mtcrawler.storage.port import ObjectReader, ObjectStore
from mtcrawler.storage.s3.bulk import BulkReader
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.unreadable_objects import LeftOut


def connect(
    location: Location,
    *,
    left_out: LeftOut | None = None,
    connections: int = 32,
    attempts: int = 4,
    shared: bool = False,
) -> ObjectStore:
    """The store at this location. Asks nothing of it yet.

    `left_out` is the record of objects that cannot be read, one of the store's own unless given. `connections` is the
    most at a time: at least the number of threads that share the store. A request that fails is sent `attempts` times
    in all. With `shared` the connections are those of all who ask for the same here, and stay open: to make a client
    takes longer than to use it a few times. Raises StoreError where the location cannot be used.
    """
    if shared:
        with _SHARING:
            asked = location, connections, attempts
            if asked not in _SHARED:
                _SHARED[asked] = Client(location, connections=connections, attempts=attempts)
            return _SHARED[asked].sharing(left_out)
    return Client(location, left_out=left_out, connections=connections, attempts=attempts)


def has_versions(location: Location, prefixes: Iterable[str]) -> bool:
    """As `mtcrawler.storage.s3.versions` says: whether a bucket holds earlier versions of such objects.

    Raises StoreError where that could not be asked.
    """
    from mtcrawler.storage.s3 import versions  # noqa: PLC0415 - a removal alone asks

    return versions.has_versions(location, prefixes)


def connect_to_write(
    location: Location, *, left_out: LeftOut | None = None, connections: int = 32, folder: Path | None = None
) -> ObjectStore:
    """The store at this location, with the schema published, and conditions checked in whichever way it allows.

    A process finds that out once for each location: the same store does not change its ways between two crawls. That
    conditions hold is noted in `folder` for the processes of a day.

    Raises BucketMissing, StoreRefused or StoreUnreachable.
    """
    store = connect(location, left_out=left_out, connections=connections)
    try:
        return store if _honours(location, store, folder) else LookFirst(store)
    except BaseException:
        store.close()
        raise


def _honours(location: Location, store: ObjectStore, folder: Path | None) -> bool:
    """Whether conditions hold there. What other writers kept from being found out is asked again the next time."""
    note = folder / f"conditions-{location.tag}" if folder is not None else None
    with _PROBING:
        found = _HONOURED.get(location)
        if found is None and note is not None and _is_noted(note) and capabilities.is_published(store):
            found = _HONOURED[location] = True
        if found is None and (found := capabilities.probe(store)) is not None:
            _HONOURED[location] = found
            if found and note is not None:
                with suppress(OSError):  # it is found out again the next time
                    private_files.put(note, clock.now().isoformat().encode(), durable=False)
        return bool(found)


def _is_noted(note: Path) -> bool:
    """Whether another process has found out within a day that conditions hold."""
    try:
        at = datetime.fromisoformat(contents(note, 100).decode())
        return not clock.to_come(at) and clock.now() - at < NOTED
    except (OSError, Unreadable, ValueError, TypeError):
        return False


NOTED: Final = timedelta(days=1)
"""How long a store is taken to honour conditions without being asked."""
_PROBING: Final = Lock()
"""Held by the thread that finds it out, so that no other does."""
_HONOURED: Final[dict[Location, bool]] = {}
"""Whether conditions hold at each location that this process has written to."""
_SHARING: Final = Lock()
"""Held while one of these is made."""
_SHARED: Final[dict[tuple[Location, int, int], Client]] = {}
"""The clients whose connections are shared."""


def bulk_reader(location: Location, *, connections: int) -> ObjectReader:
    """A reader of many small objects at this location, for so many threads."""
    return BulkReader(location, connections=connections)
