"""Sentences, headlines and names in twenty languages, made of short lists of words; grammar is secondary."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

FOLDER: Final = Path(__file__).parent / "languages"


@dataclass(frozen=True)
class Language:
    """One language: its words, by their kind, what stands on a page's furniture in it, and its way to write a date."""

    code: str
    direction: str
    spaced: bool
    stop: str
    comma: str
    date: str
    months: tuple[str, ...]
    people: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    sections: dict[str, str]
    labels: dict[str, str]

    def day(self, at: datetime) -> str:
        """A day as this language writes it."""
        return self.date.format(d=at.day, month=self.months[at.month - 1], year=at.year)

    def sentence(self, random: Random) -> str:
        """A sentence of six to twenty words, with the punctuation of one."""
        parts = [self._clause(random) for _ in range(random.choice((1, 2, 2, 3)))]
        text = (self.comma + (" " if self.spaced else "")).join(parts)
        return text[:1].upper() + text[1:] + self.stop

    def paragraph(self, random: Random) -> str:
        """Two to four sentences; now and then a single one."""
        number = random.choice((1, 2, 2, 3, 3, 4))
        return (" " if self.spaced else "").join(self.sentence(random) for _ in range(number))

    def headline(self, random: Random) -> str:
        """A clause or two without a full stop."""
        text = self._clause(random)
        while len(text) < (28 if self.spaced else 14):
            text += (" " if self.spaced else "") + random.choice(self.words["glue"])
            text += (" " if self.spaced else "") + random.choice(self.words["nouns"])
        return text[:1].upper() + text[1:]

    def few(self, random: Random) -> str:
        """Two to four words, as of a heading or of an item."""
        kinds = random.choice((("adjectives", "nouns"), ("nouns", "glue", "nouns"), ("nouns", "glue", "adjectives")))
        text = self.joined([random.choice(self.words[kind]) for kind in kinds])
        return text[:1].upper() + text[1:]

    def joined(self, words: list[str]) -> str:
        """The words, with spaces where the language has any."""
        return (" " if self.spaced else "").join(words)

    def _clause(self, random: Random) -> str:
        kinds = ["adjectives", "nouns", "verbs", *random.choice((["adjectives"], [])), "nouns", "glue"]
        kinds += random.choice((["nouns"], ["adjectives", "nouns"], ["nouns", "glue", "nouns"]))
        return self.joined([random.choice(self.words[kind]) for kind in kinds])


@cache
def language(code: str) -> Language:
    """The language of this code."""
    told = tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))
    return Language(
        code=code,
        **{name: told[name] for name in ("direction", "spaced", "stop", "comma", "date", "sections", "labels")},
        months=tuple(told["months"].split()),
        people=tuple(told["people"]),
        words={kind: tuple(told[kind].split()) for kind in ("nouns", "verbs", "adjectives", "glue")},
    )


def ascii_of(text: str) -> str:
    """The letters of a Latin text without their marks, words joined by hyphens; nothing of other scripts."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l").replace("ø", "o"))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(char for char in plain if char.isascii()).lower()))
