"""Laws of boxes: those beside a story, and those of pictures that stand side by side."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.model.article import Aside, Block, ImageBlock, Paragraph
from tests.extraction.any_site.pages import STORY, URL, page, paragraphs

FACTS = (
    "The lamp of Ostervik was lit in 1874, after nine boats had been lost off the point in one winter, and has burned "
    "every night since.",
    "Its oil comes by boat from the south twice a year, and the keeper pays for what is spilled on the stairs of the "
    "tower from her own purse.",
)


def between(markup: str) -> list[Block]:
    """What stands between the third and the fourth paragraph of the story."""
    story = [Paragraph(text=text) for text in STORY]
    found = read_page(page(paragraphs(STORY[:3]) + markup + paragraphs(STORY[3:])), URL).body
    return [block for block in found if block not in story]


@pytest.mark.parametrize("name", ["story__aside", "aside", "factbox", "InfoBox wide"])
def test_a_class_may_call_a_box_an_aside(name: str) -> None:
    """A box of words that a class calls an aside or a box of facts is one block, as an `aside` element is."""
    assert between(f'<div class="{name}">{paragraphs(FACTS)}</div>') == [Aside(text="\n\n".join(FACTS))]


@pytest.mark.parametrize("name", ["has-aside", "with-infobox", "asides-of-the-day", "columns"])
def test_what_only_has_an_aside_is_none(name: str) -> None:
    """A class that says that a part of the page has an aside makes no aside of it."""
    assert between(f'<div class="{name}">{paragraphs(FACTS)}</div>') == [Paragraph(text=text) for text in FACTS]


def test_a_picture_without_words_takes_none_of_its_neighbours() -> None:
    """Of pictures side by side in one box the one without a caption has none, and the other keeps its own."""
    first = '<div class="slide"><img src="/pictures/lamp-at-dusk.jpg"></div>'
    second = (
        '<div class="slide"><img src="/pictures/stairs-of-iron.jpg">'
        '<span class="caption">The stairs of the tower in May.</span></div>'
    )
    found = between(f'<div class="slides">{first}{second}</div>')
    assert [one.caption for one in found if isinstance(one, ImageBlock)] == [None, "The stairs of the tower in May."]
