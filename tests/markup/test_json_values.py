"""Laws of the JSON that pages carry: what is wrong in it costs itself alone."""

from __future__ import annotations

import pytest

from mtcrawler.api import read as read_page
from mtcrawler.markup.json_values import read, read_first


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'{"name": "Ida \ud83d"}', {"name": "Ida ?"}),
        (r'["\uDE00 Ida", 1]', ["? Ida", 1]),
        (r'["\ud83d\ude00", "\\ud83d"]', ["\U0001f600", "\\ud83d"]),
    ],
)
def test_half_a_letter_becomes_a_question_mark(text: str, value: object) -> None:
    """Half of an emoji is replaced, a whole one and the spelling of one stay, wherever the JSON begins."""
    assert read(text) == value
    assert read_first(f"x = {text};", 4) == value


def test_half_a_letter_in_a_name_costs_no_page() -> None:
    """A page whose declared author ends in half an emoji is read, and what was read can be written as JSON."""
    told = r'{"@type": "NewsArticle", "headline": "The ice holds", "author": {"name": "Ida Berg \ud83d"}}'
    text = "<p>The ice on the lake holds until March, said the warden of the hut on Monday.</p>" * 4
    head = f"<title>The ice holds</title><script type='application/ld+json'>{told}</script>"
    page = f"<html lang=en><head>{head}</head><body><article><h1>The ice holds</h1>{text}</article></body></html>"
    assert read_page(page, "https://paper.example/2026/11/20/ice").model_dump_json()
