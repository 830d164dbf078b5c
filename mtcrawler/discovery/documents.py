"""What a source sent, told by its content and not by its name: unpacked, decoded, and sitemap, feed or text."""

from __future__ import annotations

import re
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from enum import Enum, auto
from html import unescape
from typing import Final

from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import MIB, SITEMAP_BYTES

CHECK = "Open the address in a browser; the other sources are still read."
GZIP: Final = b"\x1f\x8b\x08"
LAYERS: Final = 3
"""Times that a document may be packed; some servers pack what is packed."""
HEAD: Final = 64 * 1024
"""Bytes in which the first element has to stand."""
WIDE: Final = {
    BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    BOM_UTF32_BE: "utf-32",
    BOM_UTF16_LE: "utf-16",
    BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
DECLARATION: Final = re.compile(rb"<\?xml[^<>]*+>")
ROOT: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(?:[\w.-]{1,40}:)?(urlset|sitemapindex|rss|RDF|feed)[\s>/]",
    re.DOTALL | re.IGNORECASE,
)
CLOSED_ROOT: Final = re.compile(rb"</(?:[\w.-]+:)?(urlset|sitemapindex|rss|RDF|feed)\s*>", re.IGNORECASE)
PROLOGUE: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<\?[^<>]*+>|<!DOCTYPE[^<>\[]*+(?:\[[^\]]{0,2000}\])?[^<>]*+>", re.DOTALL | re.IGNORECASE
)
ADDRESS: Final = re.compile(rb"(?:https?://|/)\S+", re.IGNORECASE)
ENTRY: Final = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s>]")
CLOSED_ENTRY: Final = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>")
JSON: Final = b"{"
JSON_FEED: Final = re.compile(rb'"version"\s*+:\s*+"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/1')
"""How a JSON Feed names itself; its members come in any order."""
MARKUP: Final = re.compile(rb"<[!?/a-zA-Z]")
# In CDATA an ampersand is one; elsewhere it begins a reference that XML knows, or one that has to be spelt for it.
REFERENCES: Final = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)(?:(\w{1,32});)?", re.DOTALL
)
OWN_NAMES: Final = b"<!ENTITY"
"""A document with names of its own keeps them: nothing expands them."""


class Kind(Enum):
    """What a document is."""

    SITEMAP = auto()
    FEED = auto()
    TEXT = auto()
    OTHER = auto()


def document(body: bytes, url: str) -> bytes:
    """The document in a body: unpacked where it is gzip, in one-byte letters, from its beginning.

    Raises DiscoveryError where it is larger than SITEMAP_BYTES, or stops before its end.
    """
    for _ in range(LAYERS):
        if not body.startswith(GZIP):
            break
        body = _unzipped(body, url)
    if len(body) > SITEMAP_BYTES:
        raise _unreadable(url, f"it is larger than {SITEMAP_BYTES // MIB} MiB")
    for mark, encoding in WIDE.items():
        if body.startswith(mark):
            body = DECLARATION.sub(b"", body.decode(encoding, "replace").lstrip("\ufeff").encode(), count=1)
            break
    return _from_its_beginning(body.removeprefix(BOM_UTF8).strip())


def kind_of(body: bytes) -> Kind:
    """What this document is."""
    if body.startswith(JSON):
        return (
            Kind.FEED
            if JSON_FEED.search(body, 0, HEAD) or JSON_FEED.search(body, max(len(body) - HEAD, 0))
            else Kind.OTHER
        )
    if root := _root(body):
        return Kind.SITEMAP if root[1].lower() in {b"urlset", b"sitemapindex"} else Kind.FEED
    lines = [line.strip() for line in body[:HEAD].splitlines() if line.strip() and not line.strip().startswith(b"#")]
    if lines and not MARKUP.search(lines[0]) and any(map(ADDRESS.fullmatch, lines)):
        return Kind.TEXT
    return Kind.OTHER


def is_whole(body: bytes) -> bool:
    """Whether the markup of a sitemap or a feed ends as it begins; a connection that closes early cuts it off."""
    root = _root(body)
    if root is None:
        return True
    begins = body.find(b">", root.start())
    if begins > 0 and body[begins - 1 : begins] == b"/":  # an empty one, closed in the same tag
        return True
    return any(found[1] == root[1] for found in CLOSED_ROOT.finditer(body, max(root.start(), len(body) - MIB)))


def without_cut_entry(body: bytes) -> bytes:
    """A feed without the entry in which it was cut off: half an address is another address."""
    if is_whole(body):
        return body
    first = ENTRY.search(body)
    ends = max((found.end() for found in CLOSED_ENTRY.finditer(body)), default=first.start() if first else len(body))
    return body[:ends]


def mended(body: bytes) -> bytes:
    """XML whose ampersands are all part of a reference that every parser knows."""
    if b"&" not in body or OWN_NAMES in body[:HEAD]:
        return body
    return REFERENCES.sub(_reference, body)


def addresses_in(body: bytes) -> list[str]:
    """The addresses of a text, one a line."""
    lines = (line.strip() for line in body.splitlines())
    return [line.decode("utf-8", "replace") for line in lines if ADDRESS.fullmatch(line)]


def _reference(found: re.Match[bytes]) -> bytes:
    if not found[0].startswith(b"&"):
        return found[0]
    known = unescape(found[0].decode()) if found[1] else ""
    return known.encode() if known and not known.startswith("&") else b"&amp;" + found[0][1:]


def _root(body: bytes) -> re.Match[bytes] | None:
    """The first element that a source of ours begins with; what JSON holds is its own."""
    if body.startswith(JSON):
        return None
    return next((found for found in ROOT.finditer(body, 0, HEAD) if found[1]), None)


def _from_its_beginning(body: bytes) -> bytes:
    """Without what a server wrote before it, such as a warning of its own."""
    root = _root(body)
    if root is None:
        return body
    if declared := DECLARATION.search(body, 0, root.start()):
        return body[declared.start() :]
    return body if not PROLOGUE.sub(b"", body[: root.start()]).strip() else body[root.start() :]


def _unzipped(body: bytes, url: str) -> bytes:
    """What is packed, every part of it; what follows the last part is ignored."""
    whole = []
    left = SITEMAP_BYTES + 1
    while body.startswith(GZIP) and left > 0:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            whole.append(unpacker.decompress(body, left))
        except zlib.error as err:
            raise _unreadable(url, f"what is packed as gzip is damaged ({err})") from err
        left -= len(whole[-1])
        if not unpacker.eof and left > 0:
            raise _unreadable(url, "what is packed as gzip stops before its end")
        body = unpacker.unused_data
    return b"".join(whole)


def _unreadable(url: str, happened: str) -> DiscoveryError:
    return DiscoveryError(f"Reading the source {url}", happened, CHECK)
