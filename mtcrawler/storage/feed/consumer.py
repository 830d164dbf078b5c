"""The change feed for those who read it: what is new since a cursor, at least once, each run's lines in order."""

from __future__ import annotations

from collections.abc import Iterator

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.cursor import Cursor, holes
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.segments import read_lines
from mtcrawler.storage.layout import CHANGES, ChangeKey
from mtcrawler.storage.port import ObjectStore


class Changes:
    """Changes to iterate over, once; a few segments are read ahead, so memory does not grow with the feed.

    `cursor` says where to go on: keep it once what was iterated over so far is safely dealt with. It moves on with
    whole segments, so that a reader who stops in the middle gets the segment it stopped in again.

    A segment, or a line of one, that cannot be read is left out and named in `left_out` (and once in the log); the
    cursor moves past it. The next crawl that meets those articles tells of them again.
    """

    def __init__(self, store: ObjectStore, since: str | None) -> None:
        self._store, self._segments = store, FeedSegments(store)
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
        for key, found_in, whole in self._segments.read(self._pending()):
            changes, wrong = read_lines(found_in, whole, Change)
            if wrong is not None:
                self._store.left_out(wrong)
            yield from changes
            self._done.append(key)

    def _pending(self) -> list[ChangeKey]:
        pending = self._cursor.pending(self._segments.listed(self._cursor.hashes))
        if not holes(pending):
            return pending
        # A listing takes time: while it was made a run may have written two segments and only the later one is on it.
        # Whatever came before a segment that was seen is there by now.
        last = {key.run_id: key.seq for key in sorted(pending, key=lambda key: key.seq)}
        listed = self._segments.listed(self._cursor.hashes)
        again = [key for key in self._cursor.pending(listed) if key.seq <= last.get(key.run_id, -1)]
        return sorted({*pending, *again})
