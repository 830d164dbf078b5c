"""Hubs that a site's feeds and lists name (WebSub): whoever subscribes there is told at once when there is news."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from mtcrawler.markup.addresses import Site, joined, origin_of, short_base

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST: Final = 20
"""Sources of a site that are known to name a hub, and as many that are known to name none."""
HUBS: Final = 3
"""Hubs of a source that are known: the next one is asked where one fails."""
LONGEST: Final = 1_000
"""Bytes of the address of a hub, a topic, or a source that names them: an index of the fleet's database has room."""
LINKS: Final = 50
"""Links of a header, or of a document, that are looked at."""
HEADER: Final = 8 * 1024
"""Characters of a Link header that are read."""
LINK: Final = re.compile(r"<([^<>]*)>([^<>]*)")
REL: Final = re.compile(r'\brel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)

RelLink = tuple[str, str]
"""The `rel` of a link, and its address as it is written."""


class HubOffer(NamedTuple):
    """What a source names: the address that is to be asked for, and the hubs that tell of it, the first preferred."""

    topic: str
    hubs: tuple[str, ...]


class Hubs:
    """What the sources of one crawl of a site say of hubs.

    `offers` has each source that was read, by its address; None where it names no hub that can be used. A source that
    has not changed is not in it. A copy of a site at another origin speaks for nobody.
    """

    def __init__(self, site: Site) -> None:
        self.offers: dict[str, HubOffer | None] = {}
        self._site = site

    def read(self, url: str, headers: Sequence[bytes], links: Iterable[RelLink] = ()) -> None:
        """A source was read that has these Link headers, which come first, and these links in its document."""
        found = [*_in_headers(headers), *islice(links, LINKS)]
        own = self._site.mirror in {None, self._site.origin}
        if own and _is_usable(url):
            offer = self._offer(url, found)
            alike = sum((one is None) is (offer is None) for one in self.offers.values())
            if url in self.offers or alike < MOST:
                self.offers[url] = offer

    def _offer(self, url: str, links: Sequence[RelLink]) -> HubOffer | None:
        """The offer of a source with these links; its topic is the site's own, or lies where the source does."""
        topics, hubs = (list(dict.fromkeys(_named(url, links, rel))) for rel in ("self", "hub"))
        own = [one for one in topics if self._site.owns(one) or origin_of(one) == origin_of(url)]
        return HubOffer(own[0], tuple(hubs[:HUBS])) if own and hubs else None


def links_in(root: HtmlElement) -> Iterator[RelLink]:
    """What the `link` elements of a page say."""
    for link in islice(root.iter("link"), LINKS):
        yield link.get("rel") or "", link.get("href") or ""


def _in_headers(headers: Sequence[bytes]) -> Iterator[RelLink]:
    """What Link headers say (RFC 8288)."""
    said = b",".join(headers).decode("latin-1")[:HEADER]
    for found in islice(LINK.finditer(said), LINKS):
        if rel := REL.search(found[2]):
            yield rel[1] or rel[2] or "", found[1]


def _named(url: str, links: Iterable[RelLink], rel: str) -> Iterator[str]:
    """The addresses that are named so, to the letter: a hub knows a topic by it."""
    for said, href in links:
        if rel not in said.lower().split() or len(href) > LONGEST:
            continue
        address = joined(short_base(url), href)
        if address and _is_usable(address):
            yield address


def _is_usable(address: str) -> bool:
    """Whether it can be asked for and kept: of the web, without a name or a password in it."""
    try:
        parts = urlsplit(address)
        origin_of(address)
    except ValueError:
        return False
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or parts.username is not None:
        return False
    return address.isprintable() and " " not in address and len(address.encode()) <= LONGEST
