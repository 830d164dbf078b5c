"""Targets: texts that are shown to people, wherever they come from."""

from __future__ import annotations

import json
import unicodedata

from mtcrawler.model.printable import json_line, safe
from mtcrawler.security.redaction import Secrets

COOKIE = "qzhwmkxvbtrplgdnfjscyaeiouqzhwmk"
SECRETS = Secrets(
    credentials=["correct-horse", "aVeryLongSecret1"], pairs=[("sid", COOKIE), ("lang", "January"), ("x", "a" * 300)]
)
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


TEXTS = (shown, hidden)
