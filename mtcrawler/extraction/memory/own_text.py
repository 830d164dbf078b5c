"""What is an article's own, so that what returns on other articles and stands among it is no clutter."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.memory.lesson import CELLS, LONG, WORDS
from mtcrawler.extraction.memory.paths import Chains, step_of

LISTS: Final = frozenset({"li", "ul", "ol", "dl", "blockquote"})
"""What without a class belongs to the text that it stands in."""
LINKED: Final = 0.5
"""The share of a line's characters in links from which it leads elsewhere, and heads nothing."""
STRONG: Final = 0.9
"""The share of a line's characters in bold type from which it may head a text."""
ASKING: Final = frozenset("?？؟:：")
"""What a line ends with that heads a text: a question, or what is answered below."""


class OwnText:
    """What of a page the model takes for the article's and no other article has.

    `returns` tells of a segment, by its number, whether other articles have its text.
    """

    def __init__(
        self, page: Observation, likely: NDArray[np.float64], chains: Chains, returns: Callable[[int], bool]
    ) -> None:
        self._page, self._chains = page, chains
        self._taken = frozenset(np.flatnonzero(likely >= LIKELY).tolist())
        self._own = [index for index in sorted(self._taken) if self._tells(index) and not returns(index)]
        self._holders = {page.holders[index] for index in self._own}
        self._places = {self._place(index) for index in self._own}

    def holds(self, index: int) -> bool:
        """Whether the model takes this segment, and it stands in such an element as the article's own text."""
        return index in self._taken and (
            self._page.holders[index] in self._holders or self._place(index) in self._places
        )

    def among(self, found: Collection[int]) -> set[int]:
        """Which of these segments are the article's own for where they stand.

        Between two texts of the article, in a list with lines of its own, or as a heading over its text. At the edges,
        and in boxes of their own, they are not.
        """
        kept = self._headings(found)
        for index in found:
            if self.holds(index):
                in_list = self._page.segments[index].element.tag == "li" and self._page.holders[index] in self._holders
                if in_list or self._own[0] < index < self._own[-1]:
                    kept.add(index)
        return kept

    def _tells(self, index: int) -> bool:
        """Whether a segment may be part of what the article tells: not its headline, and no cell."""
        page = self._page
        is_cell = page.segments[index].element.tag in CELLS
        return index > page.headline and len(page.words[index]) >= WORDS and not is_cell

    def _place(self, index: int) -> str:
        """The chain of what holds a segment; a list without a class belongs to the text around it."""
        holder: HtmlElement = self._page.holders[index]
        for above in holder.iterancestors():
            if holder.tag not in LISTS or step_of(holder) != holder.tag:
                break
            holder = above
        return self._chains.of(holder)

    def _headings(self, found: Collection[int]) -> set[int]:
        """The headings among these under which text of the article stands: as "What we know", they are its own."""
        kept: set[int] = set()
        own = set(self._own)
        heading: int | None = None
        for index, segment in enumerate(self._page.segments):
            if segment.element.tag in HEADINGS or (index in found and self._heads(index)):
                heading = index if index in found else None
            elif heading is not None and index in own:
                kept.add(heading)
                heading = None
            elif index in found:
                heading = None
        return kept

    def _heads(self, index: int) -> bool:
        """Whether a segment is a short line that may head what follows it."""
        segment = self._page.segments[index]
        is_short = len(self._page.words[index]) < LONG and segment.linked <= LINKED
        is_marked = segment.strong >= STRONG or segment.text.rstrip()[-1:] in ASKING
        return is_short and (is_marked or self.holds(index))
