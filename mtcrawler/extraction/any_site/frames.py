"""What frames words of a story: lists, tables, quotes and asides, and which of them are no frame at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.blocks.embeds import poster
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.markup.lists import LISTS
from mtcrawler.markup.text import inline_text

FRAMES: Final = LISTS | {"table", "blockquote", "aside"}
ALMOST_ALL: Final = 0.9
"""Of the chosen text: the smallest element that holds so much of it is the article's."""
_BLOCKS: Final = ("h1", "h2", "h3", "h4", "h5", "h6", "figure", "img", "table", "blockquote", "iframe", "picture")
_SHOWN: Final = ("img", "amp-img", "picture", "table", "blockquote", "video", "iframe", "noscript")
_CELL: Final = 160  # characters: what is longer in every cell is laid out by a table, not tabulated
_ROWS: Final = 400
_ITEM_PARAGRAPHS: Final = 1
_BOXES: Final = frozenset({"div", "section"})
_ASIDE: Final = re.compile(
    r"^(?!(?:has|with|no|without|is|and)[-_])(?:[\w-]{0,60}[-_])?(?:aside|info-?box|fact-?box|fakten-?box|fakta-?(?:box|ruta|boks)"
    r"|infokasten|encadre)$",
    re.IGNORECASE,
)
"""What classes call a box of facts, each by itself; those of a page that has one are none."""
_NAMES: Final = 8
SPEAKER: Final = 160
"""Characters of a line that says who is quoted."""
CITES: Final = 40
"""Quotes in one element whose speakers are looked for."""
_CLIMB: Final = 25  # elements above a picture
_AGAINST: Final = tuple(
    """
    related recommend recirc promo teaser newsletter sidebar author comment share social advert sponsor most-read
    popular avatar logo outbrain taboola
    """.split()
)
_OUTSIDE: Final = frozenset("aside nav footer header".split())


class Frames:
    """The frames of the chosen segments; one that holds most of their text is the story's own container."""

    def __init__(self, chosen: Sequence[Segment], mostly: float) -> None:
        self._above = held_in(chosen)
        total = sum(len(segment.text) for segment in chosen)
        self._trunk = {element for element, size in self._above.items() if size > mostly * total}
        inner = [one for one in self._above if one in self._trunk and one.tag != "p"]  # the innermost first
        self._part = min(inner, key=lambda one: self._above[one], default=None)
        self._whole = {one for one in self._trunk if is_frame(one) and self._above[one] > 400}
        # A list of most of the words is still a list where some stand around it.
        self._whole -= {one for one in self._whole if self._above[one] < ALMOST_ALL * total and is_plain_list(one)}
        self._known: dict[HtmlElement, HtmlElement | None] = {}

    def of(self, element: HtmlElement) -> HtmlElement | None:
        """The outermost frame around an element that is not the whole story, or None."""
        way: list[HtmlElement] = []
        above: HtmlElement | None = element
        while above is not None and above not in self._known and above not in self._whole:
            way.append(above)
            above = above.getparent()
        found = self._known.get(above) if above is not None else None
        for inner in reversed(way):
            found = found if found is not None or not is_frame(inner) else inner
            self._known[inner] = found
        return found

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element stands in the smallest part of the page that holds most of the story."""
        return self._part is not None and any(above is self._part for above in _climb(element))

    def elsewhere(self, element: HtmlElement) -> bool:
        """Whether an element stands in a box that is none of the story's."""
        for above in _climb(element):
            if above in self._trunk:
                return False
            names = f"{above.get('class') or ''} {above.get('id') or ''}".lower()
            if (above.tag in _OUTSIDE and above not in self._above) or any(word in names for word in _AGAINST):
                return True
        return False

    def caption(self, table: HtmlElement) -> HtmlElement | None:
        """The caption of the figure that a table stands in."""
        figure = next((above for above in table.iterancestors("figure")), None)
        return figure.find(".//figcaption") if figure is not None else None

    def speaker(self, quote: HtmlElement) -> HtmlElement | None:
        """Who said what is quoted, where the quote names nobody: a cite right after it, or its figure's caption."""
        if next(quote.iterdescendants("cite", "footer"), None) is not None:
            return None
        beside = quote.getnext()
        return beside if beside is not None and beside.tag == "cite" else self.caption(quote)


def is_frame(element: HtmlElement) -> bool:
    """Whether an element frames words that are one block."""
    return element.tag in FRAMES or is_aside(element)


def is_aside(element: HtmlElement) -> bool:
    """Whether an element is a box beside the story, by its tag, or by a class if it holds nothing but words."""
    if element.tag == "aside":
        return True
    names = element.get("class") if element.tag in _BOXES else None
    if names is None or not any(_ASIDE.search(name) for name in names.split()[:_NAMES]):
        return False
    return next(element.iterdescendants(*_BLOCKS, *LISTS), None) is None


def held_in(segments: Sequence[Segment]) -> Counter[HtmlElement]:
    """How many characters of these segments each element of the page holds; those that hold none are left out."""
    held: Counter[HtmlElement] = Counter()
    for segment in segments:
        held[segment.element] += len(segment.text)
    if segments:
        # Each element is passed once, whatever the page's depth.
        for element in reversed(list(segments[0].element.getroottree().getroot().iter("*"))):
            if element in held and (above := element.getparent()) is not None:
                held[above] += held[element]
    return held


def smallest_around(segments: Sequence[Segment], root: HtmlElement) -> HtmlElement:
    """The smallest element around almost all text of these segments, the innermost of several."""
    held, total = held_in(segments), sum(len(segment.text) for segment in segments)
    order = {element: at for at, element in enumerate(root.iter("*"))}
    around = (one for one, size in held.items() if size >= ALMOST_ALL * total)
    return min(around, key=lambda one: (held[one], -order.get(one, 0)), default=root)


def is_caption(element: HtmlElement) -> bool:
    """Whether an element is the caption of a figure, which goes with what the figure shows."""
    if not any(above.tag == "figcaption" for above in (element, *islice(element.iterancestors(), 3))):
        return False
    figure = next(element.iterancestors("figure"), None)
    return figure is not None and next(figure.iterdescendants(*_SHOWN), None) is not None


def is_speaker(segment: Segment) -> bool:
    """Whether a segment is the cite right after a quote, which goes with the quote."""
    if len(segment.text) > SPEAKER:
        return False
    element = segment.element
    cites = [element] if element.tag == "cite" else islice(element.iterchildren("cite"), CITES)
    after = (one for one in cites if (quote := one.getprevious()) is not None and quote.tag == "blockquote")
    return any(inline_text(one) == segment.text for one in after)


def is_data_table(table: HtmlElement) -> bool:
    """Whether a table tabulates; one that lays the page out has other blocks or long texts in its cells."""
    if next(table.iterdescendants("table", "h1", "h2", "form"), None) is not None:
        return False
    rows = list(islice(table.iter("tr"), _ROWS))
    widths = [sum(1 for cell in row if cell.tag in {"td", "th"}) for row in rows]
    if not rows or max(widths) < 2:
        return False
    if next(table.iterdescendants("th", "caption"), None) is not None:
        return True
    cells = [cell for row in rows for cell in row if cell.tag == "td"]
    long = sum(len(cell.text_content().strip()) > _CELL for cell in cells)
    return len(rows) > 1 and long * 4 <= len(cells)


def is_telling(frame: HtmlElement) -> bool:
    """Whether what frames words tells by itself that they are the story's: a table with a head, or a quote."""
    if frame.tag == "blockquote":
        return poster(frame) is None
    return frame.tag == "table" and next(frame.iter("th"), None) is not None and is_data_table(frame)


def is_plain_list(outer: HtmlElement) -> bool:
    """Whether a list holds nothing but words; one of headings, pictures or paragraphs is an article in parts."""
    if outer.tag not in LISTS:
        return False
    if next(outer.iterdescendants(*_BLOCKS), None) is not None:
        return False
    return all(sum(1 for _ in item.iter("p")) <= _ITEM_PARAGRAPHS for item in outer.iter("li"))


def _climb(element: HtmlElement) -> list[HtmlElement]:
    return list(islice(element.iterancestors(), _CLIMB))
