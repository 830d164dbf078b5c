"""Pages that say no character set, and are in none that a Western reader would guess."""

from __future__ import annotations

import pytest

from mtcrawler.fetch.browser.charset import true_charset

CHINESE = "海港市议会经过近五个小时的讨论，决定让老灯塔的灯继续亮下去。坐在后排的渔民看到图纸都笑了。"
TAIWAN = "海港市議會經過近五個小時的討論，決定讓老燈塔的燈繼續亮下去。坐在後排的漁民看到圖紙都笑了。"
RUSSIAN = "Городской совет после пяти часов споров решил, что старый маяк будет гореть и дальше.."
FRENCH = "Le phare restera allumé, a décidé le conseil après cinq heures de débat; les pêcheurs ont ri."


@pytest.mark.parametrize(
    ("text", "charset"), [(CHINESE, "gb18030"), (TAIWAN, "big5"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")]
)
def test_a_page_that_says_no_character_set_is_read_by_its_letters(text: str, charset: str) -> None:
    """Old portals declare nothing, and what is assumed then is no set that has their letters."""
    body = f"<html><body><p>{text}</p><p>{text}</p><a href='/'>home</a></body></html>".encode(charset)
    found = true_charset(body, "cp1252")
    assert found is not None
    assert text in body.decode(found)


def test_western_letters_stay_western() -> None:
    """Letters with accents stand alone between others, and tell of no other set."""
    assert true_charset(f"<p>{FRENCH * 5}</p>".encode("cp1252"), "cp1252") is None


@pytest.mark.parametrize("around", ["\xa0" * 20, "—" * 60, "· " * 60, "¯" * 70, "ÉÈÀÊÇÔÙ" * 12])
def test_indents_rules_and_capitals_tell_of_no_other_letters(around: str) -> None:
    """However many signs that are not ASCII stand around a Western text, it is read as it was."""
    assert true_charset(f"<p>{around}{FRENCH}</p>".encode("cp1252") * 20, "cp1252") is None
