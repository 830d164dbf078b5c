"""Segments of the feed merged into few: written before anything is deleted, and deleted only once proved readable."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable, unpacked
from mtcrawler.storage.compact.replaced import Replaced, read_back
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.feed.cursor import in_full
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.merged import Merged, Part, covers, merged_at, to_json
from mtcrawler.storage.feed.removals import SKEW, Removals, tells_of_removals, told_in
from mtcrawler.storage.feed.segments import REMEDY, read_lines
from mtcrawler.storage.layout import ChangeKey, covered, merged_segment, parts_key
from mtcrawler.storage.limits import MERGED_BYTES, MERGED_LINES, MERGED_PARTS, SEGMENT_BYTES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.removal.redaction import Redaction

GZIP: Final = "application/gzip"
CLOSED: Final = timedelta(days=2)
"""How far back a day is merged as a whole: late segments are rare by then."""
THREADS: Final = 8
LONGEST: Final = timedelta(days=1)
"""How long a compaction may take."""
MENDED: Final = timedelta(days=14)
"""For how long what a killed one left of a removed article is looked for."""


@dataclass(slots=True)
class MergeCounts:
    """What was done to the feed, or with a dry run would be: segments merged, into how many objects, of how many
    lines; objects deleted, as their lines lie in merged ones; and how many wait for that.
    """

    segments: int = 0
    objects: int = 0
    lines: int = 0
    deleted: int = 0
    waiting: int = 0


class _Read(NamedTuple):
    """A segment on its way into a merged one."""

    part: Part
    lines: bytes


@dataclass(slots=True)
class _Portion:
    """What goes into one merged segment."""

    segments: list[_Read] = field(default_factory=list)
    lines: int = 0
    size: int = 0

    def has_room(self, more: _Read) -> bool:
        """Whether one more segment goes in."""
        within = self.lines + more.part.lines <= MERGED_LINES and self.size + len(more.lines) <= MERGED_BYTES
        return not self.segments or (within and len(self.segments) < MERGED_PARTS)

    def add(self, more: _Read) -> None:
        """Put it in."""
        self.segments.append(more)
        self.lines += more.part.lines
        self.size += len(more.lines)


def merge(
    store: ObjectStore,
    *,
    keep: timedelta,
    until: datetime | None = None,
    dry_run: bool = False,
    told: Callable[[int], object] = lambda number: None,
) -> MergeCounts:
    """Merge the segments written before `until`, the beginning of this hour unless given, and delete those that were
    merged `keep` ago.

    `told` hears how many more segments were merged. A segment that cannot be read stays as it is, and `store.left_out`
    is told. May be killed at any moment, and run several times at once: a merged segment is named after what it holds,
    so that two runs write the same, and readers tell each segment once from wherever it lies. Raises StoreError.
    """
    counts = MergeCounts()
    before = clock.now().replace(minute=0, second=0, microsecond=0) if until is None else until
    removals, written = Removals(store, clock.now()), list[ChangeKey]()
    segments = FeedSegments(store)
    segments.listed()
    if not dry_run:
        _mend(store, segments)
    replaced = Replaced(store, segments, keep, dry_run=dry_run)
    for keys in _by_day({*segments.own, *segments.merged}):
        day = _Day(store, segments, replaced, keys, counts, before, dry_run=dry_run)
        merged = counts.segments
        day.merge()
        told(counts.segments - merged)
        written += day.written
    _take_out(store, removals, written)
    # What this run merged is not among `segments`: it is for a later run to prove it and delete what it replaces.
    counts.deleted, counts.waiting = replaced.delete()
    return counts


def _take_out(store: ObjectStore, removals: Removals, written: list[ChangeKey]) -> None:
    """Take out of merged segments what was removed since they were read: whoever removed it may not have seen them."""
    if written and (removed := {one.id: one for _, changes in removals.news() for one in changes}):
        redaction = Redaction(store, removed)
        for key in written:
            redaction.segment(in_full(key))


def _mend(store: ObjectStore, segments: FeedSegments) -> None:
    """Take out of merged segments what an earlier compaction would have, had it not been killed before."""
    since = f"{clock.now() - MENDED:%Y-%m-%d}"
    keys = [in_full(key) for key in segments.own if tells_of_removals(key) and key.date >= since]
    told = [one for key in keys for one in told_in(store, key)]
    for place, held in segments.merged.items():
        if removed := {one.id: one for one in told if one.at - SKEW <= held.made_at <= one.at + LONGEST}:
            Redaction(store, removed).segment(in_full(place))


def _by_day(keys: set[ChangeKey]) -> Iterator[list[ChangeKey]]:
    for _, found in groupby(sorted(keys), key=lambda key: key.date):
        yield list(found)


class _Day:
    """One day of the feed; `keys` are its segments, sorted."""

    def __init__(
        self,
        store: ObjectStore,
        segments: FeedSegments,
        replaced: Replaced,
        keys: list[ChangeKey],
        counts: MergeCounts,
        before: datetime,
        *,
        dry_run: bool,
    ) -> None:
        self._store, self._segments, self._counts, self._dry_run = store, segments, counts, dry_run
        self._day, self._before = keys[0].date, before
        # Also of those whose list is lost: what lies torn under a name is no reason to take that name again.
        self._wave = max((key.seq for key in keys if covered(key)), default=0)
        self._merged = {key: segments.merged[key] for key in keys if key in segments.merged}
        inside = {part.key for held in self._merged.values() for part in held.parts}
        # What tells of removals stays where crawls look for it.
        self._fresh = [key for key in keys if key in segments.own and key not in inside and not tells_of_removals(key)]
        self.written: list[ChangeKey] = []
        small = [key for key, held in self._merged.items() if not held.full and key not in replaced.superseded]
        closed = self._day < f"{clock.now() - CLOSED:%Y-%m-%d}"
        self._small = small if closed and len(small) + len(self._fresh) > 1 else []

    def merge(self) -> None:
        """Write what is to be merged."""
        if len(self._fresh) + len(self._small) < 2:
            return
        wave = self._wave
        for portion in self._portions():
            parts = tuple(one.part for one in portion.segments)
            names = frozenset(part.key for part in parts)
            if len(parts) < 2 or any(names <= held.names for held in self._merged.values()):
                continue
            wave += 1
            key = merged_segment(self._day, covers([part.key for part in parts]), wave)
            if not self._dry_run and not self._write(key, portion, Merged(parts, portion.size, clock.now())):
                continue
            self._counts.segments += len(parts)
            self._counts.objects += 1
            self._counts.lines += portion.lines

    def _write(self, key: ChangeKey, portion: _Portion, held: Merged) -> bool:
        """First what it holds, then the segment itself: readers find no merged segment without its list. One that is
        there by now is another compaction's, and stays: that one may have deleted already what both were made of.
        False then, and `store.left_out` is told where it is not whole. Raises StoreError.
        """
        where, lines = in_full(key), sum(one.lines.count(b"\n") for one in portion.segments)
        if lines != held.lines:
            raise StoreError(
                f"merging {where}",
                f"it would have {lines} lines, and what it is made of has {held.lines}",
                "Nothing was lost: it was not written, and what it is made of stays. Please report this.",
            )
        if self._store.head(where) is None:
            self._store.put(parts_key(key), to_json(held))
            body = pack(one.lines for one in portion.segments)
            with suppress(PreconditionFailed):
                self._store.put(where, body, content_type=GZIP, metadata={"run-id": key.run_id}, if_absent=True)
                self.written.append(key)
                return True
        there = merged_at(self._store, key)
        if there is not None:
            read_back(self._store, key, there)
        return False

    def _portions(self) -> Iterator[_Portion]:
        portion = _Portion()
        for one in heapq.merge(self._read_fresh(), self._read_small(), key=lambda read: read.part.key):
            if not portion.has_room(one):
                yield portion
                portion = _Portion()
            portion.add(one)
        yield portion

    def _read_fresh(self) -> Iterator[_Read]:
        """The segments in objects of their own that can be merged."""
        found = side_by_side(self._one, self._fresh, threads=THREADS, weight=lambda one: len(one.lines) if one else 0)
        yield from filter(None, found)

    def _one(self, key: ChangeKey) -> _Read | None:
        """A segment; None where it was written too late, is gone or is not whole, which `store.left_out` is told."""
        where = in_full(key)
        try:
            if (stored := self._store.get(where)) is None:
                return None
            whole = unpacked(stored.body, SEGMENT_BYTES)
        except ObjectUnreadable as err:
            self._store.left_out(err)
            return None
        except Unreadable as err:
            self._store.left_out(ObjectUnreadable(where, str(err), REMEDY))
            return None
        changes, wrong = read_lines(where, whole, Change)
        if wrong is None and not whole.endswith(b"\n"):
            wrong = ObjectUnreadable(where, "its last line is not whole", REMEDY)
        if wrong is not None:
            self._store.left_out(wrong)
            return None
        written = changes[-1].at if stored.age is None else clock.now() - timedelta(seconds=stored.age)
        if written >= self._before:
            return None
        return _Read(Part(key, len(changes), stored.etag), whole)

    def _read_small(self) -> Iterator[_Read]:
        """What merged segments hold that are to be merged further."""
        had: set[ChangeKey] = set()
        found: list[_Read] = []
        for place in self._small:
            parts = {part.key: part for part in self._merged[place].parts}
            # It has none where another compaction merged it further and deleted it; one that is torn stays as it is.
            for key, lines in self._segments.merged_lines(place).items():
                if key not in had:
                    found.append(_Read(parts[key], lines))
                    had.add(key)
        yield from sorted(found, key=lambda one: one.part.key)
