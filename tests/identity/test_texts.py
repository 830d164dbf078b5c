"""Cleaned words: what was seen in newsroom copy and must not reach a reader."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.identity.texts import INVISIBLE, SPACES, clean

AWKWARD = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(INVISIBLE + SPACES + "e\u0301\u0306и\ud83d")))


@given(AWKWARD)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """What is clean stays as it is."""
    assert clean(clean(text)) == clean(text)


@given(AWKWARD)
def test_clean_text_can_be_stored(text: str) -> None:
    """Clean text is NFC, holds nothing invisible or unbreakable, and can be written as UTF-8."""
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set(INVISIBLE + SPACES)
    assert cleaned.encode().decode() == cleaned


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_plain_text_is_left_alone(text: str) -> None:
    """Nothing is done to what needs nothing: spaces and line breaks are the extractor's business."""
    assert clean(text) == text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("Mos\u00adcow", "Moscow"),
        ("5\u00a0000\u202fkm\u2007", "5 000 km "),
        ("\ufeffzero\u200bwidth\u2060", "zerowidth"),
        ("e\u00ad\u0301", "é"),
        ("и\u0306", "й"),
        ("👩\u200d🚒", "👩🚒"),
        ("half \ud83d of a pair", "half  of a pair"),
    ],
)
def test_each_oddity(raw: str, cleaned: str) -> None:
    """Each character of the contract's list becomes what the contract says."""
    assert clean(raw) == cleaned
