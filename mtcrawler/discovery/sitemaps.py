"""Sitemaps, read: which pages and which other sitemaps they name, and what they say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from lxml import etree

from mtcrawler.discovery.documents import CHECK, Kind, addresses_in, document, kind_of, mended
from mtcrawler.markup.addresses import joined, joined_page, short_base
from mtcrawler.markup.dates import moment_or_day
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import MIB, SITEMAP_ENTRIES, SITEMAP_PARTS
from mtcrawler.sites.sources import Sitemap


@dataclass(frozen=True)
class SitemapEntry:
    """One line of a sitemap: a page, or another sitemap where `nested`.

    A page that is said to have changed on a day is taken to have at its beginning, a sitemap at its end.
    `month` is the first day of the month that a nested sitemap covers and of the one after it, where its address says.
    """

    url: str
    lastmod: datetime | None
    nested: bool
    month: tuple[date, date] | None = None
    published: datetime | None = None


def read_sitemap(
    body: bytes,
    url: str,
    source: Sitemap | None = None,
    zone: tzinfo | None = None,
    unusable: Callable[[str, int, int], object] = lambda url, number, of: None,
) -> list[SitemapEntry]:
    """The entries of a sitemap, a sitemap index or a text, newest month first as far as `source` tells months.

    A damaged file gives what can still be read; raises DiscoveryError where that is nothing. One that holds more than
    SITEMAP_ENTRIES gives one entry more than that. Memory is taken for the entries only, never for a tree. Times
    without an offset are taken in `zone`, or else in UTC. `unusable` is told how many of how many entries at `url`
    name no page.
    """
    body = document(body, url)
    if kind_of(body) is Kind.TEXT:
        found = (joined(short_base(url), line) for line in addresses_in(body)[: SITEMAP_ENTRIES + 1])
        return [SitemapEntry(one, None, nested=False) for one in found if one]
    if any(body.find(b">", at, at + MIB) < 0 for at in range(0, len(body) - MIB, MIB)):
        raise _unreadable(url, "a single tag or text of it is longer than 1 MiB")
    # recover: one bad entity in a month must not cost the month. Entities are not expanded and nothing is fetched.
    lines = _Lines(url, source or Sitemap(), zone or UTC)
    parser = etree.XMLParser(target=lines, recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        etree.fromstring(mended(body), parser)
    except _Full:
        pass
    except (etree.XMLSyntaxError, ValueError) as err:
        raise _unreadable(url, f"it is no XML: {err}") from err
    if lines.root not in {"urlset", "sitemapindex"}:
        raise _unreadable(url, "it holds neither a urlset nor a sitemapindex")
    if lines.unusable:
        unusable(url, lines.unusable, lines.unusable + len(lines.entries))
    return sorted(lines.entries, key=lambda entry: entry.month or (date.min, date.min), reverse=True)


def pages(entries: Iterable[SitemapEntry], source: str) -> Iterator[DiscoveredUrl]:
    """The pages among these entries, as this source names them."""
    for one in entries:
        if not one.nested:  # feeds and news sitemaps name nothing but articles
            sure = source.startswith("rss") or one.published is not None
            yield DiscoveredUrl(one.url, source, one.published, one.lastmod, sure=sure)


def _unreadable(url: str, happened: str) -> DiscoveryError:
    return DiscoveryError(f"Reading the sitemap {url}", happened, CHECK)


class _Full(Exception):
    """Enough entries have been read."""


WANTED: Final = {3: frozenset({"loc", "lastmod"}), 4: frozenset({"publication_date"})}
"""Elements whose text counts, by their depth; the date is that of `news:news`."""


class _Lines:
    """The entries of a sitemap, gathered while it is parsed: what is two to four elements deep, and nothing else."""

    def __init__(self, url: str, source: Sitemap, zone: tzinfo) -> None:
        self._source, self._zone = source, zone
        self.root, self.entries, self.unusable = "", list[SitemapEntry](), 0
        self._url, self._depth, self._left = short_base(url), 0, SITEMAP_PARTS
        self._entry = self._about = self._name = ""
        self._values: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        self._one_more()
        if self._depth == 3:
            self._name = self._about = _local(tag)
            self._text = []
        elif self._within_news:
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
        wanted = self._name in WANTED.get(self._depth, ()) and self._name not in self._values
        if wanted and (self._depth == 3 or self._within_news):
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._text and (self._depth == 3 or self._within_news):
            self._values[self._name] = "".join(self._text).strip()
            self._text = []
        elif self._depth == 2 and self._entry in {"url", "sitemap"}:
            self._add()
        self._depth -= 1

    def _add(self) -> None:
        """An entry has been read."""
        nested = self._entry == "sitemap"
        # A sitemap of another scheme is asked for in vain, and told as a source that failed.
        if loc := (joined if nested else joined_page)(self._url, self._values.get("loc")):
            month = self._source.month_of(loc) if nested else None
            lastmod = moment_or_day(self._values.get("lastmod"), self._zone, until=nested)
            published = moment_or_day(self._values.get("publication_date"), self._zone)
            self.entries.append(SitemapEntry(loc, lastmod, nested, month, published))
            if len(self.entries) > SITEMAP_ENTRIES:
                raise _Full
        else:
            self.unusable += 1

    def close(self) -> None:
        """Nothing is left to do."""

    @property
    def _within_news(self) -> bool:
        """Whether this is a part of `news:news`; markup in an address is none, and takes nothing from it."""
        return self._depth == 4 and self._about == "news"

    def _one_more(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _unreadable(self._url, f"it has more than {SITEMAP_PARTS:,} elements and pieces of text")


def _local(tag: str) -> str:
    """The element's name without its namespace, declared or not, in small letters."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()
