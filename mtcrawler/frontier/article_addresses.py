"""Which addresses are articles': by the patterns of a definition, or as far as a crawl has learned them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from mtcrawler.frontier.address_prior import HUBS, likelihood
from mtcrawler.markup.addresses import Site
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.patterns import Match
from mtcrawler.sites.undescribed import UndescribedSite

SURE: Final = 0.5
"""From this likelihood on an address is taken for an article's."""
DOUBTFUL: Final = 0.2
"""From this one on it is looked at while there are looks left."""
DOUBTS: Final = 40
"""Pages of a run that are looked at although they are probably no articles."""
UNDATED: Final = 300
"""Addresses of sitemaps that say nothing of their day, of a run; the newest come first in most, and in no order in
others."""
PRIOR: Final = 3.0
"""How many verdicts the address by itself weighs as much as."""
VERDICT: Final = 2.0
"""What a page that was read says of its shape, beside an address that a feed names."""
TITLE: Final = 5
"""Words of a link that are a headline rather than the name of a section."""
REMEMBERED: Final = 16
"""Addresses whose answers are remembered: each is asked about several times in a row."""
SHAPES: Final = 500
"""Shapes of addresses that are remembered of a site; one has some ten."""
DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?!\d)")
"""A day in a path, as most sites write it."""


class ArticleAddresses(Protocol):
    """Tells of own addresses whether they are articles', and what else is in them."""

    learned: bool
    """Whether that is learned as the crawl goes on, and any page of the site may be named."""
    left_out: int
    """How many addresses without any day were one too many."""

    def is_article(self, url: str) -> bool:
        """Whether an address is an article's, as far as is known."""

    def wanted(self, found: DiscoveredUrl) -> bool:
        """Whether a find that is new is to be looked at as an article."""

    def slug(self, url: str) -> str | None:
        """What names the article in its address, beside the day; None where nothing does."""

    def day(self, url: str) -> date | None:
        """The day of publication, where the address holds it."""

    def learn(self, url: str, *, article: bool) -> None:
        """What the page at an address turned out to be."""


class DescribedAddresses:
    """By the patterns of a definition, which nothing that a crawl sees can change."""

    learned = False
    left_out = 0

    def __init__(self, definition: SiteDefinition, site: Site) -> None:
        self._definition, self._site = definition, site
        self._match = lru_cache(REMEMBERED)(self._read_match)
        self._day = lru_cache(REMEMBERED)(self._read_day)

    def is_article(self, url: str) -> bool:
        """Whether a pattern of articles matches."""
        return self._match(url) is not None

    def wanted(self, found: DiscoveredUrl) -> bool:
        """The same."""
        return self.is_article(found.url)

    def slug(self, url: str) -> str | None:
        """The group of that name in the pattern that matches."""
        named = self._match(url)
        return named.groupdict().get("slug") if named else None

    def day(self, url: str) -> date | None:
        """By the first dated pattern that matches."""
        return self._day(url)

    def learn(self, url: str, *, article: bool) -> None:
        """Nothing is learned."""

    def _read_match(self, url: str) -> Match | None:
        return self._definition.article(self._path(url))

    def _read_day(self, url: str) -> date | None:
        return self._definition.day(self._path(url))

    def _path(self, url: str) -> str:
        return urlsplit(self._site.canonical(url)).path


def addresses_of(definition: SiteDefinition, site: Site) -> ArticleAddresses:
    """Those of this site; `site` is the definition's, with the mirror that a run has of it."""
    return LearnedAddresses(site) if isinstance(definition, UndescribedSite) else DescribedAddresses(definition, site)


@dataclass
class _Shape:
    """What is known of addresses of one shape."""

    hits: float = 0
    misses: float = 0


class LearnedAddresses:
    """By what an address looks like and what others of its shape turned out to be, on a site that is not described.

    What a feed or a news sitemap names is an article's in any case. `doubts` are looks that are left for addresses
    that are probably no articles'; their pages correct the shapes. `undated` are those of sitemaps without any day that
    may still be taken.
    """

    learned = True

    def __init__(self, site: Site) -> None:
        self._site = site
        self._shapes: defaultdict[str, _Shape] = defaultdict(_Shape)
        self._counted: set[str] = set()
        self.doubts, self.undated, self.left_out = DOUBTS, UNDATED, 0

    def is_article(self, url: str) -> bool:
        """Whether that is more likely than not."""
        return self.likely(self._site.canonical(url)) >= SURE

    def wanted(self, found: DiscoveredUrl) -> bool:
        """As the class says; an address in doubt costs one of the looks."""
        url = self._site.canonical(found.url)
        if not urlsplit(url).path.strip("/") and not urlsplit(url).query:
            return False
        if found.sure:
            self._count(url)
            return True
        if found.source.startswith("sitemap") and found.lastmod is None and self.day(url) is None:
            if not self.undated:
                self.left_out += 1
                return False
            self.undated -= 1
        likely = self.likely(url, found.words)
        if SURE > likely >= DOUBTFUL and self.doubts > 0:
            self.doubts -= 1
            return True
        return likely >= SURE

    def likely(self, url: str, words: int | None = None) -> float:
        """How likely the address is an article's, from 0 to 1; `words` are those of the link that leads there."""
        shape = self._shapes.get(shape_of(url), _Shape())
        found = (PRIOR * likelihood(url) + shape.hits) / (PRIOR + shape.hits + shape.misses)
        if words is None:
            return found
        return found + (1 - found) * 0.4 if words >= TITLE else found * 0.6 if words <= 2 else found

    def slug(self, url: str) -> str | None:
        """Nothing is known of slugs."""
        return None

    def day(self, url: str) -> date | None:
        """The first day in the path."""
        found = DAY.search(urlsplit(url).path)
        try:
            return date(*map(int, found.groups())) if found else None
        except ValueError:
            return None

    def learn(self, url: str, *, article: bool) -> None:
        """Have it count for the shape."""
        shape = self._shape(self._site.canonical(url))
        if shape is not None and article:
            shape.hits += VERDICT
        elif shape is not None:
            shape.misses += VERDICT

    def _count(self, url: str) -> None:
        """An address that a feed names counts once for its shape."""
        if url not in self._counted and (shape := self._shape(url)) is not None:
            self._counted.add(url)
            shape.hits += 1

    def _shape(self, url: str) -> _Shape | None:
        shape = shape_of(url)
        return self._shapes[shape] if shape in self._shapes or len(self._shapes) < SHAPES else None


def shape_of(url: str) -> str:
    """What is alike in the addresses of one kind of page: their steps, each by its kind, and the names in the query.

    Y is a year, D a number of one or two digits, N another number, T a title of four words or more, w any other step; a
    long number in a step adds #.
    """
    parts = urlsplit(url)
    steps = [step for step in unquote(parts.path).split("/") if step]
    names = sorted({name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return "/".join(_kind(step) for step in steps[-4:]) + ("?" + "&".join(names[:5]) if names else "")


def _kind(step: str) -> str:
    stem, dot, ending = step.rpartition(".")
    if not dot or not 2 <= len(ending) <= 5:
        stem, ending = step, ""
    if re.fullmatch(r"(19|20)\d\d", stem):
        return "Y"
    if stem.isdecimal():
        return ("D" if len(stem) <= 2 else "N") + (f".{ending}" if ending else "")
    if stem.lower() in HUBS:
        return stem.lower()
    words = sum(1 for word in re.split(r"[-_,+ ]", stem) if word)
    foreign = sum(ord(char) > 127 for char in stem)
    kind = "T" if words >= 4 or foreign >= 8 else "w"
    return kind + ("#" if re.search(r"\d{4,}", stem) else "") + (f".{ending}" if ending else "")
