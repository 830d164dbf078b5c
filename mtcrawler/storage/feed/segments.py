"""A segment: lines of JSON in a gzip file, written once, read within limits; a bad line costs itself alone."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded, unpacked
from mtcrawler.storage.limits import LINE_VALUES, PART_BYTES, PART_LINES, SEGMENT_BYTES, SEGMENT_LINES
from mtcrawler.storage.port import ObjectStore

Line = TypeVar("Line", bound=BaseModel)

REMEDY = (
    "Move it away with `mtcrawler set-aside {key}`; what it told of is told again by the next crawl that meets those "
    "articles, or by `mtcrawler verify --repair`."
)


MOST_FIELDS: Final = 10_000
"""Fields that another version may have more than this one; each costs some memory to tell."""


def pack(lines: Iterable[bytes]) -> bytes:
    """Lines as the bytes of a segment; the same lines always give the same bytes."""
    return gzip.compress(b"".join(lines), mtime=0)


def parts(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Lines in portions, each for a segment of its own."""
    part: list[bytes] = []
    size = 0
    for line in lines:
        if part and (len(part) == PART_LINES or size + len(line) > PART_BYTES):
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line)
    if part:
        yield part


def read(key: str, body: bytes, kind: type[Line]) -> tuple[list[Line], ObjectUnreadable | None]:
    """The lines of a segment, in order, and what is wrong with it: all of it, or the lines that are left out."""
    try:
        whole = unpacked(body, SEGMENT_BYTES)
    except Unreadable as err:
        return [], ObjectUnreadable(key, str(err), REMEDY)
    if not whole:  # as no run writes one
        return [], ObjectUnreadable(key, "it has no lines", REMEDY)
    return read_lines(key, whole, kind)


def read_lines(key: str, whole: bytes, kind: type[Line]) -> tuple[list[Line], ObjectUnreadable | None]:
    """As `read`, of lines that are unpacked."""
    found: list[Line] = []
    number = bad = 0
    why = ""
    for number, line in enumerate(io.BytesIO(whole), start=1):
        if number > SEGMENT_LINES:
            why, bad = f"it has more than {SEGMENT_LINES} lines", bad + 1
            break
        try:
            found.append(kind.model_validate_json(bounded(line, LINE_VALUES)))
        except ValidationError as err:
            bad += 1
            why = why or f"line {number}: {fault(err)}"
        except Unreadable as err:
            bad += 1
            why = why or f"line {number}: {err}"
    if not bad:
        return found, None
    return found, ObjectUnreadable(key, f"{bad} of {number} lines cannot be read ({why})", REMEDY)


def packed(store: ObjectStore, key: str) -> bytes:
    """A segment as it lies in the bucket; empty where it is gone, or cannot be read, which `store.left_out` is told.

    Many are fetched ahead: unpacked and parsed, one by one (`lines`, `unzipped`), a segment takes hundreds of times
    more.
    """
    try:
        stored = store.get(key)
    except ObjectUnreadable as err:
        store.left_out(err)
        return b""
    if stored is None:
        return b""
    if not stored.body:
        store.left_out(ObjectUnreadable(key, "it is empty", REMEDY))
    return stored.body


def lines(store: ObjectStore, key: str, body: bytes, kind: type[Line]) -> list[Line]:
    """The lines of a segment; what of them cannot be read is told to `store.left_out`."""
    found, wrong = read(key, body, kind) if body else ([], None)
    if wrong is not None:
        store.left_out(wrong)
    return found


def unzipped(store: ObjectStore, key: str, body: bytes) -> bytes:
    """A segment unpacked; empty where it cannot be read, which `store.left_out` is told."""
    try:
        return unpacked(body, SEGMENT_BYTES) if body else b""
    except Unreadable as err:
        store.left_out(ObjectUnreadable(key, str(err), REMEDY))
        return b""


def grep(whole: bytes, marks: Sequence[bytes]) -> list[bytes]:
    """The lines of an unpacked segment that hold one of these marks."""
    if not any(mark in whole for mark in marks):  # as nearly always, and lines are not looked at one by one
        return []
    return [line for line in io.BytesIO(whole) if any(mark in line for mark in marks)]


def fault(err: ValidationError) -> str:
    """The first thing that is wrong, with its place, and without what was found there."""
    first = err.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}"


def of_another_version(err: ValidationError) -> bool:
    """Whether nothing is wrong but fields that are not known here, as another version may have written them."""
    if err.error_count() > MOST_FIELDS:
        return False
    return all(one["type"] == "extra_forbidden" for one in err.errors(include_url=False, include_input=False))
