"""Laws of what a page says twice: a story repeats itself, and a page repeats a story for another screen."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.model.article import Heading, ListBlock, Paragraph, Quote
from tests.extraction.any_site.pages import STORY, URL, page, paragraphs

ASKED = "What would you say to a sailor who has lost sight of the lamp?"
PAIRS = tuple(zip(STORY[::2], STORY[1::2], strict=True))


def texts(inside: str) -> list[str | None]:
    return [getattr(block, "text", None) for block in read_page(page(inside), URL).body]


def test_what_the_storys_element_says_twice_is_said_twice() -> None:
    """A question that an interview asks of two people stays where it is asked again."""
    told = (ASKED, *STORY[:3], ASKED, *STORY[3:])
    assert texts(paragraphs(told)) == list(told)


def test_what_blocks_of_one_sort_say_twice_is_said_twice() -> None:
    """A paragraph stays where a block beside the one that said it before, and like it, says it again."""
    block = '<div class="block block--text">'
    told = f"{block}{paragraphs((ASKED, *STORY[:3]))}</div>{block}{paragraphs((ASKED, *STORY[3:]))}</div>"
    assert texts(told) == [ASKED, *STORY[:3], ASKED, *STORY[3:]]


def test_an_item_and_the_paragraph_after_its_list_may_say_the_same() -> None:
    """A list belongs to the text that it stands in: a paragraph after it that says what an item said stays."""
    items = f"<ul><li>The stairs need new iron before the ice comes.</li><li>{ASKED}</li></ul>"
    found = read_page(page(f"{paragraphs(STORY[:3])}{items}<p>{ASKED}</p>{paragraphs(STORY[3:])}"), URL).body
    assert isinstance(found[3], ListBlock)
    assert found[3].items[-1] == ASKED
    assert found[4] == Paragraph(text=ASKED)


@pytest.mark.parametrize("times", [3, 4])
def test_what_the_storys_element_says_three_times_is_said_once(times: int) -> None:
    """A line that a story has between its paragraphs again and again is clutter, and stays where it stands first."""
    offer = "The harbour office has maps of all lights along this coast."
    told = [text for one in STORY[1 : 1 + times] for text in (one, offer)]
    found = texts(paragraphs((STORY[0], *told, *STORY[1 + times :])))
    assert found == [*STORY[:2], offer, *STORY[2:]]


def test_a_plan_says_its_lines_each_day() -> None:
    """Where many different lines return day after day, as in a plan of watches, each stays."""
    lines = [f"Climb the tower {hour} minutes before the lamp is lit" for hour in ("ten", "twenty", "thirty")]
    told = [text for one in STORY for text in (one, *lines)]
    assert texts(paragraphs(tuple(told))) == told


def test_questions_and_items_may_return() -> None:
    """What an interview asks of three people, and what three items of its lists say, stays each time."""
    item = "The stairs of the tower need new iron before the ice comes."
    told = "".join(f"<p>{ASKED}</p><p>{one}</p><ul><li>{other}</li><li>{item}</li></ul>" for one, other in PAIRS)
    found = read_page(page(told), URL).body
    assert [block.text for block in found if isinstance(block, Paragraph)].count(ASKED) == len(PAIRS)
    assert [block.items[-1] for block in found if isinstance(block, ListBlock)] == [item] * len(PAIRS)


@pytest.mark.parametrize("other", ['class="for-phones"', 'class="story-text for-phones"'])
def test_a_twin_for_another_screen_is_left_out(other: str) -> None:
    """A story that a page holds twice, once for phones in an element of another name, is told once."""
    twins = f'<div class="story-text">{paragraphs()}</div><div {other}>{paragraphs()}</div>'
    assert texts(twins) == list(STORY)


@pytest.mark.parametrize("first", [True, False])
def test_a_pull_quote_repeats_a_paragraph(first: bool) -> None:
    """A quotation that is marked as one stays beside the paragraph that says it, too, before it or after it."""
    pulled = f'<div class="pulled"><blockquote>{STORY[1]}</blockquote></div>'
    at = 1 if first else 3
    found = read_page(page(paragraphs(STORY[:at]) + pulled + paragraphs(STORY[at:])), URL).body
    assert found[at] == Quote(text=STORY[1])
    assert [block.text for block in found if isinstance(block, Paragraph)] == list(STORY)


def test_a_cite_after_a_quote_says_who_is_quoted() -> None:
    """A cite that stands beside the quote and not in it is the quote's, and no paragraph."""
    said = "No beacon ever poured a sailor his coffee, as this lamp did."
    cited = f'<div class="pulled"><blockquote>{said}</blockquote>\n<cite>– Ingrid Solheim</cite></div>'
    found = read_page(page(paragraphs(STORY[:3]) + cited + paragraphs(STORY[3:])), URL).body
    assert found[3] == Quote(text=said, cite="Ingrid Solheim")
    assert [block.text for block in found if isinstance(block, Paragraph)] == list(STORY)


def test_of_a_subtitle_that_opens_the_text_again_the_paragraph_stays() -> None:
    """Where a heading under the headline and the first paragraph say the same, it is said once, as a paragraph."""
    found = read_page(page(f"<h2>{STORY[0]}</h2>{'<div>Nov. 20, 2026</div>'}<div>{paragraphs()}</div>"), URL).body
    assert not any(isinstance(block, Heading) for block in found)
    assert found[0] == Paragraph(text=STORY[0])


def test_a_heading_and_two_twins_are_told_once() -> None:
    """Where a subtitle is the first paragraph of a story that a page holds twice, each paragraph is told once."""
    twins = (
        f'<div class="for-desks"><div>{paragraphs()}</div></div><div class="for-phones"><div>{paragraphs()}</div></div>'
    )
    assert texts(f"<h2>{STORY[0]}</h2>{twins}") == list(STORY)
