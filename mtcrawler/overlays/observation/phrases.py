"""The phrases of the vocabularies, and where they stand in a text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from mtcrawler.markup.text import GAPLESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Meaning = Literal["refuse", "necessary", "dismiss", "close", "save", "settings", "acknowledge", "forbidden", "unknown"]

# Where two readings cover the same words, the earlier one is meant.
SAFE: tuple[Meaning, ...] = ("necessary", "refuse", "dismiss", "close", "save", "settings", "acknowledge")
OPENINGS = 16_384
"""So many words are remembered with the phrases that they may begin."""
STEM = 3
"""Letters by which stems are looked up; shorter ones by all that they have, as many in Korean."""
# The vowel signs of Devanagari are no letters to `re`, and belong to their words.
_MARKS = re.compile(r"[^\w'%€$£+\u0900-\u0963\u0970-\u097f]+")
_SPELLINGS = str.maketrans(
    {"ё": "е", "’": "'", "ʼ": "'", "أ": "ا", "إ": "ا", "آ": "ا"}
    | dict(zip("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ", strict=True))
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u0307\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")
)
"""One spelling of each word: capitals may lack accents, Arabic may have vowels, and a Turkish İ leaves a dot behind."""


class Phrase(NamedTuple):
    """A phrase of the vocabulary: its words (an asterisk stands for any ending) and what it is a sign of."""

    sense: str
    words: tuple[str, ...]
    whole: bool = False
    """It has to be the whole label."""
    onward: bool = False
    """It means everything that follows, too."""
    weight: float = 1.0


class _Opening(NamedTuple):
    """The phrases that a word may begin: those of one word, others by their second word, and those whose second word
    is a pattern.
    """

    alone: tuple[Phrase, ...]
    followed: Mapping[str, tuple[Phrase, ...]]
    by_pattern: tuple[Phrase, ...]


@dataclass(frozen=True)
class Match:
    """A phrase found in a text, from word `start` up to but without word `end`."""

    phrase: Phrase
    start: int
    end: int

    def covers(self, other: Match) -> bool:
        """Whether the other match lies inside of this one."""
        return self.start <= other.start and other.end <= self.end


def words_of(text: str) -> list[str]:
    """The words of a text, lower-case, without punctuation, in one spelling; Chinese and Japanese by characters."""
    if text.isascii():
        flat = text.lower()
    else:
        flat = GAPLESS.sub(r" \g<0> ", unicodedata.normalize("NFKC", text).casefold().translate(_SPELLINGS))
    return [word for word in (part.strip("'") for part in _MARKS.sub(" ", flat).split()) if word]


class PhraseIndex:
    """Phrases by their first words, so that a text is read once, however many there are."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._first: dict[str, list[Phrase]] = defaultdict(list)
        self._stems: dict[str, list[Phrase]] = defaultdict(list)
        self._tails: list[Phrase] = []
        for phrase in phrases:
            self._file(phrase)
        self._opening = lru_cache(OPENINGS)(self._read_opening)

    def _file(self, phrase: Phrase) -> None:
        head = phrase.words[0]
        if head.startswith("*"):
            self._tails.append(phrase)
        elif head.endswith("*"):
            self._stems[head[:-1][:STEM]].append(phrase)
        else:
            self._first[head].append(phrase)

    def matches(self, words: list[str]) -> Iterator[Match]:
        """Every phrase found in the words, overlapping ones included."""
        for start, word in enumerate(words):
            opening = self._opening(word)
            if opening is None:  # most words
                continue
            following = words[start + 1] if start + 1 < len(words) else ""
            for phrase in chain(opening.alone, opening.followed.get(following, ()), opening.by_pattern):
                end = start + len(phrase.words)
                rest = zip(phrase.words[1:], words[start + 1 : end], strict=False)
                if end > len(words) or not all(_fits(pattern, each) for pattern, each in rest):
                    continue
                if phrase.whole and (start or end < len(words)):
                    continue
                yield Match(phrase, start, len(words) if phrase.onward else end)

    def _read_opening(self, word: str) -> _Opening | None:
        stems = (phrase for size in range(1, STEM + 1) for phrase in self._stems.get(word[:size], ()))
        candidates = (*self._first.get(word, ()), *dict.fromkeys(stems), *self._tails)
        fitting = [phrase for phrase in candidates if _fits(phrase.words[0], word)]
        if not fitting:
            return None
        followed: dict[str, tuple[Phrase, ...]] = defaultdict(tuple)
        for phrase in fitting:
            if len(phrase.words) > 1 and "*" not in phrase.words[1]:
                followed[phrase.words[1]] += (phrase,)
        return _Opening(
            tuple(phrase for phrase in fitting if len(phrase.words) == 1),
            dict(followed),
            tuple(phrase for phrase in fitting if len(phrase.words) > 1 and "*" in phrase.words[1]),
        )


def _fits(pattern: str, word: str) -> bool:
    if pattern.startswith("*"):
        return word.endswith(pattern[1:]) if not pattern.endswith("*") else pattern[1:-1] in word
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def phrases_of(vocabulary: Mapping[str, object]) -> Iterator[Phrase]:
    """The phrases of a vocabulary file, each with what it is a sign of."""
    for key, value in vocabulary.items():
        if key in SAFE and isinstance(value, list):
            for text in value:
                yield _phrase(key, text)
        elif isinstance(value, dict):
            prefix = {"forbidden": "forbidden:", "topics": "topic:", "gate": "gate:"}[key]
            for name, texts in value.items():
                for text in texts:
                    yield _phrase(prefix + name, text)


def _phrase(sense: str, text: str) -> Phrase:
    """A phrase as the files write it: `=` all of the label, `~` half weight, `*` any ending, `…` what follows."""
    bare = text.lstrip("=~").removesuffix("…")
    words = [word for part in bare.split() for word in _marked(part)] if "*" in bare else words_of(bare)
    return Phrase(sense, tuple(words), text.startswith("="), text.endswith("…"), 0.5 if text.startswith("~") else 1.0)


def _marked(part: str) -> list[str]:
    words = words_of(part)
    return ["*" * part.startswith("*") + "".join(words) + "*" * part.endswith("*")] if "*" in part else words
