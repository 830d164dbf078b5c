"""Packed answers over plain HTTP, unpacked; a body that stops before its own end is an error, never a shorter page."""

from __future__ import annotations

import codecs
import logging
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

import brotli
from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes

from mtcrawler.model.errors import IncompleteBody, PageTooLarge

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

logger = logging.getLogger(__name__)

CHUNK: Final = 64 * 1024
"""Bytes that are unpacked before the size is looked at again."""
PARTS: Final = 100
"""That one body is joined from; each costs a copy of all that follows it."""
MEMBER: Final = b"\x1f\x8b\x08"
"""How a part of gzip begins."""
FRAMES: Final = (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + number, 0x2A, 0x4D, 0x18]) for number in range(16)))
"""How a part of zstd begins, the skippable ones included."""
MISSING: Final = "the end is missing"
LAYERS: Final = 3
"""Times that a page may be packed beyond what its headers say."""
BLANKS: Final = 4 * 1024
"""Bytes in which markup begins."""
MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What may stand before it to say how it is written."""
TOO_MANY: Final = f"there are more than {PARTS} parts"


class Torn(Exception):
    """A packed body is damaged, or stops before its end; the text says which."""


def unpacked(response: Response, most: int) -> Response:
    """The response with its body unpacked; the same where it is not packed, or in a way that nobody asked for.

    Raises IncompleteBody where the body is damaged or stops before its end marker, and PageTooLarge where it is longer
    than `most` bytes. What follows the end marker is ignored, as browsers do. The bytes of a page count more than its
    headers where they cannot mean anything else: gzip that nobody announced, or markup where gzip was announced.
    """
    encodings, body, headers = _encodings(response), response.body, response.headers.copy()
    if encodings[-1:] in (["gzip"], ["x-gzip"]) and _is_markup(body):
        encodings.pop()
    elif _empty(response) or not (encodings or _is_packed(body, headers)):
        return response
    while encodings and encodings[-1] in UNPACK:
        body = _without_layer(encodings.pop(), body, most, response.url)
    with suppress(IncompleteBody):  # nobody said that it is packed: whoever reads it tells what is damaged
        for _ in range(LAYERS):
            if not encodings and _is_packed(body, headers):
                body = _without_layer("gzip", body, most, response.url)
    if encodings:
        logger.warning("%s is compressed in a way that was not asked for: %s", response.url, ", ".join(encodings)[:100])
        headers["Content-Encoding"] = ", ".join(encodings)
    else:
        headers.pop("Content-Encoding", None)
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    # The character set is found anew: it may be written in the body.
    given: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
    return response.replace(cls=kind, headers=headers, body=body, **given)


def _encodings(response: Response) -> list[str]:
    """What was done to the body, in this order."""
    named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower().split(",")
    return [name for each in named if (name := each.strip()) not in {"", "identity"}]


def _is_markup(body: bytes) -> bool:
    """Whether a body begins as markup does, after blanks and a byte order mark; gzip never does."""
    begin = body[:BLANKS]
    for mark in MARKS:
        begin = begin.removeprefix(mark)
    return begin.lstrip(b" \t\r\n\f\0").startswith(b"<")


def _is_packed(body: bytes, headers: Headers) -> bool:
    """Whether what comes as a page is gzip still: some servers pack what is packed, and some do not say so."""
    return body.startswith(MEMBER) and b"html" in (headers.get("Content-Type") or b"").lower()


def _without_layer(encoding: str, body: bytes, most: int, url: str) -> bytes:
    try:
        return _joined(UNPACK[encoding](body), most, url)
    except (Torn, zlib.error, brotli.error, zstd.ZstdError) as err:
        why = str(err) if isinstance(err, Torn) else f"it is damaged ({err})"
        raise IncompleteBody.of(url, f"of what is packed as {encoding}, {why}") from err


def _empty(response: Response) -> bool:
    """Whether there is nothing to unpack: answers without a body keep the header, but a page is never empty."""
    page = response.status == 200 and b"html" in (response.headers.get("Content-Type") or b"").lower()
    return not response.body and not page


def _joined(chunks: Iterator[bytes], most: int, url: str) -> bytes:
    parts, length = [], 0
    for chunk in chunks:
        length += len(chunk)
        if length > most:
            raise PageTooLarge.of(url, f"it unpacks to more than {most >> 20} MiB")
        parts.append(chunk)
    return b"".join(parts)


def _gzip(body: bytes) -> Iterator[bytes]:
    for _ in range(PARTS):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)  # checks the sum as well
        yield from _inflated(unpacker, unpacker.decompress(body, CHUNK))
        body = unpacker.unused_data.lstrip(b"\0")
        if not body.startswith(MEMBER):
            return
    raise Torn(TOO_MANY)


def _deflate(body: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    try:
        first = unpacker.decompress(body, CHUNK)
    except zlib.error:  # without the head that the standard asks for, as some servers send it
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        first = unpacker.decompress(body, CHUNK)
    yield from _inflated(unpacker, first)


def _inflated(unpacker: Any, first: bytes) -> Iterator[bytes]:
    """All that zlib makes of a body whose beginning it was given."""
    yield first
    while not unpacker.eof:
        rest = unpacker.unconsumed_tail
        chunk = unpacker.decompress(rest, CHUNK)
        if not chunk and not rest and not unpacker.eof:
            raise Torn(MISSING)
        yield chunk


def _brotli(body: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    chunk = unpacker.process(body, output_buffer_limit=CHUNK)
    yield chunk
    while not unpacker.is_finished():
        chunk = unpacker.process(b"", output_buffer_limit=CHUNK)
        if not chunk and not unpacker.is_finished():
            raise Torn(MISSING)
        yield chunk


def _zstd(body: bytes) -> Iterator[bytes]:
    for _ in range(PARTS):
        unpacker = zstd.ZstdDecompressor()
        yield unpacker.decompress(body, CHUNK)
        while not unpacker.eof:
            if unpacker.needs_input:
                raise Torn(MISSING)
            yield unpacker.decompress(b"", CHUNK)
        body = unpacker.unused_data
        if not body.startswith(FRAMES):
            return
    raise Torn(TOO_MANY)


UNPACK: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
ASKED_FOR: Final = "gzip, deflate, br, zstd"
"""The header Accept-Encoding."""
