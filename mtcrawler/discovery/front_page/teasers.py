"""The days that a list shows beside its links: what is older than a crawl asks for need not be fetched to be known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.markup.addresses import joined
from mtcrawler.markup.dates import stated
from mtcrawler.model import clock

DATES: Final = 400
"""Dates of a list that are looked at."""
HEIGHT: Final = 6
"""Elements above a date in which its story's link is looked for."""
NEAR: Final = 40
"""Links of an element; one with more is no teaser."""
TITLE: Final = 4
"""Words of a link that is a story's headline, and not its author, its section or its comments."""
LONGEST: Final = 48
"""Characters of a text that is a date and hardly anything else."""
WORDS: Final = 4
"""The most words beside a date's numbers: its month, its weekday, and what calls it a date."""
SEVERAL: Final = 3
"""Dates of a list from which on the one in the middle says of what time it is; of fewer, today does."""
APART: Final = timedelta(days=366)
"""How far a day may lie from that: one that is further away is what a story is about."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_PLACES: Final = ("time", "abbr", "span", "em", "small", "i", "p", "div", "dd", "td", "li", "font", "a")


def days_of(root: HtmlElement, base: str, words: Mapping[str, int], language: str | None) -> dict[str, date]:
    """The day that stands in the teaser of each link, by address; `words` are those of the list's links."""
    found: dict[str, date] = {}
    teasers = _Teasers(base, words)
    for element, text in islice(_dated(root), DATES):
        said = stated(text, None, language)
        if said is not None and (address := teasers.story(element)) is not None:
            found[address] = max(said.day, found.get(address, said.day))
    middle = sorted(found.values())[len(found) // 2] if len(found) >= SEVERAL else clock.now().date()
    return {address: day for address, day in found.items() if abs(day - middle) <= APART}


def _dated(root: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    for element in root.iter(*_PLACES):
        if text := (element.get("datetime") or "").strip():
            yield element, text
        elif next(element.iterchildren("*"), None) is None:
            text = (element.text or "").strip()
            is_short = 6 <= len(text) <= LONGEST and len(_WORD.findall(text)) <= WORDS
            if is_short and _YEAR.search(text) and not _is_aside(element):
                yield element, text


def _is_aside(element: HtmlElement) -> bool:
    """Whether it stands in a sentence, or says something of a picture."""
    if any(above.tag in {"figure", "figcaption"} for above in islice(element.iterancestors(), HEIGHT)):
        return True
    previous, parent = element.getprevious(), element.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else None
    return len(_WORD.findall(f"{before or ''} {element.tail or ''}")) > WORDS


class _Teasers:
    """The stories that elements of a list lead to; each element and each address is looked at once."""

    def __init__(self, base: str, words: Mapping[str, int]) -> None:
        self._base, self._words = base, words
        self._addresses: dict[str, str | None] = {}
        self._near: dict[HtmlElement, set[str] | None] = {}

    def story(self, element: HtmlElement) -> str | None:
        """The address of the one story whose teaser this element stands in; None where several do."""
        for above in islice(element.iterancestors(), HEIGHT):
            if above not in self._near:
                self._near[above] = self._titles(above)
            titles = self._near[above]
            if titles is None or len(titles) > 1:
                return None
            if titles:
                return next(iter(titles))
        return None

    def _titles(self, above: HtmlElement) -> set[str] | None:
        """The stories that an element leads to; None where it has too many links to be a teaser."""
        links = list(islice(above.iter("a"), NEAR))
        if len(links) == NEAR:
            return None
        near = {address for link in links if (href := link.get("href")) and (address := self._address(href))}
        return {address for address in near if self._words[address] >= TITLE} or near

    def _address(self, href: str) -> str | None:
        if href not in self._addresses:
            address = (joined(self._base, href) or "").partition("#")[0]
            self._addresses[href] = address if address in self._words else None
        return self._addresses[href]
