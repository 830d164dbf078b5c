"""Pages of removed articles, erased where they lie: the records of all others keep their places."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.layout import PAGES
from mtcrawler.storage.pages.keys import read_pages_key
from mtcrawler.storage.pages.records import Record, records
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

THREADS: Final = 2
"""A segment has some 40 MiB unpacked."""
TRIES: Final = 5
WARC: Final = "application/warc"
REMEDY: Final = "Delete it, as nobody knows whose pages are in it, or move it away."
COMMENT: Final = 0x10
"""The flag of a gzip member that has a comment, which ends with a zero byte."""
_HEAD: Final = b"\x1f\x8b\x08" + bytes([COMMENT]) + b"\0\0\0\0\0\xff"
_SAID: Final = (
    "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{name}>\r\nWARC-Date: {date}\r\n"
    "Content-Length: 0\r\n\r\n\r\n\r\n"
)


def erase(store: ObjectStore, ids: Collection[str], told: Callable[[int], object] = lambda number: None) -> int:
    """Erase every kept page of these articles; returns the number of records. `told` hears how many more segments were
    looked at. All segments are read, as not every page is named by a revision.

    One that cannot be read to its end is told to `store.left_out`. Raises StoreError.
    """
    total = 0
    for number in side_by_side(partial(erase_in, store, ids=ids), _segments(store), threads=THREADS):
        total += number
        told(1)
    return total


def erase_in(store: ObjectStore, key: str, ids: Collection[str]) -> int:
    """Erase the pages of these articles in one segment; returns the number of records. Raises StoreError."""
    for _ in range(TRIES):
        try:
            stored = store.get(key)
            if stored is None:
                return 0
            body, found, wrong = erased(stored.body, key, ids)
            if wrong is not None:
                store.left_out(
                    ObjectUnreadable(key, f"{wrong}, so pages in it may be of articles that are removed", REMEDY)
                )
            if found:
                store.put(key, body, content_type=WARC, metadata=stored.metadata, if_etag=stored.etag)
            return found
        except ObjectUnreadable as err:
            store.left_out(err)
            return 0
        except PreconditionFailed:
            continue
    raise StoreError(f"erasing pages in {key}", "another process keeps writing it", "Run it again.")


def erased(segment: bytes, key: str, ids: Collection[str]) -> tuple[bytes, int, Unreadable | None]:
    """A segment without the pages of these articles, the number of their records, and why it ends early if it does."""
    body, found = bytearray(segment), 0
    try:
        for record in records(segment):
            if record.article_id in ids:
                body[record.offset : record.offset + record.length] = blank(record, key)
                found += 1
    except Unreadable as err:
        return bytes(body), found, err
    return bytes(body), found, None


def left(store: ObjectStore, ids: Collection[str]) -> Iterator[tuple[str, int]]:
    """The segments with kept pages of these articles, and how many records those have. Raises StoreError."""

    def of(key: str) -> tuple[str, int]:
        number = 0
        try:
            stored = store.get(key)
            for record in records(stored.body) if stored else ():
                number += record.article_id in ids
        except (ObjectUnreadable, Unreadable):  # a segment that is cut short ends there
            pass
        return key, number

    yield from (found for found in side_by_side(of, _segments(store), threads=THREADS) if found[1])


def blank(record: Record, key: str) -> bytes:
    """A gzip member as long as a record's, that holds a record which says nothing; the rest of it is a comment."""
    name = uuid5(NAMESPACE_URL, f"{key}#{record.offset}")
    said = _SAID.format(name=name, date=record.fields.get("warc-date", "1970-01-01T00:00:00Z")[:30]).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(said) + packer.flush() + struct.pack("<II", zlib.crc32(said), len(said))
    room = record.length - len(_HEAD) - len(packed) - 1
    if room < 0:
        raise StoreError(
            f"erasing a page in {key}", f"its record has {record.length} bytes only", "Delete the segment."
        )
    return _HEAD + b" " * room + b"\0" + packed


def _segments(store: ObjectStore) -> Iterator[str]:
    return (key for key in store.keys(PAGES) if read_pages_key(key) is not None)
