"""A page as the model looks at it: its segments with their words and surroundings, and what it is about."""

from __future__ import annotations

from collections.abc import Container, Iterable
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.body.declared_text import declared_in
from mtcrawler.extraction.body.segments import Segment, segments_of
from mtcrawler.extraction.body.surroundings import Ancestry
from mtcrawler.extraction.body.words import words_of
from mtcrawler.markup.lists import LISTS

NEAR: Final = 3
"""Elements around a text in which a quotation is looked for, or a block of code."""
NAME: Final = 3
"""Words of a name, of a paper or a section; the titles of its pages hold it, too, and a story's are longer."""
HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_ASKS: Final = ("?", "？", "؟", "⸮", ";", "՞")
_ITEMS: Final = frozenset("li dt dd".split())
_CELLS: Final = frozenset("td th".split())
_PART_OF_ITS_CONTAINER: Final = frozenset("p li blockquote figcaption pre dd dt td th".split()) | HEADINGS.keys()


class Observation:
    """The segments of a page in order, and for each its words, its surroundings and the element that holds it.

    `titles` and `descriptions` are what the page is said to be about, `declared` the text that it declares;
    `weights` are those of the words, None while they are being learned. `lift` is what the model adds to the sums of
    all texts, as words and names speak against every one of them.
    """

    def __init__(
        self,
        root: HtmlElement,
        titles: Iterable[str],
        descriptions: Iterable[str],
        weights: list[float] | None = None,
        withheld: Container[HtmlElement] = frozenset(),
        declared: str = "",
    ) -> None:
        found = segments_of(root, withheld)
        self.segments: list[Segment] = found.texts
        self.media = found.media
        ancestry = Ancestry(weights)
        self.around = [ancestry.of(segment.element) for segment in self.segments]
        self.words = [words_of(segment.text) for segment in self.segments]
        self.plain = [" ".join(words) for words in self.words]
        self.holders = [_holder(segment.element) for segment in self.segments]
        self.titles = {plain for title in titles if (plain := " ".join(words_of(title)))}
        self.descriptions = {plain for text in descriptions if (plain := " ".join(words_of(text)))}
        self.declared = declared_in(declared, self.words)
        self.headline = self._headline()
        self.lift = 0.0

    def _headline(self) -> int:
        """The number of the segment that is the headline, -1 where there is none.

        A short heading of the first level may be the paper's name: then a lower one that says what a title says is it.
        """
        tops = [index for index, segment in enumerate(self.segments) if segment.element.tag == "h1"]
        named = [
            index for index, plain in enumerate(self.plain) if plain in self.titles and len(self.words[index]) > NAME
        ]
        for index in tops:
            plain = self.plain[index]
            if plain and any(plain in title or title in plain for title in self.titles):
                lower = [one for one in named if self.is_heading(one)] if len(self.words[index]) <= NAME else []
                return (lower or [index])[0]
        return (named or tops or [-1])[0]

    def is_heading(self, index: int) -> bool:
        """Whether a segment is a heading."""
        return self.segments[index].element.tag in HEADINGS

    def is_quoted(self, index: int) -> bool:
        """Whether a segment stands in a quotation that is marked as one."""
        return self._stands_in("blockquote", index)

    def is_code(self, index: int) -> bool:
        """Whether a segment is a block of code, or of what else is shown as it was typed."""
        return self._stands_in("pre", index)

    def _stands_in(self, tag: str, index: int) -> bool:
        element = self.segments[index].element
        return any(one.tag == tag for one in (element, *islice(element.iterancestors(), NEAR)))

    def may_return(self, index: int) -> bool:
        """Whether a text may stand in one flow more than twice: a question, an item of a list, a cell of a table."""
        element = self.segments[index].element
        if element.tag in _CELLS or {element.tag, self.holders[index].tag} & _ITEMS:
            return True
        return self.segments[index].text.rstrip("\"'”’»«“ \xa0").endswith(_ASKS)

    def are_in_one_flow(self, index: int, other: int) -> bool:
        """Whether two segments follow each other in one element, or in blocks of one sort that stand side by side."""
        one, two = self._block(index), self._block(other)
        if one is two:
            return True
        if one is None or two is None or one.getparent() is not two.getparent():
            return False
        return bool(one.tag == two.tag and one.get("class") == two.get("class"))

    def _block(self, index: int) -> HtmlElement | None:
        """The holder of a segment; of a list's item that of the list, as a list belongs to the text around it."""
        holder = self.holders[index]
        while holder is not None and holder.tag in LISTS:
            holder = holder.getparent()
        return holder


def _holder(element: HtmlElement) -> HtmlElement:
    """What a segment's neighbours stand in, too: of a paragraph its parent."""
    above = element.getparent() if element.tag in _PART_OF_ITS_CONTAINER else None
    return element if above is None else above
