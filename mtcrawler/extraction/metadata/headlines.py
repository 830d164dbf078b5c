"""The headline: what the page shows, by what its other statements say it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple, Protocol

from lxml.html import HtmlElement

from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.metadata.statements import Statements, plain_text
from mtcrawler.markup.structured import string
from mtcrawler.markup.text import inline_text
from mtcrawler.model.provenance import FieldSource

LONGEST: Final = 400
HEADINGS: Final = 20  # h1 elements that are looked at; a page has one or two
ALIKE: Final = 0.5  # of the words: what shares less is called something else
_WEIGHTS: Final = {"og:title": 1.0, "parsely-title": 1.0, "sailthru.title": 0.9, "twitter:title": 0.8, "dc.title": 0.7,
                   "headline": 0.7, "title": 0.6}  # fmt: skip
_LINKED: Final = 1.2
_TITLE_TAG: Final = 0.6
_SHOWN: Final = 1.0
_SET_OFF: Final = 2.5
"""How much a line has to be set off to be the headline beside a title of many words."""
_NAME_OF_SITE: Final = 5
"""Words of a title that may be the name of the site and no more."""
NAME: Final = 3
"""Words of a site's name."""
_BETWEEN: Final = re.compile(r"(?<!\s)\s++(?:[|–—»«·:•~/-]++\s++|[|]\s*+)|[|]\s*+")


class Found(NamedTuple):
    """A headline, where it came from, and where it stands, where it is shown."""

    text: str
    source: FieldSource
    element: HtmlElement | None


class Unmarked(Protocol):
    """A line above the text that is set off, and how much."""

    @property
    def text(self) -> str:
        """The line."""

    @property
    def element(self) -> HtmlElement:
        """Where it stands."""

    @property
    def points(self) -> float:
        """How much it is set off."""


def headline_of(page: Statements, unmarked: Callable[[], Unmarked | None] = lambda: None) -> Found | None:
    """The headline on which most of the page's statements agree, as it is shown where it is shown.

    Where the page marks none, and declares none but in its title, that may be the name of the site: `unmarked` gives
    the line that looks like a headline then.
    """
    said = list(_said(page))
    best: tuple[float, Found] | None = None
    for text, element in _shown(page.root):
        points = _SHOWN + sum(weight * _agreement(text, other) for weight, other in said)
        points += 0.5 * _likeness(words_of(text), words_of(page.path.rpartition("/")[2]))
        if len(words_of(text)) < 3:
            points -= 0.5
        if len(words_of(text)) <= NAME and any(link.get("href") == "/" for link in islice(element.iter("a"), 1)):
            points -= _SHOWN  # the name of the site, which leads home
        if best is None or points > best[0]:
            best = points, Found(text, "guess", element)
    for weight, text in said:
        bare = _without_site(text, page)
        points = weight + sum(other * _agreement(bare, told) for other, told in said if told != text)
        if best is None or points > best[0]:
            best = points, Found(bare, "declared", None)
    if (best is None or best[1].element is None) and not any(name != _TITLE_TAG for name, _ in said):
        shown = unmarked()
        if shown and (best is None or shown.points >= _SET_OFF or len(words_of(best[1].text)) <= _NAME_OF_SITE):
            return Found(shown.text, "guess", shown.element)
    return best[1] if best else None


def _said(page: Statements) -> Iterator[tuple[float, str]]:
    if stated := string(page.article, "headline"):
        yield _LINKED, plain_text(stated)
    for name, weight in _WEIGHTS.items():
        if stated := page.meta(name):
            yield weight, plain_text(stated)
    if (tag := page.root.find(".//title")) is not None and (stated := " ".join((tag.text or "").split())):
        yield _TITLE_TAG, stated


def _shown(root: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """The headings that may be the headline."""
    for element in islice(root.iter("h1"), HEADINGS):
        shown = inline_text(element)
        if (text := " ".join(shown.split())) and len(text) < LONGEST:
            yield text, element
            if (first := shown.partition("\n")[0].strip()) and len(first) < len(text) - 1:
                yield first, element
    for element in root.xpath("//*[contains(@itemprop,'headline')][not(self::meta)][not(self::h1)]")[:3]:
        if (text := " ".join(inline_text(element).split())) and len(text) < LONGEST:
            yield text, element


def _agreement(text: str, other: str) -> float:
    alike = _likeness(words_of(text), words_of(other))
    return alike if alike > ALIKE else 0.0


def _likeness(some: Iterable[str], others: Iterable[str]) -> float:
    one, two = set(some), set(others)
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def _without_site(title: str, page: Statements) -> str:
    """A title without the name of the site before or after it."""
    parts = _BETWEEN.split(title)
    if len(parts) < 2:
        return title
    site = "".join(words_of(page.site_name))
    host = page.host.replace("-", "").replace(".", "")
    for part in (parts[-1], parts[0]):
        name = "".join(words_of(part))
        if name and len(words_of(part)) <= 6 and (name == site or (site and site in name) or name in host):
            rest = (title[: title.rindex(part)] if part is parts[-1] else title[len(part) :]).strip(" |–—»«·:•~/-")
            return _without_section(rest, page)
    return title


def _without_section(title: str, page: Statements) -> str:
    """A title without the section that stands between it and the name of the site."""
    parts = _BETWEEN.split(title)
    is_section = len(parts) > 1 and len(words_of(parts[-1])) < 3 and parts[-1].strip().lower() in page.path.lower()
    return title[: title.rindex(parts[-1])].strip(" |–—»«·:•~/-") if is_section else title
