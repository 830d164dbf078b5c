"""What merged segments replace: deleted once they are proved to hold it, and nobody holds the old keys any more."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed
from mtcrawler.security.untrusted import Unreadable, unpacked
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.cursor import in_full
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.merged import Merged, Part
from mtcrawler.storage.feed.segments import REMEDY, read
from mtcrawler.storage.layout import CHANGES, MERGED, ChangeKey, change_key, covered, parts_key
from mtcrawler.storage.limits import SEGMENT_BYTES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore, Stored

THREADS: Final = 16
AT_WORK: Final = timedelta(hours=1)
"""How long another compaction may take from writing such a list to the merged segment itself."""


class Replaced:
    """The segments and merged segments whose lines lie in a merged one as well, as `segments` were listed.

    `superseded` are merged segments all of whose parts lie in another.
    """

    def __init__(self, store: ObjectStore, segments: FeedSegments, keep: timedelta, *, dry_run: bool) -> None:
        self._store, self._segments, self._keep, self._dry_run = store, segments, keep, dry_run
        days: dict[str, list[ChangeKey]] = {}
        for key in segments.merged:
            days.setdefault(key.date, []).append(key)
        self.superseded = {
            key: larger for keys in days.values() for key in keys if (larger := self._larger(key, keys)) is not None
        }

    def delete(self) -> tuple[int, int]:
        """Delete what is replaced; how many objects were deleted, and how many wait until they may be. With a dry run
        nothing is deleted, and those are counted that would be. Raises StoreError.
        """
        deleted = waiting = 0
        for key, held in self._segments.merged.items():
            if key in self.superseded:  # what it holds lies in a larger one, which is looked at by itself
                continue
            own = [part for part in held.parts if part.key in self._segments.own]
            smaller = [one for one, larger in self.superseded.items() if larger == key]
            if not own and not smaller:
                continue
            if not self._proved(key, held):
                waiting += len(own) + len(smaller)
                continue
            deleted += len(own) + len(smaller)
            if not self._dry_run:
                for _ in side_by_side(partial(self._delete_own, key), own, threads=THREADS):
                    pass
                for one in smaller:
                    self._store.delete(in_full(one))
                    self._store.delete(parts_key(one))
        if not self._dry_run:
            self._delete_lists()
        return deleted, waiting

    def _larger(self, key: ChangeKey, keys: list[ChangeKey]) -> ChangeKey | None:
        """The largest of the merged segments that hold all that this one holds, and more."""
        names = self._segments.merged[key].names
        holds = [one for one in keys if names < self._segments.merged[one].names]
        same = [one for one in keys if one > key and names == self._segments.merged[one].names]
        return max(holds or same, key=lambda one: (len(self._segments.merged[one].parts), one), default=None)

    def _proved(self, key: ChangeKey, held: Merged) -> bool:
        """Whether a merged segment has been there for as long as it must be, and is read whole. One that cannot be
        read is named, and nothing of what it replaces is deleted.
        """
        if clock.now() - held.made_at < self._keep:
            return False
        stored = read_back(self._store, key, held)
        return stored is not None and (stored.age is None or timedelta(seconds=stored.age) >= self._keep)

    def _delete_own(self, place: ChangeKey, part: Part) -> None:
        where = in_full(part.key)
        try:
            self._store.delete(where, if_etag=part.etag)
        except PreconditionFailed:
            try:
                if not self._delete_same(place, part.key, where):
                    self._renumber(part.key, where)
            except ObjectUnreadable as err:  # larger than any segment: it stays
                self._store.left_out(err)

    def _delete_same(self, place: ChangeKey, key: ChangeKey, where: str) -> bool:
        """Delete a segment that has the lines that it has in the merged one, though it was written anew: what was
        removed was taken out of both. False where it has others.
        """
        stored = self._store.get(where)
        try:
            lines = unpacked(stored.body, SEGMENT_BYTES) if stored else b""
        except Unreadable:
            return False
        if stored is None or lines != self._segments.merged_lines(place).get(key):
            return stored is None
        self._store.delete(where, if_etag=stored.etag)
        return True

    def _renumber(self, key: ChangeKey, where: str) -> None:
        """Another segment has come to lie where a merged one lay, as a run of the same name wrote it: it gets a number
        that nobody has had, so that readers who had the former are told of it. One that is gone is no matter.
        """
        stored = self._store.get(where)
        if stored is None:
            return
        seq = max(name.seq for name in self._segments.names if (name.date, name.run_id) == (key.date, key.run_id))
        while True:
            seq += 1
            try:
                other = change_key(key.date, key.run_id, seq)
                self._store.put(other, stored.body, content_type="application/gzip", if_absent=True)
                break
            except PreconditionFailed:
                found = self._store.get(other)
                if found is not None and found.body == stored.body:  # of a run that was killed here
                    break
        self._store.delete(where, if_etag=stored.etag)

    def _delete_lists(self) -> None:
        """Delete the lists of merged segments that were never written, or are gone."""
        there = [*self._segments.merged, *filter(covered, self._segments.own)]
        lists = set(map(parts_key, there))
        lost = [key for key in self._store.keys(MERGED) if key not in lists]
        for _ in side_by_side(self._delete_list, lost, threads=THREADS):
            pass

    def _delete_list(self, key: str) -> None:
        segment = f"{CHANGES}{key.removeprefix(MERGED).removesuffix('.json')}.jsonl.gz"
        if self._store.head(segment) is not None:
            return  # another compaction wrote it since the feed was listed
        stored = self._store.get(key)
        if stored is None or stored.age is None or timedelta(seconds=stored.age) < max(self._keep, AT_WORK):
            return
        self._store.delete(key)


def read_back(store: ObjectStore, key: ChangeKey, held: Merged) -> Stored | None:
    """A merged segment as it lies there; None where it is gone, or has not each of the lines it should, which
    `store.left_out` is told. Raises StoreError.
    """
    where = in_full(key)
    try:
        stored = store.get(where)
        if stored is None:
            return None
        changes, wrong = read(where, stored.body, Change)
        if wrong is None and len(changes) != held.lines:
            wrong = ObjectUnreadable(where, f"it has {len(changes)} lines and should have {held.lines}", REMEDY)
        if wrong is not None:
            raise wrong
    except ObjectUnreadable as err:
        store.left_out(err)
        return None
    return stored
