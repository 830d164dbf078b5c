"""Where a reader of the change feed stopped: which segments it has had, so that none is ever passed over."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from mtcrawler.model.errors import ArgumentError
from mtcrawler.security.untrusted import inflated, parsed
from mtcrawler.storage.layout import ChangeKey, change_key

SCHEME: Final = "c1."
MOST: Final = 16 << 20
"""Bytes of a cursor unpacked: a century of days has one."""
OPEN_DAYS: Final = 3
"""The newest days are kept segment by segment, the others as one short hash each: new segments rarely come to them."""


@dataclass(frozen=True)
class Cursor:
    """The segments that were handed out, by day: by name, or, for days long past, as a hash of all their names.

    No order in time is relied on: several crawlers write at once, and a segment that waited on a disk may appear
    days after later ones. What is new is what was not handed out. Where a day long past has got another segment, that
    whole day is handed out again: at least once, never not at all.
    """

    names: dict[str, frozenset[str]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        """The cursor of that text; None is the beginning. Raises ArgumentError for what is no cursor."""
        if text is None:
            return cls()
        try:
            if not text.startswith(SCHEME):
                raise ValueError(text)
            packed = base64.urlsafe_b64decode(text.removeprefix(SCHEME).encode())
            days, hashes = parsed(inflated(packed, MOST))
            return cls({str(day): frozenset(map(str, names)) for day, names in days.items()}, dict(hashes))
        except (ValueError, TypeError, AttributeError) as err:
            raise ArgumentError(
                "reading the cursor", f"{text[:40]!r} is none", "Give one that changes() gave, or none to begin."
            ) from err

    def __str__(self) -> str:
        """The text to keep; it grows by about a dozen characters for each day of the feed."""
        newest = set(sorted(self.names)[-OPEN_DAYS:])
        names = {day: sorted(self.names[day]) for day in sorted(newest)}
        hashes = {**self.hashes, **{day: hash_of(found) for day, found in self.names.items() if day not in newest}}
        packed = zlib.compress(json.dumps([names, dict(sorted(hashes.items()))], separators=(",", ":")).encode(), 9)
        return SCHEME + base64.urlsafe_b64encode(packed).decode()

    def pending(self, there: Iterable[ChangeKey]) -> list[ChangeKey]:
        """Of the segments that are there those to hand out: by day, each run's in its order."""
        days: dict[str, list[ChangeKey]] = {}
        for key in there:
            days.setdefault(key.date, []).append(key)
        pending = []
        for day, keys in sorted(days.items()):
            if day in self.hashes and self.hashes[day] == hash_of(map(name_of, keys)):
                continue
            had = self.names.get(day, frozenset())
            pending += sorted(key for key in keys if name_of(key) not in had)
        return pending

    def after(self, keys: Iterable[ChangeKey]) -> Cursor:
        """The cursor once these were handed out too."""
        names, hashes = dict(self.names), dict(self.hashes)
        for key in keys:
            hashes.pop(key.date, None)  # the day is handed out from its beginning
            names[key.date] = names.get(key.date, frozenset()) | {name_of(key)}
        return Cursor(names, hashes)


def in_full(key: ChangeKey) -> str:
    """The key of the segment in the bucket."""
    return change_key(*key)


def holes(keys: Iterable[ChangeKey]) -> bool:
    """Whether a run has a segment whose predecessor is not among these: the listing may have been too early for it."""
    runs: dict[str, set[int]] = {}
    for key in keys:
        runs.setdefault(key.run_id, set()).add(key.seq)
    return any(len(numbers) != max(numbers) - min(numbers) + 1 for numbers in runs.values())


def name_of(key: ChangeKey) -> str:
    """The segment's name within its day."""
    return f"{key.run_id}-{key.seq}"


def hash_of(names: Iterable[str]) -> str:
    """Twelve hex digits for a set of names."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:12]
