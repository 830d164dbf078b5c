"""The chosen segments and what stands between them, as typed blocks in page order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.any_site.frames import (
    Frames,
    held_in,
    is_aside,
    is_caption,
    is_data_table,
    is_plain_list,
    is_speaker,
    is_telling,
)
from mtcrawler.extraction.blocks.block_reader import BlockReader
from mtcrawler.extraction.blocks.embeds import embed
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.segments import UNSEEN_CLASSES, Medium
from mtcrawler.extraction.metadata.pictures.candidates import in_noscript, picture_of
from mtcrawler.extraction.metadata.pictures.wording import IMAGES
from mtcrawler.extraction.pleas.pleas import Pleas
from mtcrawler.markup.lists import read_list, read_rows
from mtcrawler.markup.text import inline_text, is_unseen
from mtcrawler.model.article import Aside, Block, Heading, ImageBlock, ListBlock, Paragraph, Quote, Table

NEAR: Final = 6  # segments from a picture to the story's text on both sides
CLOSE: Final = 3  # segments from a table or a quote to the story's text on both sides
TELLING: Final = 20  # characters that two texts do not share by chance
LEADING: Final = 8  # segments from a picture above the story to its first words
_MOSTLY: Final = 0.6  # of the chosen text: an aside or a quote that holds so much of it is the story itself


class Assembly:
    """Makes the blocks of one page; `chosen` are the numbers of the segments that are the article's, `pleas` none."""

    def __init__(self, page: Observation, chosen: Sequence[int], base: str, pleas: Pleas) -> None:
        self._page, self._base, self._pleas = page, base, pleas
        self._chosen = set(chosen)
        self._blocks: list[Block] = []
        self._done: set[HtmlElement] = set()
        self._asides: dict[HtmlElement, list[str]] = defaultdict(list)
        self._frames = Frames([page.segments[index] for index in chosen], _MOSTLY)
        self._addresses: set[str] = set()
        self._chosen |= self._between()

    def blocks(self) -> list[Block]:
        """The blocks in page order."""
        if not self._chosen:
            return []
        media = [medium for medium in self._page.media if self._belongs(medium)]
        at = 0
        for index in sorted(self._chosen):
            while at < len(media) and media[at].before <= index:
                self._medium(media[at].element)
                at += 1
            self._segment(index)
        for medium in media[at:]:
            self._medium(medium.element)
        return self._blocks

    def _between(self) -> set[int]:
        """What tables with a head and quotes say between paragraphs of the story, though each piece alone tells little.

        A quote that repeats a paragraph's words is none.
        """
        segments, found, pleas = self._page.segments, set[int](), frozenset(self._pleas.segments)
        framed: dict[HtmlElement, list[int]] = defaultdict(list)
        for index, segment in enumerate(segments):
            if index in pleas:
                continue
            if index not in self._chosen and (frame := self._frames.of(segment.element)) is not None:
                framed[frame].append(index)
        for frame, inside in framed.items():
            near = range(max(0, inside[0] - CLOSE), inside[0]), range(inside[-1] + 1, inside[-1] + 1 + CLOSE)
            if not is_telling(frame) or self._frames.elsewhere(frame) or not self._frames.holds(frame):
                continue
            if all(any(index in self._chosen for index in side) for side in near) and not self._is_repeated(inside):
                found.update(inside)
        return found

    def _is_repeated(self, inside: list[int]) -> bool:
        """Whether a paragraph of the story says the longest of these segments, too."""
        longest = max((self._page.plain[index] for index in inside), key=len)
        if len(longest) < TELLING:
            return False
        return any(longest in self._page.plain[index] for index in self._chosen)

    def _segment(self, index: int) -> None:
        segment = self._page.segments[index]
        outer = self._frames.of(segment.element)
        if (outer is not None and outer in self._done) or is_caption(segment.element) or is_speaker(segment):
            return
        if outer is None or not self._framed(outer):
            text = segment.text
            if level := HEADINGS.get(segment.element.tag):
                self._blocks.append(Heading(level=level, text=" ".join(text.split())))
            else:
                self._blocks.append(Paragraph(text=text))
        else:
            self._done.add(outer)

    def _framed(self, outer: HtmlElement) -> bool:
        """Take all of a list, a table, a quote or an aside at once; false where its contents are better taken each."""
        before = len(self._blocks)
        if outer.tag == "blockquote":
            reader = BlockReader(self._base, _unseen)
            quoted = reader.quote(outer, self._frames.speaker(outer))
            self._blocks += [block for block in quoted if isinstance(block, Quote)]  # pictures are taken on their own
        elif outer.tag == "table":
            if is_data_table(outer):
                self._table(outer)
        elif is_aside(outer):
            self._aside(outer)
            return True
        elif is_plain_list(outer):
            parts = read_list(outer, self._left_out(outer), lambda inner: False)
            self._blocks += [part for part in parts if isinstance(part, ListBlock)]
        return len(self._blocks) > before

    def _table(self, outer: HtmlElement) -> None:
        captions = [outer.find("caption"), self._frames.caption(outer)]
        said = [text for one in captions if one is not None and (text := inline_text(one, _unseen))]
        if rows := read_rows(outer, _unseen):
            self._blocks += [*(Paragraph(text=text) for text in said), Table(rows=rows)]

    def _aside(self, outer: HtmlElement) -> None:
        inside = set(outer.iter())
        segments = [
            segment
            for index, segment in enumerate(self._page.segments)
            if index in self._chosen and segment.element in inside
        ]
        if any(segment.element.tag not in HEADINGS for segment in segments):
            self._blocks.append(Aside(text="\n\n".join(segment.text for segment in segments)))

    def _left_out(self, outer: HtmlElement) -> _Skip:
        """What of a list is not the article's: its items whose every segment was left out."""
        return _Skip({item for item in outer.iter("li") if item not in self._held})

    @cached_property
    def _held(self) -> Mapping[HtmlElement, int]:
        return held_in([self._page.segments[index] for index in sorted(self._chosen)])

    def _belongs(self, medium: Medium) -> bool:
        """Whether a picture or an embed stands in the story: between its words, or right above its first ones."""
        number = len(self._page.segments)
        around = range(medium.before - 1, max(-1, medium.before - 1 - NEAR), -1)
        above = any(index in self._chosen for index in around if 0 <= index < number)
        below_reach = NEAR if above else LEADING
        below = any(index in self._chosen for index in range(medium.before, min(number, medium.before + below_reach)))
        if not (below or (above and self._frames.holds(medium.element))):
            return False
        if not above and not self._frames.holds(medium.element):
            return False
        return not (self._frames.elsewhere(medium.element) or self._pleas.holds(medium.element))

    def _medium(self, element: HtmlElement) -> None:
        if known := embed(element, self._base):
            if known.provider:  # an address without a host shows nothing of anybody's
                self._blocks.append(known)
            return
        image: HtmlElement | None = element if element.tag in IMAGES else None
        if element.tag == "noscript":
            image = in_noscript(element)
            if image is not None and (shown := element.getprevious()) is not None and shown.tag in IMAGES:
                return  # the picture beside it has its address from here
        if image is None or (picture := picture_of(image, self._base)) is None or picture.url in self._addresses:
            return
        if image is not element:
            picture = _worded(picture, element, self._base)
        self._addresses.add(picture.url)
        self._blocks.append(picture)


class _Skip:
    """What is passed over while a list is read: what nobody sees, and these items."""

    def __init__(self, items: set[HtmlElement]) -> None:
        self._items = items

    def __call__(self, element: HtmlElement) -> bool:
        return element in self._items or _unseen(element)


def _worded(picture: ImageBlock, place: HtmlElement, base: str) -> ImageBlock:
    """A picture out of a noscript with the words that stand where that does."""
    from_place = picture_of(place, base) if place.tag in IMAGES else None
    return from_place or picture


def _unseen(element: HtmlElement) -> bool:
    return is_unseen(element) or not UNSEEN_CLASSES.isdisjoint((element.get("class") or "").split())
