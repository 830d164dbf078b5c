"""The change feed for those who read it: what is new since a cursor, at least once, each run's lines in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.cursor import Cursor, holes, in_full
from mtcrawler.storage.feed.segments import lines, packed
from mtcrawler.storage.layout import CHANGES, ChangeKey, read_change_key
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

THREADS = 8


class Changes:
    """Changes to iterate over, once; a few segments are read ahead, so memory does not grow with the feed.

    `cursor` says where to go on: keep it once what was iterated over so far is safely dealt with. It moves on with
    whole segments, so that a reader who stops in the middle gets the segment it stopped in again.

    A segment, or a line of one, that cannot be read is left out and named in `left_out` (and once in the log); the
    cursor moves past it. The next crawl that meets those articles tells of them again.
    """

    def __init__(self, store: ObjectStore, since: str | None) -> None:
        self._store = store
        self._cursor = Cursor.read(since)
        self._done: list[ChangeKey] = []

    @property
    def cursor(self) -> str:
        """The text to give as `since` next time."""
        return str(self._cursor.after(self._done))

    @property
    def left_out(self) -> list[ObjectUnreadable]:
        """The segments of which something was left out so far."""
        return [err for err in self._store.left_out.found if err.key.startswith(CHANGES)]

    def __iter__(self) -> Iterator[Change]:
        pending = self._pending()
        names = [in_full(key) for key in pending]
        bodies = side_by_side(partial(packed, self._store), names, threads=THREADS)
        for key, name, body in zip(pending, names, bodies, strict=True):
            yield from lines(self._store, name, body, Change)
            self._done.append(key)

    def _pending(self) -> list[ChangeKey]:
        pending = self._cursor.pending(self._listed())
        if not holes(pending):
            return pending
        # A listing takes time: while it was made a run may have written two segments and only the later one is on it.
        # Whatever came before a segment that was seen is there by now.
        last = {key.run_id: key.seq for key in sorted(pending, key=lambda key: key.seq)}
        again = [key for key in self._cursor.pending(self._listed()) if key.seq <= last.get(key.run_id, -1)]
        return sorted({*pending, *again})

    def _listed(self) -> Iterator[ChangeKey]:
        yield from (found for key in self._store.keys(CHANGES) if (found := read_change_key(key)))
