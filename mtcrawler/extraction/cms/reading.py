"""What is known of the system that made a page, asked about this page: it may add and sharpen, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, Literal

import numpy as np
from lxml import etree
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.trees import likelihood
from mtcrawler.extraction.cms.definition import CmsDefinition
from mtcrawler.extraction.cms.detection import cms_of
from mtcrawler.markup.css import Selector, innermost, outermost
from mtcrawler.markup.text import inline_text

Field = Literal["authors", "published_at", "tags"]
IN_DOUBT: Final = 0.6
"""The confidence below which the model is helped: above it, it knows the systems' names better than their makers."""
INSIDE: Final = 1.5
OUTSIDE: Final = 1.0
"""What is added to the log odds of a text in the container, and taken off those of another; chosen on the sets."""
HOLDS: Final = 0.6
"""Of the text that the model takes: a container that holds less of it is none, whatever it is called."""
AMONG: Final = 0.25
"""Of the text that the model takes: what is left out may hold so much of it, else it is the story itself."""


class CmsReading:
    """Reads one page by the definitions of the systems that it shows marks of; without any it says nothing."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root

    @cached_property
    def systems(self) -> tuple[CmsDefinition, ...]:
        """The systems."""
        return cms_of(self._root)

    def elements(self, field: Field) -> list[HtmlElement]:
        """Where the first system that shows this field shows it: the first such element, and those beside it."""
        for one in self.systems:
            at: Selector | None = getattr(one.selectors, field)
            if at is not None and (found := innermost(at(self._root))):
                return list(_beside(found))
        return []

    def dates(self) -> Iterator[str]:
        """What the page says where its system shows the date."""
        for element in self.elements("published_at")[:1]:
            inner = element if element.tag == "time" else next(element.iter("time"), element)
            yield from filter(None, (inner.get("datetime"), element.get("title"), inline_text(element)))

    def sharpened(
        self, page: Observation, likely: NDArray[np.float64], sure: Callable[[], float]
    ) -> NDArray[np.float64]:
        """The probabilities of texts with what is known of their places.

        What a plugin puts among the text is none of it. Where the model is in doubt (`sure` says its confidence), the
        container tips the scales. Neither is believed where most of the text that the model takes speaks against it.
        """
        if not self.systems or not len(likely):
            return likely
        sizes = np.array([len(words) for words in page.words], np.float64) * (likely >= LIKELY)
        if not (total := float(sizes.sum())):
            return likely
        found = likely
        if sure() < IN_DOUBT and (inside := self._inside(page, sizes, total)) is not None:
            within = np.clip(likely, 1e-9, 1 - 1e-9)
            found = likelihood(np.log(within / (1 - within)) + np.where(inside, INSIDE, -OUTSIDE))
        left_out = self._left_out(page)
        if left_out.any() and float(sizes[left_out].sum()) <= AMONG * total:
            found = np.where(left_out, 0.0, found)
        return found

    def _inside(self, page: Observation, sizes: NDArray[np.float64], total: float) -> NDArray[np.bool_] | None:
        """Which texts stand in the container: in the smallest of those that hold enough."""
        holders = [
            holder
            for one in self.systems
            for holder in (one.selectors.container(self._root) if one.selectors.container else ())
        ]
        if not holders:
            return None
        texts = [segment.element for segment in page.segments]
        spans = _spans(self._root, {*holders, *texts})
        places = np.array([spans[text][0] if text in spans else -1 for text in texts])
        # Texts stand in page order, but nothing here may hang on it.
        order = np.argsort(places, kind="stable")
        before = np.concatenate(([0.0], np.cumsum(sizes[order])))
        ends = np.searchsorted(places[order], np.array([spans[holder] for holder in holders])).tolist()
        best: tuple[int, int] | None = None
        for first, last in ends:
            if before[last] - before[first] >= HOLDS * total and (best is None or last - first < best[1] - best[0]):
                best = first, last
        if best is None:
            return None
        inside = np.zeros(len(texts), np.bool_)
        inside[order[slice(*best)]] = True
        return inside

    def _left_out(self, page: Observation) -> NDArray[np.bool_]:
        elements: set[HtmlElement] = set()
        for one in self.systems:
            if (at := one.left_out_selector) is not None:
                elements.update(inner for holder in outermost(at(self._root)) for inner in holder.iter("*"))
        return _standing_in(page, elements)


def _standing_in(page: Observation, elements: set[HtmlElement]) -> NDArray[np.bool_]:
    return np.array([segment.element in elements for segment in page.segments], np.bool_)


def _spans(root: HtmlElement, wanted: set[HtmlElement]) -> dict[HtmlElement, tuple[int, int]]:
    """The number of each of these elements in page order, and that of the first after all that stands in it."""
    begins: dict[HtmlElement, int] = {}
    spans: dict[HtmlElement, tuple[int, int]] = {}
    number = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if element in wanted:
                begins[element] = number
            number += 1
        elif element in wanted:
            spans[element] = begins[element], number
    return spans


def _beside(found: list[HtmlElement]) -> Iterator[HtmlElement]:
    """The first, and those of its parent or grandparent: others are those of other stories."""
    first = found[0].getparent()
    outer = first.getparent() if first is not None else None
    for element in found:
        above = element.getparent()
        if above is first or (above is not None and above.getparent() is outer and outer is not None):
            yield element
