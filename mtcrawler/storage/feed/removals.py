"""Removals as the feed tells them: segments of a name of their own, so that crawls under way find them quickly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final

from mtcrawler.model import clock
from mtcrawler.model.errors import PreconditionFailed
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.segments import lines, pack, packed, parts
from mtcrawler.storage.layout import CHANGES, ChangeKey, change_key, read_change_key
from mtcrawler.storage.port import ObjectStore

GZIP: Final = "application/gzip"
RUN: Final = "removal-"
"""How the run of a segment begins that tells of removals. Such a segment is never merged with others."""
SKEW: Final = timedelta(hours=1)
"""How far the clocks of two machines may differ."""


def tells_of_removals(key: ChangeKey) -> bool:
    """Whether a segment is one that tells of removals."""
    return key.run_id.startswith(RUN)


def tell(store: ObjectStore, told: Iterable[Change]) -> list[str]:
    """Write lines, all of one run; returns the keys of the segments. Raises StoreError."""
    changes = {change.to_line(): change for change in told}
    keys, numbers = [], count(1)
    for part in parts(list(changes)):
        first = changes[part[0]]
        while True:
            key = change_key(first.at.astimezone(UTC).date().isoformat(), first.run_id, next(numbers))
            try:
                store.put(key, pack(part), content_type=GZIP, metadata={"run-id": first.run_id}, if_absent=True)
            except PreconditionFailed:  # an earlier run of the same name
                continue
            keys.append(key)
            break
    return keys


def all_told(store: ObjectStore) -> dict[str, Change]:
    """The line that first told of each removal, by the id of the article or other address. Raises StoreError."""
    keys = [key for key in store.keys(CHANGES) if (found := read_change_key(key)) and tells_of_removals(found)]
    removed: dict[str, Change] = {}
    for key in sorted(keys):
        for change in told_in(store, key):
            removed.setdefault(change.id, change)
    return removed


def told_in(store: ObjectStore, key: str) -> list[Change]:
    """The removals that a segment tells of. Raises StoreError."""
    return [change for change in lines(store, key, packed(store, key), Change) if change.change == "removed"]


class Removals:
    """The removals that were told since a moment; each segment is given once, by `news`."""

    def __init__(self, store: ObjectStore, since: datetime) -> None:
        self._store, self._since = store, since
        self._seen: set[str] = set()

    def news(self) -> Iterator[tuple[str, list[Change]]]:
        """The segments that came since the last look, with their lines. One or two requests where there are none.

        Raises StoreError.
        """
        now = clock.now()
        for day in _days(self._since - SKEW, now + SKEW):
            for key in self._store.keys(f"{CHANGES}date={day.isoformat()}/{RUN}"):
                if key not in self._seen and read_change_key(key) is not None:
                    found = told_in(self._store, key)
                    self._seen.add(key)  # not before: where the store does not answer, the next look reads it
                    yield key, found
        self._since = now


def _days(first: datetime, last: datetime) -> Iterator[date]:
    day = first.astimezone(UTC).date()
    while day <= last.astimezone(UTC).date():
        yield day
        day += timedelta(days=1)
