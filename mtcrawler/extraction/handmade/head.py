"""Where the head of a page stands that marks none: its headline, and the lines between that and the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, islice, pairwise, zip_longest
from typing import Final, NamedTuple

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.clues import SENTENCE
from mtcrawler.extraction.body.model import LIKELY, chosen
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.words import size_of, words_of
from mtcrawler.extraction.declared import Publication
from mtcrawler.extraction.handmade import ends, signed_lines
from mtcrawler.extraction.handmade.extent import extent_of
from mtcrawler.extraction.metadata import chinese
from mtcrawler.extraction.metadata.authors import Signed
from mtcrawler.extraction.metadata.names import names_in, opens_byline
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.markup.dates import stated
from mtcrawler.markup.text import inline_text

PROSE: Final = 80
"""Characters of a paragraph, as if in Latin letters."""
LONG: Final = 200
"""The same of one that ends like no sentence."""
LINKED: Final = 0.5
ABOVE: Final = 16
"""Segments above the text among which the headline stands."""
REACH: Final = 6
"""The same for the lines of a byline, where no headline is known."""
BEFORE: Final = 2
"""Segments above the headline."""
BELOW: Final = 4
"""Segments below the text in which it is signed."""
LINES: Final = 4  # of a segment below the text
TITLE: Final = 200  # characters of a headline
WORDS: Final = 3
SIGNS: Final = 6
"""Words of a headline, at least, and characters where these are words."""
_BAR: Final = re.compile(r"\s{0,3}[|·»«_–—]|\s{1,3}[-:]\s")
_NAMED: Final = re.compile(r"(?i)title|headline|\bhed\b|heading|biaoti|\bbt\d?\b")
_LARGE: Final = re.compile(r"(?i)font-size:\s{0,3}(?:1[89]|[2-4]\d)\s{0,2}p|x-large")
_SIZES: Final = {"4": 3.0, "5": 4.0, "6": 4.5, "7": 4.5, "+1": 3.0, "+2": 4.0, "+3": 4.5, "+4": 4.5}
_LEVELS: Final = {"h1": 5.0, "h2": 4.0, "h3": 3.5, "h4": 2.5, "big": 3.0, "b": 1.5, "strong": 1.5, "h5": 1.5}
_AROUND: Final = 5  # elements around a line that may set it off
FULLY: Final = 4.0
"""How much a line is set off at most."""
LIKE_THAT: Final = 0.35
"""How much less that counts of a few words, which may be the name of the paper."""
NAMED: Final = 10.0
LIKE_A_NAME: Final = 1.4
"""How much it counts that the title has a line; a short one may be the name of the site."""
BRIEF: Final = 5
"""Words of such a name."""
SURE: Final = 0.7
"""How sure the text has to be of a page that shows only who wrote it, or only when."""
BYLINE_BEFORE: Final = 3
BYLINE_REACH: Final = 12
"""Segments before and after a marked headline."""


class Shown(NamedTuple):
    """A headline that nothing marks: its text, the number of its segment, its element, and how much speaks for it."""

    text: str
    at: int
    element: HtmlElement
    points: float


class Head:
    """The lines around the text of one page; `likely` is what the model makes of its segments, `said` what it declares.

    A full name alone in a line is a byline only on a page that declares nothing to machines.
    """

    def __init__(self, page: Observation, likely: NDArray[np.float64], said: Statements) -> None:
        self._page, self._said, self._likely = page, said, likely
        taken = np.flatnonzero(likely >= LIKELY).tolist()
        self.opens: int = next(filter(self._is_prose, taken), -1)
        self.ends: int = next(filter(self._is_prose, reversed(taken)), -1)

    def _is_prose(self, index: int) -> bool:
        one = self._page.segments[index]
        size = size_of(one.text, self._page.words[index])
        if (
            one.linked > LINKED
            or size <= PROSE
            or ends.closes(one.text, bare=self._said.is_bare)
            or ends.opens(one.text, bare=True)
        ):
            return False
        return size > LONG or one.text[-1] == "）" or SENTENCE.search(one.text) is not None

    @cached_property
    def headline(self) -> Shown | None:
        """The line above the text that the title names, or that is set off most; None where there is none."""
        if self.opens < 0:
            return None
        best: tuple[float, Shown] | None = None
        for index in range(max(0, self.opens - ABOVE), self.opens + 1):
            segment = self._page.segments[index]
            if segment.linked > LINKED:
                continue
            for text in islice(segment.text.split("\n"), 4):
                if (points := self._points(text.strip(), segment.element)) and (best is None or points >= best[0]):
                    best = points, Shown(text.strip(), index, segment.element, points)
        return best[1] if best else None

    def _points(self, text: str, element: HtmlElement) -> float:
        words = words_of(text)
        han = chinese.is_chinese(text)
        if not text or len(text) > TITLE or len(words) < (SIGNS if han else WORDS):
            return 0.0
        if (
            stated(text) is not None
            or ends.opens(text, bare=True)
            or text.rstrip().endswith(("。", "，", ",", ";", "；"))
        ):
            return 0.0
        if any(_goes_on(title, text) for title in self._said.titles):
            return NAMED + 1
        if any(_holds(words_of(title), words) for title in self._said.titles):
            return NAMED + min(len(words), 40) / 40 if han or len(words) > BRIEF else LIKE_A_NAME
        if not han and signed_lines.head_names(text, alone=True):
            return 0.0
        short = LIKE_THAT if not han and len(words) < BRIEF else 1.0
        return short * min(_set_off(element, text), FULLY)  # of several lines the one nearest to the text

    @cached_property
    def at(self) -> int:
        """The number of the segment that is the headline, -1 where none is known."""
        if self._page.headline >= 0 or self.headline is None:
            return self._page.headline
        return self.headline.at

    def extent(self, headline: HtmlElement | None) -> list[int]:
        """The numbers of the segments that are the text, below the headline where that is this one.

        `headline` is the element of the page's headline.
        """
        found = extent_of(chosen(self._page, self._likely), self._page, self._likely)
        shown = self.headline if headline is not None and headline.tag != "h1" else None
        return [index for index in found if index >= shown.at] if shown and shown.element is headline else found

    @cached_property
    def lines(self) -> list[str]:
        """The lines above the text in which it may be signed."""
        if self.opens < 0:
            return []
        known = 0 <= self.at <= self.opens
        first = self.at - BEFORE if known else self.opens - REACH
        found: list[str] = []
        for index in range(max(0, first), self.opens + 1):
            segment = self._page.segments[index]
            if index == self.opens:
                found += [line for line in segment.text.split("\n") if len(line) <= signed_lines.LONGEST]
            elif segment.linked <= LINKED or index > self.at >= 0:
                found += segment.text.split("\n")
        return [line.strip() for line in found if line.strip()]

    def near(self) -> Iterator[str]:
        """What stands around a marked headline and right after the text."""
        first, taken = self._page.headline, np.flatnonzero(self._likely >= LIKELY)
        last = int(taken[-1]) if len(taken) else first
        for index in (*range(max(0, first - BYLINE_BEFORE), first + BYLINE_REACH), last, last + 1):
            if 0 <= index < len(self._page.segments):
                yield from self._page.segments[index].text.split("\n")

    @cached_property
    def last_lines(self) -> list[str]:
        """The lines below the text in which it may be signed."""
        if self.ends < 0:
            return []
        inside = self._page.segments[self.ends].text.split("\n")
        found = inside[1:] if len(inside) > 1 else []
        for segment in self._page.segments[self.ends + 1 : self.ends + 1 + BELOW]:
            found += segment.text.split("\n", LINES)[:LINES]
        return [line.strip() for line in found if line.strip()]

    def signatures(self) -> Iterator[list[str]]:
        """The names of those who wrote it, by each way of saying so, the surest first."""
        title = self.headline.text if self.headline else ""
        head = [line for line in self.lines if line not in title]
        for line, following in zip_longest(head, head[1:], fillvalue=""):
            yield chinese.names_in_line(line) or signed_lines.head_names(line, following) or _after_by(line)
        for line in self.last_lines:
            yield chinese.names_in_line(line) or (self._at_end(line) if self._said.is_bare else [])
        if self._said.is_bare:
            for line, following in pairwise((*self.last_lines[:2], "")):
                yield self._not_told(signed_lines.head_names(line, following))
        for text in self._ends_of_text():
            yield chinese.reporters_in(text)
        yield from map(_after_by, self.near())
        if not self._said.is_bare:
            return
        if self.at >= 0:
            yield from map(self._alone, head[:REACH])
        for segment in self._page.segments[self.ends + 1 :][:1] if self.ends >= 0 else ():
            if not segment.linked:
                yield self._alone(segment.text.partition("\n")[0])

    def _ends_of_text(self) -> Iterator[str]:
        """The first and the last paragraph of a Chinese text, and what follows, of which the model may be unsure."""
        for index in (self.opens, self.ends, self.ends + 1):
            if 0 <= index < len(self._page.segments) and chinese.is_chinese(self._page.segments[index].text):
                yield self._page.segments[index].text

    def _alone(self, line: str) -> list[str]:
        """The names of a line that says nothing else."""
        return self._not_told(signed_lines.head_names(line, alone=True))

    def _at_end(self, line: str) -> list[str]:
        """The names of a line below the text that signs it; a sentence does where it says how its author is reached."""
        if ends.is_sentence(line) and not signed_lines.is_about_author(line):
            return []
        return self._not_told(signed_lines.end_names(line))

    def _not_told(self, names: list[str]) -> list[str]:
        """These names; none of them where the story itself tells of one."""
        told = (one.text for one in self._page.segments[self.opens + 1 : self.ends + 1]) if names else ()
        return [] if any(name in text for text in told for name in names) else names

    def dated(self) -> Iterator[str]:
        """The lines in which its date may stand."""
        below = self.last_lines if self._said.is_bare else ()
        for line in chain(self.lines, self.near(), below):
            if not ends.is_sentence(line):
                yield line

    def is_signed(self, signed: Signed | None, published: Publication, sure: float) -> bool:
        """Whether a page that is `sure` to hold a text shows who wrote it and when, or where it is from.

        A page that declares nothing at all needs to show but one of these, if its text is in no doubt.
        """
        dated = published.day is not None and published.source != "site"
        beside = (*self.lines, *self.last_lines)
        named = signed is not None or any(chinese.names_source(line) or chinese.says_who(line) for line in beside)
        if self._said.is_bare and sure >= SURE:
            return named or dated
        return named and dated and sure >= LIKELY


def _after_by(line: str) -> list[str]:
    """The names of a line that begins with a word such as "by" in one of many languages."""
    return names_in([line]) if opens_byline(line) else []


def _goes_on(title: str, text: str) -> bool:
    """Whether a title begins with this line and goes on with a name behind a bar or a dash."""
    return title.lower().startswith(text.lower()) and _BAR.match(title, len(text)) is not None


def _holds(title: list[str], words: list[str]) -> bool:
    """Whether these words stand in a title, one after the other."""
    return f" {' '.join(words)} " in f" {' '.join(title)} "


def _set_off(element: HtmlElement, text: str) -> float:
    """How much a line is set off by headings, large letters or a name; 0 where not at all."""
    found = 0.0
    most = 2 * len(text) + 20
    parts = islice(element.iter("font", "big", "b", "strong", "span"), 6)
    inside = [one for one in parts if text in inline_text(one, most=most)]
    for one in (*inside, element, *islice(element.iterancestors(), _AROUND)):
        if len(inline_text(one, most=most + 1)) > most and one is not element:
            break
        points = _LEVELS.get(one.tag, 0.0) if one.tag not in HEADINGS or one is element else 0.0
        if one.tag == "font":
            points = _SIZES.get((one.get("size") or "").strip(), 0.0)
        if _NAMED.search(f"{one.get('class') or ''} {one.get('id') or ''}"):
            points = max(points, 4.0)
        if _LARGE.search(one.get("style") or ""):
            points = max(points, 3.0)
        found = max(found, points)
    return found
