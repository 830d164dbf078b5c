"""Targets: texts that are shown to people or judged by their words, wherever they come from."""

from __future__ import annotations

import json
import unicodedata
from zoneinfo import ZoneInfo

from mtcrawler.answers.judgement import of_another_address, of_no_page, of_refusal
from mtcrawler.answers.phrases import said_by
from mtcrawler.markup.dates import moment_or_day
from mtcrawler.model.printable import json_line, safe
from mtcrawler.security.redaction import Secrets

COOKIE = "qzhwmkxvbtrplgdnfjscyaeiouqzhwmk"
SECRETS = Secrets(
    credentials=["correct-horse", "aVeryLongSecret1"], pairs=[("sid", COOKIE), ("lang", "January"), ("x", "a" * 300)]
)
ZONE = ZoneInfo("Europe/Moscow")
STAY = {*"\n\t\u200c\u200d", *map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))}


def shown(data: bytes) -> None:
    """What is shown has no harmful sign; JSON is the same data; both are what they are when done again."""
    text = data.decode("utf-8", "surrogateescape")
    told = safe(text)
    assert not [sign for sign in set(told) - STAY if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]
    assert json.loads(json_line([text])) == [text]


def hidden(data: bytes) -> None:
    """A known secret is found in the middle of anything, and nothing is left to hide when it is done again."""
    text = data.decode("utf-8", "replace")
    half = len(text) // 2
    told = SECRETS.shown(f"{text[:half]}{COOKIE}{text[half:]}")
    assert COOKIE not in told


def dates(data: bytes) -> None:
    """A moment or a day, or none, in whatever language it is read."""
    text = data.decode("utf-8", "replace")
    for language in (None, "en", "ru", "tr", "ar", "zh"):
        moment_or_day(text, ZONE, language)


def answers(data: bytes) -> None:
    """What an answer, its title or the address that it led to says of itself, or nothing."""
    text = data.decode("utf-8", "replace")
    of_refusal(403, {"server": text[:200]}, text)
    of_no_page(200, {}, data)
    of_another_address(f"https://a.example/{text}")
    said_by([text])


TEXTS = (shown, hidden, dates, answers)
