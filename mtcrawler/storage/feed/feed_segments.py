"""The segments of the feed wherever their lines lie: in an object of their own, or in a merged one."""

from __future__ import annotations

import io
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from heapq import heappop, heappush
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, unpacked
from mtcrawler.storage.feed.cursor import in_full
from mtcrawler.storage.feed.merged import Merged, merged_at
from mtcrawler.storage.feed.segments import REMEDY
from mtcrawler.storage.layout import CHANGES, ChangeKey, covered, read_change_key
from mtcrawler.storage.limits import SEGMENT_BYTES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

THREADS: Final = 8
TRIES: Final = 3
"""How often the feed is listed anew for a segment that was merged and deleted while it was read."""
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class SegmentLines(NamedTuple):
    """A segment, the key of the object where its lines were found, and the lines themselves, unpacked."""

    key: ChangeKey
    found_in: str
    lines: bytes


class FeedSegments:
    """The feed as its writers wrote it, segment by segment: that some were merged changes neither names nor order.

    `listed` says what there is, `read` reads it. `own` are the segments that lie in objects of their own, `merged` the
    merged ones with what they hold; `unchanged` the days that `listed` was told to pass over.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.own: set[ChangeKey] = set()
        self.merged: dict[ChangeKey, Merged] = {}
        self.unchanged: set[str] = set()
        self._merged_in: dict[ChangeKey, ChangeKey] = {}
        self._torn: set[ChangeKey] = set()
        self._doubts = TRIES

    def listed(self, had: Mapping[str, str] = NOTHING, after: str = "") -> set[ChangeKey]:
        """The names of all segments, or of those whose keys, or merged ones', sort after that one. Of `had`, days with
        the hash of all names of that day, those that are merged into one object are passed over where nothing came to
        them. Raises StoreError.
        """
        days: dict[str, list[ChangeKey]] = defaultdict(list)
        for key in self._store.keys(CHANGES, after=after):
            if (found := read_change_key(key)) is not None:
                days[found.date].append(found)
        self.unchanged = {
            day for day, keys in days.items() if day in had and len(keys) == 1 and covered(keys[0]) == had[day]
        }
        keys = [key for day, keys in days.items() if day not in self.unchanged for key in keys]
        merged = sorted((key for key in keys if covered(key)), key=_wave)
        holdings = side_by_side(partial(merged_at, self._store), merged, threads=THREADS)
        self.merged = {key: held for key, held in zip(merged, holdings, strict=True) if held is not None}
        # A merged segment of which nobody knows what it holds is one like any other: told twice is better than never.
        # Unless both went since they were listed, as a larger one took their place.
        gone = {key for key in merged if key not in self.merged and self._store.head(in_full(key)) is None}
        self.own = {key for key in keys if key not in self.merged and key not in gone}
        self._merged_in = {}
        self._look_in(self.merged)
        return self.names

    @property
    def names(self) -> set[ChangeKey]:
        """The names of all segments, as they were last listed."""
        return self.own | self._merged_in.keys()

    @property
    def lines_only_merged(self) -> int:
        """The lines of segments that lie in no object of their own, each counted once."""
        return sum(
            part.lines
            for place, held in self.merged.items()
            for part in held.parts
            if part.key not in self.own and self._merged_in[part.key] == place
        )

    def read(self, wanted: Iterable[ChangeKey]) -> Iterator[SegmentLines]:
        """These segments, day by day and each run's in order; many are fetched ahead. An object that cannot be read is
        told to `store.left_out`; a segment that no other object holds has no lines then. Raises StoreError.
        """
        yield from self._read(set(wanted), TRIES)

    def _read(self, wanted: set[ChangeKey], tries: int) -> Iterator[SegmentLines]:
        groups = list(self._grouped(wanted))
        bodies = side_by_side(self._fetched, [place for place, _ in groups], threads=THREADS, weight=_weight)
        held = dict(self.merged)  # a later listing may lack one that was fetched
        for (place, keys), body in zip(groups, bodies, strict=True):
            if body is None:
                yield from self._elsewhere(place, keys, tries)
                continue
            whole = self._whole(place, body)
            lines = {} if whole is None else {place: whole}
            if whole is not None and place in held:
                lines = self.cut(place, held[place], whole)
            if not lines:
                yield from self._instead_of(place, keys, tries)
                continue
            for key in keys:
                yield SegmentLines(key, in_full(place), lines[key])

    def _elsewhere(self, place: ChangeKey, keys: list[ChangeKey], tries: int) -> Iterator[SegmentLines]:
        """Segments whose object was deleted since it was listed: they are merged by now."""
        if tries and any(self._place(key) == place for key in keys):
            self.listed()
        # A listing takes time: what was merged and deleted while it was made may be on it neither here nor there.
        while tries and self._doubts and any(self._place(key) is None for key in keys):
            self._doubts -= 1
            self.listed()
        there = {key for key in keys if tries and self._place(key) not in {None, place}}
        for key in sorted(set(keys) - there):
            self._store.left_out(ObjectUnreadable(in_full(key), "it was taken away while the feed was read", REMEDY))
            yield SegmentLines(key, in_full(key), b"")
        if there:
            yield from self._read(there, tries - 1)

    def _instead_of(self, place: ChangeKey, keys: list[ChangeKey], tries: int) -> Iterator[SegmentLines]:
        """Segments whose object cannot be read: until it is deleted, another may have their lines as well."""
        self._torn.add(place)
        if place in self.merged:
            self._look_in(one for one in self.merged if one.date == place.date)
        there = {key for key in keys if tries and (self._place(key) or place) not in self._torn}
        for key in sorted(set(keys) - there):
            yield SegmentLines(key, in_full(place), b"")
        if there:
            yield from self._read(there, tries - 1)

    def _look_in(self, merged: Iterable[ChangeKey]) -> None:
        """Look for each segment in the first of these that holds it; in one that is torn only where no other does."""
        for place in sorted(merged, key=lambda one: (one in self._torn, _wave(one)), reverse=True):
            self._merged_in |= dict.fromkeys((part.key for part in self.merged[place].parts), place)

    def _place(self, key: ChangeKey) -> ChangeKey | None:
        return key if key in self.own and key not in self._torn else self._merged_in.get(key)

    def _grouped(self, wanted: set[ChangeKey]) -> Iterator[tuple[ChangeKey, list[ChangeKey]]]:
        """Objects, and which segments to read in each: day by day, what is merged first, each run's in order."""
        days: dict[str, list[ChangeKey]] = defaultdict(list)
        for key in wanted:
            days[key.date].append(key)
        for _, keys in sorted(days.items()):
            runs: dict[str, deque[ChangeKey]] = defaultdict(deque)
            for key in sorted(keys):
                runs[key.run_id].append(key)
            yield from self._in_turn(runs)

    def _in_turn(self, runs: dict[str, deque[ChangeKey]]) -> Iterator[tuple[ChangeKey, list[ChangeKey]]]:
        """The next object is one that has the next segment of some run; of each run it gives what comes next."""
        next_in: dict[ChangeKey, set[str]] = defaultdict(set)
        turns: list[tuple[bool, int, ChangeKey]] = []

        def await_turn(run: str) -> None:
            place = self._place(runs[run][0]) or runs[run][0]
            if not next_in[place]:
                merged = place in self.merged
                heappush(turns, (not merged, place.seq if merged else 0, place))
            next_in[place].add(run)

        for run in runs:
            await_turn(run)
        while turns:
            _, _, place = heappop(turns)
            group: list[ChangeKey] = []
            for run in sorted(next_in.pop(place)):
                waiting = runs[run]
                while waiting and (self._place(waiting[0]) or waiting[0]) == place:
                    group.append(waiting.popleft())
                if waiting:
                    await_turn(run)
            yield place, group

    def _fetched(self, place: ChangeKey) -> bytes | None:
        """What lies there; None where it is gone, empty where it cannot be read, which `store.left_out` is told."""
        try:
            stored = self._store.get(in_full(place))
        except ObjectUnreadable as err:
            self._store.left_out(err)
            return b""
        if stored is not None and not stored.body:
            self._store.left_out(ObjectUnreadable(in_full(place), "it is empty", REMEDY))
        return None if stored is None else stored.body

    def merged_lines(self, place: ChangeKey) -> dict[ChangeKey, bytes]:
        """The lines of a merged segment by part; none where it is gone, or is not whole, which `store.left_out` is
        told.
        """
        body = self._fetched(place)
        whole = None if body is None else self._whole(place, body)
        return {} if whole is None else self.cut(place, self.merged[place], whole)

    def _whole(self, place: ChangeKey, body: bytes) -> bytes | None:
        """What an object holds, unpacked; None where it cannot be read, which `store.left_out` is told."""
        if not body:
            return None
        try:
            if whole := unpacked(body, SEGMENT_BYTES):
                return whole
            why = "it has no lines"
        except Unreadable as err:
            why = str(err)
        self._store.left_out(ObjectUnreadable(in_full(place), why, REMEDY))
        return None

    def cut(self, place: ChangeKey, held: Merged, whole: bytes) -> dict[ChangeKey, bytes]:
        """The lines of a merged segment by part; none, and `store.left_out` is told, where they are not so many."""
        if whole.count(b"\n") != held.lines or not whole.endswith(b"\n"):
            self._store.left_out(
                ObjectUnreadable(in_full(place), f"it has not the {held.lines} lines it should", REMEDY)
            )
            return {}
        lines = io.BytesIO(whole)
        return {part.key: b"".join(islice(lines, part.lines)) for part in held.parts}


def _wave(key: ChangeKey) -> tuple[str, int, str]:
    """Where a merged segment comes among the others: those made later come later."""
    return key.date, key.seq, key.run_id


def _weight(body: bytes | None) -> int:
    return len(body or b"")
