"""Laws of the JSON that pages carry: what is wrong in it costs itself alone."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from mtcrawler.api import read as read_page
from mtcrawler.markup.json_values import MENDED, mended, nodes_of, read, read_first


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2,], }', {"a": [1, 2]}),
        ('/* x */ {"a": "//b,]", // c\n"b": "/* d */"}', {"a": "//b,]", "b": "/* d */"}),
        ("{&quot;a&quot;: &quot;b &amp;amp; c&quot;}", {"a": "b &amp; c"}),
        ('{"a": "&quot;b&quot;",}', {"a": "&quot;b&quot;"}),
        ('{"a": 1} {"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": "he said "no" today", "b": 2}', {"a": 'he said "no" today', "b": 2}),
        (r"""{"a": "it\'s \u00e9"}""", {"a": "it's é"}),
        (r'{"a": "C:\dir \U0001F600",}', {"a": r"C:\dir \U0001F600"}),
        ('<![CDATA[ {"a": 1,} ]]>', {"a": 1}),
        ('\ufeff{\xa0"a": 1}}', {"a": 1}),
    ],
)
def test_what_is_nearly_json_is_read(text: str, value: object) -> None:
    """Comments, commas, escapes, quotes and blanks that JSON does not allow cost nothing, and no string changes."""
    assert mended(text) == value


@pytest.mark.parametrize(
    "text", ["", "window.x = {}", '{"a": "b', '{"a" "b"}', '{"a": 1} and words', "[" * 90 + "]" * 90 + ","]
)
def test_what_is_no_json_stays_none(text: str) -> None:
    """Where more is wrong nothing is made up."""
    with pytest.raises(ValueError, match=r"."):
        mended(text)


@pytest.mark.parametrize(
    "bad", ['"\\"', '"x', "/*", "//", ",", ", ", "\\", "[", '{"a":', '{"a":1} ', '" ', "&quot;", "\ufeff"]
)
def test_mending_takes_no_longer_than_the_script_is(bad: str) -> None:
    """Whatever a script repeats, it is mended or given up within its length's time."""
    began = time.process_time()
    with suppress(ValueError):
        mended(bad * (MENDED // len(bad)))
    assert time.process_time() - began < 2


def test_a_page_s_scripts_are_mended_up_to_a_length() -> None:
    """However many scripts of a page are no JSON, so many characters of them are mended, and the others passed over."""
    nearly = '{"a": "%s",}' % ("x" * (MENDED // 3))
    assert len(nodes_of([nearly] * 9)) == 2
    assert len(nodes_of([nearly] * 9 + ['{"b": 1}'])) == 3
