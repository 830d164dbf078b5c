"""A merged segment: one object with the lines of many, and beside it the list of those (`merged/v1/`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded
from mtcrawler.storage.feed.changes import Moment
from mtcrawler.storage.feed.cursor import hash_of, name_of
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import ChangeKey, covered, is_run_id, parts_key
from mtcrawler.storage.limits import MERGED_BYTES, MERGED_LINES, MERGED_PARTS, NOTE_VALUES
from mtcrawler.storage.port import ObjectStore

REMEDY = "Its lines are told once more, as those of a segment of its own."

_Count = Annotated[int, Field(ge=0, le=10**9)]


class Part(NamedTuple):
    """A segment whose lines a merged one holds: how many they are, and the etag of the object they came from."""

    key: ChangeKey
    lines: int
    etag: str


class Merged(NamedTuple):
    """What a merged segment holds: its parts in the order of its lines, their bytes unpacked, and when it was made."""

    parts: tuple[Part, ...]
    size: int
    made_at: datetime

    @property
    def lines(self) -> int:
        """The lines of all parts."""
        return sum(part.lines for part in self.parts)

    @property
    def names(self) -> frozenset[ChangeKey]:
        """The segments it holds."""
        return frozenset(part.key for part in self.parts)

    @property
    def full(self) -> bool:
        """Whether it is large enough to stay as it is."""
        whole = (MERGED_LINES, MERGED_BYTES, MERGED_PARTS)
        return any(2 * has >= most for has, most in zip((self.lines, self.size, len(self.parts)), whole, strict=True))


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    made_at: Moment
    size: _Count
    parts: Annotated[list[tuple[str, _Count, _Count, str]], Field(max_length=MERGED_PARTS)]


def covers(parts: Sequence[ChangeKey]) -> str:
    """The twelve hex digits in the name of the merged segment that holds these."""
    return hash_of(map(name_of, parts))


def to_json(merged: Merged) -> bytes:
    """What `merged_at` reads."""
    parts = [(part.key.run_id, part.key.seq, part.lines, part.etag) for part in merged.parts]
    said = {"made_at": merged.made_at.isoformat(), "size": merged.size, "parts": parts}
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def merged_at(store: ObjectStore, key: ChangeKey) -> Merged | None:
    """What the merged segment of that name holds; None where nobody says, or what is said cannot be true, which
    `store.left_out` is told. Raises StoreError.
    """
    where = parts_key(key)
    try:
        stored = store.get(where)
        return None if stored is None else _read(key, where, stored.body)
    except ObjectUnreadable as err:
        store.left_out(err)
        return None


def _read(key: ChangeKey, where: str, body: bytes) -> Merged:
    try:
        said = _Said.model_validate_json(bounded(body, NOTE_VALUES))
    except Unreadable as err:
        raise ObjectUnreadable(where, str(err), REMEDY) from err
    except ValidationError as err:
        raise ObjectUnreadable(where, fault(err), REMEDY) from err
    parts = tuple(Part(ChangeKey(key.date, run, seq), lines, etag) for run, seq, lines, etag in said.parts)
    if not all(is_run_id(part.key.run_id) for part in parts) or covers([part.key for part in parts]) != covered(key):
        raise ObjectUnreadable(where, "it is the list of another merged segment", REMEDY)
    return Merged(parts, said.size, said.made_at)
