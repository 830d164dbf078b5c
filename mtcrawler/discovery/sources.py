"""Sitemaps and section lists, read: which addresses they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree
from lxml.html import HtmlElement

from mtcrawler.markup.addresses import joined, short_base
from mtcrawler.markup.css import Selector
from mtcrawler.markup.dates import moment
from mtcrawler.markup.document import base_of, parsed
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError, PageTooLarge
from mtcrawler.model.limits import LIST_BYTES, MIB, SITEMAP_BYTES, SITEMAP_ENTRIES, SITEMAP_PARTS
from mtcrawler.sites.sources import Sitemap

CHECK = "Open the address in a browser; the other sources are still read."


@dataclass(frozen=True)
class SitemapEntry:
    """One line of a sitemap: a page, or another sitemap where `nested`.

    `month` is the first day of the month that a nested sitemap covers and of the one after it, where its address says.
    """

    url: str
    lastmod: datetime | None
    nested: bool
    month: tuple[date, date] | None = None


def read_sitemap(body: bytes, url: str, source: Sitemap | None = None) -> list[SitemapEntry]:
    """The entries of a sitemap or a sitemap index, newest month first as far as `source` tells months.

    A damaged file gives what can still be read; raises DiscoveryError where that is nothing. One that holds more than
    SITEMAP_ENTRIES gives one entry more than that. Memory is taken for the entries only, never for a tree.
    """
    if len(body) > SITEMAP_BYTES:
        raise _unreadable(url, f"it is larger than {SITEMAP_BYTES // MIB} MiB")
    if any(body.find(b">", at, at + MIB) < 0 for at in range(0, len(body) - MIB, MIB)):
        raise _unreadable(url, "a single tag or text of it is longer than 1 MiB")
    # recover: one bad entity in a month must not cost the month. Entities are not expanded and nothing is fetched.
    lines = _Lines(url, source or Sitemap())
    parser = etree.XMLParser(target=lines, recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        etree.fromstring(body.strip(), parser)
    except _Full:
        pass
    except (etree.XMLSyntaxError, ValueError) as err:
        raise _unreadable(url, f"it is no XML: {err}") from err
    if lines.root not in {"urlset", "sitemapindex"}:
        raise _unreadable(url, "it holds neither a urlset nor a sitemapindex")
    return sorted(lines.entries, key=lambda entry: entry.month or (date.min, date.min), reverse=True)


def read_listing(html: str, base: str, links: Selector, source: str) -> Iterator[DiscoveredUrl]:
    """Every address a section list or one of its fragments links to, each once, in page order.

    Raises DiscoveryError where it is too large.
    """
    doing = f"Reading the list {base}"
    if len(html) > LIST_BYTES:
        raise DiscoveryError(doing, f"it is larger than {LIST_BYTES // MIB} MiB", CHECK)
    try:
        root = parsed(html, base)
    except PageTooLarge as err:
        raise DiscoveryError(doing, err.happened, CHECK) from err
    yield from linked_from(root, base_of(root, base) or short_base(base), links, source)


def linked_from(root: HtmlElement, base: str, links: Selector, source: str) -> Iterator[DiscoveredUrl]:
    """Every address that these links of a page lead to, each once, in page order."""
    seen = set()
    for anchor in links(root):
        address = joined(base, anchor.get("href"))
        if address and address not in seen:
            seen.add(address)
            yield DiscoveredUrl(address, source)


def _unreadable(url: str, happened: str) -> DiscoveryError:
    return DiscoveryError(f"Reading the sitemap {url}", happened, CHECK)


class _Full(Exception):
    """Enough entries have been read."""


class _Lines:
    """The entries of a sitemap, gathered while it is parsed: what is two and three elements deep, and nothing else."""

    def __init__(self, url: str, source: Sitemap) -> None:
        self._source = source
        self.root, self.entries = "", list[SitemapEntry]()
        self._url, self._depth, self._left = short_base(url), 0, SITEMAP_PARTS
        self._entry = ""
        self._name = ""
        self._values: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        self._one_more()
        if self._depth == 3:
            self._name = _local(tag)
            self._text = []
        elif self._depth == 2:
            self._entry = _local(tag)
            self._values = {}
        elif self._depth == 1:
            self.root = _local(tag)

    def data(self, text: str) -> None:
        """A piece of text; every reference such as `&amp;` begins another."""
        self._one_more()
        if self._depth == 3 and self._name in {"loc", "lastmod"} and self._name not in self._values:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._depth == 3 and self._text:
            self._values[self._name] = "".join(self._text).strip()
            self._text = []
        elif self._depth == 2 and (loc := joined(self._url, self._values.get("loc"))):
            nested = self._entry == "sitemap"
            month = self._source.month_of(loc) if nested else None
            self.entries.append(SitemapEntry(loc, moment(self._values.get("lastmod")), nested, month))
            if len(self.entries) > SITEMAP_ENTRIES:
                raise _Full
        self._depth -= 1

    def close(self) -> None:
        """Nothing is left to do."""

    def _one_more(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _unreadable(self._url, f"it has more than {SITEMAP_PARTS:,} elements and pieces of text")


def _local(tag: str) -> str:
    """The element's name without its namespace, declared or not."""
    return tag.rpartition("}")[2].rpartition(":")[2]
