"""The records of a segment of kept pages: WARC 1.1, each a gzip member of its own, read within limits.

Written from ISO 28500:2017 (WARC 1.1), so that reading needs nothing but Python; the tests hold it against warcio.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.limits import PAGE_BYTES, PAGE_RECORD_BYTES, PAGE_UNPACKED_BYTES
from mtcrawler.storage.pages.keys import Snapshot
from mtcrawler.storage.port import ObjectStore

ARTICLE_ID: Final = "x-article-id"
"""The field of a record that says whose page it is; WARC allows fields of one's own."""
KEPT_AS: Final = "x-kept-as"
"""The field that says what an answer is to its article: `page`, `part` or `posts` (`pages.answer.KeptAs`)."""
CHUNK: Final = 64 * 1024
HEAD: Final = 64 * 1024
"""Bytes of the fields of a record, or of an answer, at most."""
FIRST_READ: Final = 128 * 1024
"""Bytes that are asked for first where one page is read; most pages are shorter, packed."""
_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies in a segment: `offset` and `length` are the bytes of its gzip member there.

    `fields` are the named fields of WARC by lower-case name; of two with one name the last counts. `block` is the rest:
    for a `response` the whole HTTP answer, for a `conversion` or a `resource` the markup.
    """

    offset: int
    length: int
    fields: Mapping[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        """Its WARC-Type: response, conversion, resource, metadata, warcinfo …"""
        return self.fields.get("warc-type", "")

    @property
    def id(self) -> str:
        """Its WARC-Record-ID."""
        return self.fields.get("warc-record-id", "")

    @property
    def article_id(self) -> str:
        """Whose page it is; empty where it is no article's."""
        return self.fields.get(ARTICLE_ID, "")

    @property
    def belongs_to(self) -> str:
        """The id of the first record of the same page; empty for that one itself."""
        return self.fields.get("warc-concurrent-to", "")

    @property
    def url(self) -> str:
        """The address it was got from."""
        return self.fields.get("warc-target-uri", "")


def records(body: bytes, start: int = 0) -> Iterator[Record]:
    """The records of a segment, in order, from that byte on, which has to be the first of one.

    Raises Unreadable at the first that is torn, too large, or no WARC record; those before it are given.
    """
    view = memoryview(body)
    while start < len(body):
        whole, length = _member(view, start)
        fields, block = _parsed(whole)
        yield Record(start, length, fields, block)
        start += length


def page_records(body: bytes, start: int = 0, *, whole: bool = True) -> list[Record]:
    """The records of the page whose first one begins at that byte. Raises Unreadable, also where what follows a record
    cannot be read: it may be of the same page. Unless the bytes are `whole`, Torn where the page may go on after them.
    """
    found: list[Record] = []
    size = 0
    for record in records(body, start):
        if found and record.belongs_to != found[0].id:
            return found
        size += len(record.block)
        if size > PAGE_UNPACKED_BYTES:
            raise Unreadable(f"its records hold more than {PAGE_UNPACKED_BYTES} bytes unpacked")
        found.append(record)
    if not whole:
        raise Torn("it may go on")
    return found


def read_page(store: ObjectStore, place: Snapshot) -> list[Record] | None:
    """The records of one page, by ranged GETs; None where the segment is gone. Raises ObjectUnreadable, and
    StoreError.
    """
    size = FIRST_READ
    while True:
        body = store.get_range(place.key, place.offset, size)
        if body is None:
            return None
        whole = len(body) < size or size >= PAGE_BYTES
        try:
            return page_records(body, whole=whole) or [_nothing(place)]
        except Unreadable as err:
            if whole or not isinstance(err, Torn):
                raise ObjectUnreadable(place.key, f"at byte {place.offset}: {err}") from err
        size = min(size * 8, PAGE_BYTES)


class Torn(Unreadable):
    """A record that does not end before the bytes do."""


def _nothing(place: Snapshot) -> Record:
    raise ObjectUnreadable(place.key, f"it ends before byte {place.offset}")


def _member(view: memoryview, start: int) -> tuple[bytes, int]:
    """What the gzip member that begins there holds, and its length."""
    stream, found, size, at = zlib.decompressobj(wbits=31), [], 0, start
    try:
        while not stream.eof:
            if at >= len(view):
                raise Torn("it is cut short")
            fed = view[at : at + CHUNK]
            at += len(fed)
            piece = stream.decompress(fed, PAGE_RECORD_BYTES + 1 - size)
            size += len(piece)
            if size > PAGE_RECORD_BYTES or stream.unconsumed_tail:
                raise Unreadable(f"it holds more than {PAGE_RECORD_BYTES} bytes unpacked")
            found.append(piece)
    except zlib.error as err:
        raise Unreadable(f"it is no gzip member ({err})") from err
    return b"".join(found), at - len(stream.unused_data) - start


def _parsed(whole: bytes) -> tuple[dict[str, str], bytes]:
    """The named fields of a record, and its block."""
    end = whole.find(_END, 0, HEAD)
    if end < 0 or not whole.startswith((b"WARC/1.1\r\n", b"WARC/1.0\r\n")):
        raise Unreadable("it is no WARC record")
    fields = {}
    for line in whole[:end].split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            fields[name.decode("latin-1").strip().lower()] = value.decode("utf-8", "replace").strip()
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        raise Unreadable("its Content-Length is no number")
    begin = end + len(_END)
    if whole[begin + int(length) :] != _END:
        raise Unreadable("it is not as long as it says")
    return fields, whole[begin : begin + int(length)]
