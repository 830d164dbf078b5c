"""Where a site shows the introduction of its articles: apart from the text, between it and the headline.

One page does not tell an introduction from a first paragraph, as pages declare either as their description. A place
that is never the text's and says on page after page what is declared is an introduction's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.memory.paths import path_of, step_of
from mtcrawler.markup.text import inline_text

AFTER: Final = 20
"""Segments after the headline among which an introduction is looked for."""
TELLING: Final = 20
"""Letters of a description; shorter ones may open a text by chance."""
LONGEST: Final = 1_500
"""Characters of an introduction."""
TOGETHER: Final = 0.9
"""The share of the text's words that one element beside the introduction holds; blocks of one text hold less."""
LABEL: Final = 2
"""Words of a label before a description."""
CUT: Final = 100
"""Letters of a description that may be cut: it is the beginning of what it says."""
_WORDS: Final = re.compile(r"[^\W\d_]+")
_PARTS: Final = frozenset("content text body part paragraph free premium dropcap before one first".split())
_OPENINGS: Final = frozenset(
    "intro introduction lead lede standfirst deck dek summary abstract subtitle subhead excerpt description chapeau "
    "entradilla bajada occhiello sommario vorspann teaser ingress resumo sapo".split()
)
ABOVE: Final = 2
"""Elements above a paragraph that may be the introduction's box."""


class Introduction(NamedTuple):
    """The element that holds an introduction and nothing else, what it says, and the numbers of its segments."""

    box: HtmlElement
    text: str
    segments: tuple[int, ...]


class Introductions:
    """What may be the introduction of one page; `likely` is what the model makes of it without the memory."""

    def __init__(self, page: Observation, likely: NDArray[np.float64]) -> None:
        self._page = page
        self._taken: list[int] = np.flatnonzero(likely >= LIKELY).tolist()

    @cached_property
    def boxes(self) -> dict[HtmlElement, list[int]]:
        """The elements after the headline that a class names, with the numbers of the segments in them."""
        page, first = self._page, self._page.headline + 1
        found: dict[HtmlElement, list[int]] = {}
        for index in range(first, min(len(page.segments), first + AFTER) if first else 0):
            if (box := _box(page.segments[index].element)) is not None:
                found.setdefault(box, []).append(index)
        return found

    def at(self, path: str) -> Introduction | None:
        """What stands at this path, if it is there once."""
        there = [box for box in self.boxes if path_of(box) == path]
        return self._shown(there[0]) if len(there) == 1 else None

    def agrees(self, path: str) -> bool | None:
        """Whether what stands at this path is what the page declares as its description; None where nothing does."""
        shown = self.at(path)
        return self.declares(shown.box) if shown else None

    def declares(self, box: HtmlElement) -> bool:
        """Whether the page's description is what a box says, or the beginning of its one paragraph where that is long.

        Descriptions may open with a label of their own, as "Opinion | The ferry".
        """
        plain = " ".join(self._page.plain[index] for index in self.boxes[box])
        said = {text for one in self._page.descriptions for text in _unlabelled(one) if len(text) >= TELLING}
        cut = len(self.boxes[box]) == 1 and any(len(text) >= CUT and plain.startswith(text) for text in said)
        return (plain in said or cut) and not _is_part(box)

    def _shown(self, box: HtmlElement) -> Introduction | None:
        inside = self.boxes[box]
        text = "\n".join(self._page.segments[index].text for index in inside)
        if len(text) > LONGEST or not self._is_apart(box, inside):
            return None
        if len(" ".join(inline_text(box).split())) > len(text) + TELLING:
            return None
        return Introduction(box, text, tuple(inside))

    def _is_apart(self, box: HtmlElement, inside: list[int]) -> bool:
        """Whether almost all of the text stands in one element beside the box, and is more than the box says."""
        words = self._page.words
        rest = [index for index in self._taken if index > inside[-1]]
        around = set(box.iterancestors())
        held = Counter[HtmlElement]()
        for index in rest:
            held[_below(self._page.segments[index].element, around)] += len(words[index])
        beside = max((number for element, number in held.items() if element not in around), default=0)
        return beside >= TOGETHER * held.total() and held.total() > sum(len(words[index]) for index in inside)


def _unlabelled(plain: str) -> Iterator[str]:
    """A description, and what is left of it without its first words."""
    yield plain
    for _ in range(LABEL):
        plain = plain.partition(" ")[2]
        yield plain


def _is_part(box: HtmlElement) -> bool:
    """Whether a class calls a box a part of the text, as those around an advertisement do."""
    words = set(_WORDS.findall((box.get("class") or "").lower()))
    return not words.isdisjoint(_PARTS) and words.isdisjoint(_OPENINGS)


def _box(element: HtmlElement) -> HtmlElement | None:
    """The element that a class names, of the text's own and those right above it."""
    near: Iterable[HtmlElement] = (element, *islice(element.iterancestors(), ABOVE))
    return next((one for one in near if "." in step_of(one)), None)


def _below(element: HtmlElement, around: Collection[HtmlElement]) -> HtmlElement:
    """The outermost element around this one that is in none of these."""
    below = element
    for above in element.iterancestors():
        if above in around:
            break
        below = above
    return below
