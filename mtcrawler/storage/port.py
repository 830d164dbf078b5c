"""What the crawler asks of a store of objects; S3 is one way to have it (`storage.s3`)."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, TypeVar

from mtcrawler.model.errors import BucketMissing, StoreBusy, StoreFull, StoreRefused, StoreUnreachable
from mtcrawler.storage.location import Location
from mtcrawler.storage.unreadable_objects import LeftOut

JSON: Final = "application/json; charset=utf-8"

OUTAGES: Final = (StoreUnreachable, StoreRefused, StoreFull, BucketMissing)
"""Failures of the store, not of one article: the article waits until the store takes it."""
PATIENCE: Final = 60.0
"""Seconds for which a busy store is asked again where nothing can be done without its answer."""
PAUSES: Final = (1.0, 15.0)
"""Seconds between two such questions: the first time, and at most. The pause doubles each time."""

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read; `age` is the seconds since it was written, by the server's own clock, None where the
    server does not say when that was.
    """

    body: bytes
    etag: str
    metadata: Mapping[str, str]
    age: float | None = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Head:
    """An object without its bytes; `server_time` is the server's clock in UTC, None where it does not say."""

    etag: str
    size: int
    metadata: Mapping[str, str]
    server_time: datetime | None = field(default=None, compare=False)


class ObjectStore(Protocol):
    """One bucket under one prefix. Safe to share between threads.

    Keys are the contract's (`storage.layout`), without the prefix. An object may be as large as `storage.limits` says
    for its key. Conditions are either of two: `if_absent`, only where there is no object, and `if_etag`, only where the
    object still has that etag. Of several writers with the same condition one succeeds, provided `conditional` is true.

    Every method raises StoreUnreachable, StoreRefused, StoreFull or BucketMissing (`OUTAGES`), or another StoreError.
    """

    @property
    def location(self) -> Location:
        """Where the objects are."""

    @property
    def conditional(self) -> bool:
        """Whether a condition is checked by the server in the moment of writing; otherwise it is checked before."""

    @property
    def left_out(self) -> LeftOut:
        """The record of objects that the users of this store could not read."""

    def get(self, key: str) -> Stored | None:
        """The object, or None where there is none.

        Raises ObjectUnreadable for one that is larger than `limits.most(key)`, without reading all of it.
        """

    def get_range(self, key: str, start: int, length: int) -> bytes | None:
        """At most `length` bytes of the object from the byte `start` on: fewer where it ends before, none where it ends
        before `start`. None where there is no object. Whatever its size, no more is read.
        """

    def head(self, key: str) -> Head | None:
        """What is known of the object without reading it, or None where there is none."""

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = JSON,
        metadata: Mapping[str, str] | None = None,
        if_absent: bool = False,
        if_etag: str | None = None,
    ) -> str:
        """Write an object whole, on a condition if one is given; returns its new etag.

        Raises PreconditionFailed where the condition does not hold, ConditionsUnsupported where the server refuses
        conditions, ObjectRefused for what no store takes: a body larger than `limits.most(key)`, or malformed.
        """

    def copy(self, source: str, target: str, *, if_etag: str | None = None) -> None:
        """Copy an object of any size within the store, if a condition is given only while it holds; raises
        PreconditionFailed where it does not.
        """

    def delete(self, key: str, *, if_etag: str | None = None) -> None:
        """Remove an object; without a condition, one that is not there is fine.

        The condition is checked before the removal, not with it: few servers honour one.
        """

    def keys(self, prefix: str, *, limit: int | None = None) -> Iterator[str]:
        """Every key that begins so, or the first `limit` of them; read page by page, in no order to rely on."""

    def folders(self, prefix: str) -> Iterator[str]:
        """The folder names right below a prefix that ends in a slash, without slashes."""

    def close(self) -> None:
        """Give up the connections."""


class ObjectReader(Protocol):
    """Reads many objects quickly. Safe to share between threads."""

    def get(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none. Raises as `ObjectStore.get` does."""

    def close(self) -> None:
        """Give up the connections."""


def check(store: ObjectStore) -> None:
    """Make sure that the bucket is there and may be listed. Raises StoreError."""
    for _ in store.keys("", limit=1):
        return


class StorePatience:
    """How long one run waits for a busy store, in all: so many seconds from the first time that it is busy.

    Whatever asks the store before the run can begin shares one. Safe for threads.
    """

    def __init__(self, seconds: float = PATIENCE) -> None:
        self._seconds = seconds
        self._ends: float | None = None
        self._over = threading.Event()

    def end(self) -> None:
        """Have nobody wait any longer, neither now nor later. May be called by the handler of a signal."""
        self._over.set()

    def ask(self, question: Callable[[], Given], told: Callable[[str], object]) -> Given:
        """What `question` gives. While the store is busy (StoreBusy) it is asked again, until patience is at an end.

        `told` hears once, in one line, that this takes time. Whatever else `question` raises is raised at once.
        """
        (pause, longest), first = PAUSES, True
        while True:
            try:
                return question()
            except StoreBusy as err:
                if (left := self._left()) <= 0:
                    raise
                if first:
                    told(f"{err.doing}: {err.happened}. It is asked again for up to {max(1, round(left))} s.")
                    first = False
                # Jitter, so that crawlers that were refused together do not come back together.
                if self._over.wait(min(left, pause * random.uniform(0.5, 1.0))):  # noqa: S311
                    raise
            pause = min(pause * 2, longest)

    def _left(self) -> float:
        now = time.monotonic()
        self._ends = now + self._seconds if self._ends is None else self._ends
        return 0.0 if self._over.is_set() else self._ends - now
