"""Bytes that others wrote, from a bucket or a disk: read and parsed within limits, or refused with a reason."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import zlib
from collections.abc import Iterator
from gzip import GzipFile
from pathlib import Path
from typing import IO, Any, Final

from pydantic_core import from_json

CHUNK: Final = 1 << 20
NO_CHARSETS: Final = frozenset({"punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"})
"""Names of Python's codecs that a page may declare and no browser knows. The first takes quadratic time."""
FEW: Final = 10_000
"""Names that are not looked at more closely: so many errors do no harm."""
_TEXT: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
"""A text of JSON with its quotes; one without end reaches to the end."""


class Unreadable(ValueError):
    """The bytes are not what they should be; the text says why, without what they hold."""


def parsed(body: bytes | str) -> Any:
    """JSON as Python values. Raises Unreadable for what is none, is nested more than 200 deep, has a number of more
    than 4,300 digits, NaN, or half of a surrogate pair; of two values under one name the last one counts.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as err:
        raise Unreadable(f"it is no JSON that can be read ({err})") from err


def parsed_object(body: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises Unreadable as `parsed` does, and for any other kind of value."""
    found = parsed(body)
    if not isinstance(found, dict):
        raise Unreadable("it is JSON, but no object")
    return found


def bounded(body: bytes, most: int, *, names: int | None = None) -> bytes:
    """The same JSON, where it has at most `most` values, and with `names` at most so many names for each object.

    Raises Unreadable for more: each value takes a hundred times the bytes it is written in, and each unknown name an
    error to tell. Nearly all JSON is too short to be looked at, or has few commas in its texts.
    """
    if len(body) <= most or (_count(body, b",[{") <= most and (names is None or body.count(b":") <= FEW)):
        return body
    values = named = objects = texts = done = 0
    for texts, text in enumerate(_TEXT.finditer(body), start=1):
        values += _count(body, b",[{", done, text.start())
        if names is not None:
            named, objects = (
                named + body.count(b":", done, text.start()),
                objects + body.count(b"{", done, text.start()),
            )
        done = text.end()
        if values > most or texts > 2 * most:
            break
    if values + _count(body, b",[{", done) > most or texts > 2 * most:
        raise Unreadable(f"it holds more than {most} values")
    if names is not None and named > names * (objects + 1):
        raise Unreadable(f"its objects have more than {names} names each")
    return body


def _count(body: bytes, marks: bytes, begin: int = 0, end: int | None = None) -> int:
    return sum(body.count(mark, begin, end) for mark in marks)


def pieces(packed: IO[bytes], most: int) -> Iterator[bytes]:
    """What a gzip stream holds, a piece at a time; Unreadable where it is none, is torn or holds over `most` bytes."""
    size = 0
    if not packed.read(1):  # which GzipFile takes for a file without contents
        raise Unreadable("it is empty")
    packed.seek(0)
    try:
        with GzipFile(fileobj=packed) as stream:
            while piece := stream.read(CHUNK):
                size += len(piece)
                if size > most:
                    raise Unreadable(f"it holds more than {most} bytes unpacked")
                yield piece
    except (OSError, EOFError, zlib.error) as err:
        raise Unreadable(f"it is no whole gzip file ({err})") from err


def unpacked(body: bytes, most: int) -> bytes:
    """What a gzip file in memory holds; Unreadable as for `pieces`."""
    return b"".join(pieces(io.BytesIO(body), most))


def inflated(body: bytes, most: int) -> bytes:
    """What a zlib stream holds; Unreadable where it is none or holds more than `most` bytes."""
    try:
        stream = zlib.decompressobj()
        found = stream.decompress(body, most + 1)
    except zlib.error as err:
        raise Unreadable(f"it is no zlib stream ({err})") from err
    if len(found) > most or not stream.eof:
        raise Unreadable(f"it is cut short, or holds more than {most} bytes")
    return found


def contents(path: Path, most: int, *, follow: bool = False) -> bytes:
    """The bytes of a file of at most `most`; never waits for another program.

    A link at the end of the path is followed only with `follow`: for files that an operator names, which may be links
    as Kubernetes mounts them, never for those whose names we find in a folder.

    Raises FileNotFoundError where nothing is there, another OSError where it may not be read, and Unreadable where
    it is no plain file (a folder, a pipe, a device, a link that is not followed) or too large.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would be waited for without O_NONBLOCK
    try:
        handle = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    except OSError as err:
        if err.errno in {errno.ELOOP, errno.ENXIO}:
            raise Unreadable("it is a link or a socket, not a file") from err
        raise
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable("it is no plain file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            found = file.read(most + 1)
    finally:
        os.close(handle)
    if len(found) > most:
        raise Unreadable(f"it is larger than {most} bytes")
    return found
