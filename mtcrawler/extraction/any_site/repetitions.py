"""Words of a body that are said in other fields, too: the headline, and what is written with pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final, TypeVar

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.surroundings import FIGURE
from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.handmade.ends import with_ends_trimmed
from mtcrawler.markup.dates import stated
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Block, Heading, Image, ImageBlock, Paragraph

TELLING: Final = 4
"""Words of a caption; shorter ones may begin a paragraph by chance."""
DATES: Final = 8
"""Elements among which a date before the first paragraph is looked for."""
DATE: Final = 40
SURE: Final = 0.9
"""The probability of a segment from which it is a paragraph of the story, however near a picture it stands."""
LINKED: Final = 0.5
"""The share of a segment's characters in links from which it may be another story's title, at that one's picture."""
Picture = TypeVar("Picture", Image, ImageBlock)
_DATED: Final = re.compile(r"(?i)date|time|datum|fecha")
BESIDE: Final = 6
"""Words that a line may have beside a caption and its credit: the word before the credit, a counter."""


def paragraphs_among(seen: Observation, likely: NDArray[np.float64], chosen: Iterable[int]) -> frozenset[str]:
    """The words of each chosen segment that is the story's for sure, leads nowhere else, and is in no figure."""
    sure = (index for index in chosen if likely[index] >= SURE and not seen.around[index].places & FIGURE)
    segments = ((index, seen.segments[index]) for index in sure)
    return frozenset(
        seen.plain[index] for index, one in segments if one.linked < LINKED and not _is_called_caption(one.element)
    )


def _is_called_caption(element: HtmlElement) -> bool:
    """Whether a class says that it is the caption of a picture, as systems do that know no figures."""
    return any("caption" in (above.get("class") or "") for above in (element, *islice(element.iterancestors(), 2)))


def with_caption_apart(picture: Picture, paragraphs: frozenset[str]) -> Picture:
    """The picture without a caption that is a paragraph of the story."""
    is_paragraph = " ".join(words_of(picture.caption or "")) in paragraphs
    return picture.model_copy(update={"caption": None}) if is_paragraph else picture


def cleared(
    blocks: list[Block],
    headline: str | None,
    lead: Image | None,
    paragraphs: frozenset[str],
    near: HtmlElement | None,
    *,
    bare: bool,
) -> list[Block]:
    """The blocks without what other fields say: the headline, captions, date and byline, and what closes a text."""
    blocks = without_dateline(without_repetitions(blocks, headline, lead, paragraphs), near)
    return with_ends_trimmed(blocks, headline, bare=bare)


def without_repetitions(
    blocks: list[Block], headline: str | None, lead: Image | None, paragraphs: frozenset[str] = frozenset()
) -> list[Block]:
    """The blocks without lines that repeat the headline, or a caption with its credit; `paragraphs` are no captions."""
    title = words_of(headline or "")
    blocks = [with_caption_apart(one, paragraphs) if isinstance(one, ImageBlock) else one for one in blocks]
    pictures: list[Image | ImageBlock] = [block for block in blocks if isinstance(block, ImageBlock)]
    captions = list(_captions([*pictures, *([lead] if lead else [])]))
    return [
        block for block in blocks if not (isinstance(block, Paragraph | Heading) and _is_said(block, title, captions))
    ]


def without_dateline(blocks: list[Block], near: HtmlElement | None) -> list[Block]:
    """The blocks without a date that stands in the line of the first paragraph, and in an element that is named so.

    A line break or a separator follows it, or the text without a space; else it is a part of the sentence.
    """
    if near is None or not blocks or not isinstance(first := blocks[0], Paragraph):
        return blocks
    for element in islice(near.iter("time", "span", "small", "em", "i", "b", "font"), DATES):
        said = " ".join(inline_text(element).split())
        named = element.tag == "time" or _DATED.search(element.get("class") or "")
        if named and len(said) <= DATE and first.text.startswith(said) and stated(said) is not None:
            rest = first.text.removeprefix(said)
            if not (text := rest.lstrip(" \n.:|/·•–—-")):
                return blocks[1:]
            if rest[0].isalnum() or (len(text) < len(rest.lstrip(" "))):
                return [first.model_copy(update={"text": text}), *blocks[1:]]
    return blocks


def _captions(pictures: Iterable[Image | ImageBlock]) -> Iterable[tuple[list[str], int]]:
    """The words of each caption, and how many a line of it may have."""
    for picture in pictures:
        words = words_of(picture.caption or "")
        if len(words) >= TELLING:
            yield words, len(words) + len(words_of(picture.credit or "")) + BESIDE


def _is_said(block: Paragraph | Heading, title: list[str], captions: list[tuple[list[str], int]]) -> bool:
    words = words_of(block.text)
    if isinstance(block, Heading) and words == title:
        return True
    return any(len(words) <= most and words[: len(caption)] == caption for caption, most in captions)
