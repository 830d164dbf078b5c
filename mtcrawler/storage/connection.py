"""The one place where a location becomes a store: everybody else knows the port alone."""

from __future__ import annotations

from threading import Lock
from typing import Final

from mtcrawler.storage import capabilities
from mtcrawler.storage.location import Location
from mtcrawler.storage.look_first import LookFirst
from mtcrawler.storage.port import ObjectReader, ObjectStore
from mtcrawler.storage.s3.bulk import BulkReader
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.unreadable_objects import LeftOut


def connect(
    location: Location, *, left_out: LeftOut | None = None, connections: int = 32, attempts: int = 4
) -> ObjectStore:
    """The store at this location. Asks nothing of it yet.

    `left_out` is the record of objects that cannot be read, one of the store's own unless given. `connections` is the
    most at a time: at least the number of threads that share the store. A request that fails is sent `attempts` times
    in all. Raises StoreError where the location cannot be used.
    """
    return Client(location, left_out=left_out, connections=connections, attempts=attempts)


def connect_to_write(location: Location, *, left_out: LeftOut | None = None, connections: int = 32) -> ObjectStore:
    """The store at this location, with the schema published, and conditions checked in whichever way it allows.

    A process finds that out once for each location: the same store does not change its ways between two crawls.
    Raises BucketMissing, StoreRefused or StoreUnreachable.
    """
    store = connect(location, left_out=left_out, connections=connections)
    try:
        return store if _honours(location, store) else LookFirst(store)
    except BaseException:
        store.close()
        raise


def _honours(location: Location, store: ObjectStore) -> bool:
    """Whether conditions hold there. What other writers kept from being found out is asked again the next time."""
    with _PROBING:
        found = _HONOURED.get(location)
        if found is None and (found := capabilities.probe(store)) is not None:
            _HONOURED[location] = found
        return bool(found)


_PROBING: Final = Lock()
"""Held by the thread that finds it out, so that no other does."""
_HONOURED: Final[dict[Location, bool]] = {}
"""Whether conditions hold at each location that this process has written to."""


def bulk_reader(location: Location, *, connections: int) -> ObjectReader:
    """A reader of many small objects at this location, for so many threads."""
    return BulkReader(location, connections=connections)
