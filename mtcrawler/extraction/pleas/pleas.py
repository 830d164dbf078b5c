"""Pleas and offers among the text of a page: what asks something of its readers and is no part of the story."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache, cached_property
from itertools import islice
from typing import Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.blocks.boilerplate import LETTER
from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.extraction.body.surroundings import PLACES
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.extraction.pleas import boxes
from mtcrawler.extraction.pleas.asks import Asked, asked_in, may_ask
from mtcrawler.extraction.pleas.disclosures import discloses
from mtcrawler.overlays.observation.phrases import words_of

LINES: Final = 0.2
"""The share of the words taken that lines may have which ask; where more ask, they are what the page is about."""
BOX: Final = 0.5
"""The same of a box by its name."""
PRESSED: Final = 0.7
"""The same of a box with several things to press; a message may be longer than a short notice."""
CERTAIN: Final = 0.9
"""The same of one with many things to press that opens like a letter: the notice may have two lines."""
SEVERAL: Final = 2
MANY: Final = 4
"""Different things to press that ask for money or a subscription, with words that do and without."""
BOXES: Final = 40
"""Boxes of a page that are looked at for their names."""
LONG: Final = 80  # words of a line that asks
LONGEST: Final = 900  # characters of it
BRIEF: Final = 16  # words of a line that need not be set apart where it does nothing but ask
SHORT: Final = 40  # words of one that asks to share, or says where the text is from
CLIMB: Final = 8  # elements above what can be pressed
ENDS: Final = 12  # lines that may stand after the story
NOTICES: Final = 3  # lines at each end among which a notice of who earns by the text is looked for
BOLD: Final = 0.9
NEAR: Final = 2  # elements up to a name that speaks against a text
MOSTLY: Final = 0.5
_LISTED: Final = 1 << PLACES.index("list") | 1 << PLACES.index("table")
_MARK: Final = re.compile(r"[^\w\s\"'“”„«»‘’‹›「『《¿¡—–#@$€£¥₽₹₩.…]|\W*\[")


class Pleas:
    """The pleas of one page among what is likely its article's; the publisher is who the page says it is."""

    def __init__(self, page: Observation, likely: NDArray[np.float64], said: Statements) -> None:
        self._page, self._likely, self._said = page, likely, said
        self._taken: list[int] = np.flatnonzero(likely >= LIKELY).tolist()
        self._total = sum(len(page.words[index]) for index in self._taken)
        self._leads = cache(boxes.leads)  # many lines may stand in one element

    @cached_property
    def segments(self) -> list[int]:
        """The numbers of the segments that are pleas, in page order."""
        found = {index for box in self.boxes for index in self._inside(box)}
        lines = self._lines(found)
        if self._share(lines) <= LINES:
            found |= lines
        return sorted(found | self._notices())

    @cached_property
    def spared(self) -> NDArray[np.float64]:
        """The probabilities of the segments, those of pleas at 0."""
        if not self.segments:
            return self._likely
        found = self._likely.copy()
        found[self.segments] = 0.0
        return found

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element stands in a box that asks."""
        return bool(self.boxes) and any(above in self.boxes for above in element.iterancestors())

    @cached_property
    def boxes(self) -> frozenset[HtmlElement]:
        """The elements that are nothing but pleas."""
        return frozenset(self._boxes())

    def _share(self, indexes: Collection[int]) -> float:
        return sum(len(self._page.words[index]) for index in indexes) / max(1, self._total)

    def _notices(self) -> set[int]:
        """The paragraph at each end that says who earns by the text; where several do, that is what they are about."""
        page, ends = self._page, (self._taken[:NOTICES], self._taken[-NOTICES:])
        told = [{index for index in end if discloses(page.segments[index].text)} for end in ends]
        return {index for some in told if len(some) == 1 for index in some if not page.around[index].places & _LISTED}

    def _inside(self, box: HtmlElement) -> set[int]:
        inside = set(box.iter("*"))
        return {index for index in self._taken if self._page.segments[index].element in inside}

    def _boxes(self) -> Iterator[HtmlElement]:
        known: set[HtmlElement] = set()
        tries = BOXES
        for index in self._taken:
            element: HtmlElement | None = self._page.segments[index].element
            while element is not None and element not in known:
                known.add(element)
                if tries and element.tag not in HEADINGS and boxes.is_named(element):
                    tries -= 1
                    if self._asks(element):
                        yield element
                element = element.getparent()
        tried: set[HtmlElement] = set()
        for control, _ in boxes.asking_controls(self._said.root):
            for above in islice(control.iterancestors(), CLIMB):
                if above in tried or not boxes.text_of(above):
                    break
                tried.add(above)
                if above in known:
                    if self._is_pressed(above):
                        yield above
                    break

    def _asks(self, box: HtmlElement) -> bool:
        """Whether a box that is called so asks indeed."""
        if not (text := boxes.text_of(box)) or self._share(self._inside(box)) > BOX:
            return False
        if boxes.is_named(box, surely=True) and boxes.leads(box)[1]:
            return True
        return boxes.topics(text) >= 1 or any(boxes.asking_controls(box))

    def _is_pressed(self, box: HtmlElement) -> bool:
        """Whether a box with something to press asks for it: by several things, and its words."""
        labels = {label for _, label in boxes.asking_controls(box)}
        if len(labels) < SEVERAL or not any(map(boxes.asks_for, labels)):
            return False
        share = self._share(self._inside(box))
        if share > PRESSED:
            return len(labels) >= MANY and share <= CERTAIN and self._is_letter(box)
        return len(labels) >= MANY or boxes.topics(boxes.text_of(box)) >= 1

    def _is_letter(self, box: HtmlElement) -> bool:
        """Whether a box opens like a letter to readers."""
        opening = min(self._inside(box), default=None)
        return opening is not None and LETTER.match(self._page.segments[opening].text) is not None

    def _lines(self, gone: set[int]) -> set[int]:
        said = self._said.site_name, self._said.host.partition(".")[0]
        names = ["".join(words_of(name)) for name in said]
        asked: dict[int, Asked] = {}
        for index in self._apart(gone):
            segment, words = self._page.segments[index], self._page.words[index]
            if may_ask(segment.text, words, names) and (ask := asked_in(segment.text, names)):
                asked[index] = ask
        last = max((index for index in self._taken if index not in gone and index not in asked), default=-1)
        return {index for index, ask in asked.items() if self._is_plea(index, ask, last)}

    def _apart(self, gone: set[int]) -> Iterator[int]:
        """Lines that may be set apart from the story by more than their words, or stand at its end."""
        page, ends = self._page, self._taken[-ENDS] if len(self._taken) >= ENDS else 0
        for index in self._taken:
            segment, around = page.segments[index], page.around[index]
            if index in gone or index == page.headline or around.places & _LISTED:
                continue
            if len(page.words[index]) > LONG or len(segment.text) > LONGEST:
                continue
            ended = index >= ends or len(page.words[index]) <= BRIEF
            if ended or segment.linked or around.against_near < NEAR or self._is_marked(segment):
                yield index

    @staticmethod
    def _is_marked(segment: Segment) -> bool:
        """Whether a line is set apart by bold type, or begins with a sign that no sentence begins with."""
        return segment.strong > BOLD or _MARK.match(segment.text) is not None

    def _is_plea(self, index: int, ask: Asked, last: int) -> bool:
        """Whether a line that asks is none of the story's; `last` is the number of the story's last other line."""
        segment, around = self._page.segments[index], self._page.around[index]
        if segment.element.tag in HEADINGS and index < last:
            return False
        linked, led = self._leads(segment.element)
        marked = self._is_marked(segment)
        if ask.kind == "story":
            return segment.linked >= MOSTLY
        if ask.share < MOSTLY:
            return False
        if ask.kind in {"talk", "origin"}:
            return (index > last or marked) and len(self._page.words[index]) <= SHORT
        if ask.kind == "letter" and ask.share == 1.0 and len(self._page.words[index]) <= BRIEF:
            return True
        return linked or led or marked or index > last or around.against_near < NEAR
