"""What words on a page mean to a reader who wants to get past it: the vocabulary of ten languages, looked up at once."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Meaning = Literal["refuse", "necessary", "dismiss", "close", "save", "settings", "acknowledge", "forbidden", "unknown"]

# Where two readings cover the same words, the earlier one is meant.
SAFE: tuple[Meaning, ...] = ("necessary", "refuse", "dismiss", "close", "save", "settings", "acknowledge")
CROSSES = frozenset("x×✕✖✗✘⨯⨉╳❌❎🗙🞩🞫⊗ⓧ☒")
LONGEST_LABEL = 10
_MARKS = re.compile(r"[^\w'%€$£+]+")
_COUNTDOWN = re.compile(r"( in)?( \d{1,3})( s| sec| secs| seconds| sekunden| сек| секунд)?$")


@dataclass(frozen=True)
class Phrase:
    """A phrase of the vocabulary: its words (an asterisk stands for any ending or beginning) and what it is a sign of."""

    sense: str
    words: tuple[str, ...]
    whole: bool = False
    """It has to be the whole label."""
    onward: bool = False
    """It means everything that follows, too."""
    weight: float = 1.0


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
    """The words of a text, lower-case, without punctuation, in one spelling."""
    flat = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").replace("’", "'").replace("ʼ", "'")
    flat = flat.replace("\u00ad", "").replace("\u200b", "")
    return [word for word in (part.strip("'") for part in _MARKS.sub(" ", flat).split()) if word]


def is_cross(text: str) -> bool:
    """Whether the text is nothing but the sign of a cross."""
    bare = "".join(text.split()).casefold().replace("\ufe0f", "")
    return bool(bare) and len(bare) <= 2 and set(bare) <= CROSSES


class Lexicon:
    """All vocabularies, indexed by first word so that a text is read once, whatever it is searched for."""

    def __init__(self, vocabularies: list[Mapping[str, object]]) -> None:
        self._first: dict[str, list[Phrase]] = defaultdict(list)
        self._stems: dict[str, list[Phrase]] = defaultdict(list)
        self._tails: list[Phrase] = []
        openings: set[str] = set()
        self._joints: set[str] = set()
        for vocabulary in vocabularies:
            for phrase in _phrases(vocabulary):
                self._file(phrase)
            no, joints = vocabulary["no"], vocabulary["and"]
            assert isinstance(no, list)
            assert isinstance(joints, list)
            openings.update(no)
            self._joints.update(joints)
        signs = "|".join(sorted(map(re.escape, openings), key=len, reverse=True))
        self._negative = re.compile(rf"\s*(?:{signs})\s*[,.!–—-]\s*\w", re.IGNORECASE)

    def _file(self, phrase: Phrase) -> None:
        head = phrase.words[0]
        if head.startswith("*"):
            self._tails.append(phrase)
        elif head.endswith("*"):
            self._stems[head[:3]].append(phrase)
        else:
            self._first[head].append(phrase)

    def matches(self, words: list[str]) -> Iterator[Match]:
        """Every phrase found in the words, overlapping ones included."""
        for start, word in enumerate(words):
            for phrase in (*self._first.get(word, ()), *self._stems.get(word[:3], ()), *self._tails):
                end = start + len(phrase.words)
                if end > len(words) or not all(
                    _fits(p, w) for p, w in zip(phrase.words, words[start:end], strict=True)
                ):
                    continue
                if phrase.whole and (start or end < len(words)):
                    continue
                yield Match(phrase, start, len(words) if phrase.onward else end)

    def meaning(self, label: str) -> Meaning:
        """What pressing something with this label would mean; `forbidden` wherever anything in it agrees, pays or joins."""
        if is_cross(label):
            return "close"
        words = words_of(_COUNTDOWN.sub("", label.strip()))
        if not words or len(words) > LONGEST_LABEL:
            return "unknown"
        found = list(self.matches(words))
        safe = [match for match in found if match.phrase.sense in SAFE]
        asks = self._asks(found, safe)
        settings = any(match.phrase.sense == "settings" for match in safe)
        if self._negative.match(label) and "paid" not in asks and not settings:
            return "dismiss"
        if any(match.phrase.sense == "necessary" for match in safe):
            asks -= {"accept"}
        if asks:
            return "close" if self._closes_that(label, words, safe, asks) else "forbidden"
        best: Meaning = "unknown"
        most = 0
        for sense in SAFE:
            covered = max((match.end - match.start for match in safe if match.phrase.sense == sense), default=0)
            if covered > most:
                best, most = sense, covered
        # A word that closes, lost in a long label, says nothing: "the close of the exhibition".
        return best if best == "unknown" or len(words) - most <= (2 if best == "close" else 5) else "unknown"

    def _closes_that(self, label: str, words: list[str], safe: list[Match], asks: set[str]) -> bool:
        """ "Close sign-up form": what is closed may be anything, as long as nothing else is done and nothing agreed to."""
        if asks & {"accept", "pay", "paid"} or self._joints & set(words) or re.search(r"[&+/,;|]", label):
            return False
        ends = {0} if len(words) <= 5 else set()
        return any(m.phrase.sense == "close" and (m.start in ends or m.end == len(words) <= 5) for m in safe)

    def asks(self, label: str) -> frozenset[str]:
        """What a label asks of a reader: accept, subscribe, donate, register, login, pay, paid, other."""
        found = list(self.matches(words_of(label)[:40]))
        return frozenset(self._asks(found, [match for match in found if match.phrase.sense in SAFE]))

    @staticmethod
    def _asks(found: list[Match], safe: list[Match]) -> set[str]:
        return {
            match.phrase.sense.removeprefix("forbidden:")
            for match in found
            if match.phrase.sense.startswith("forbidden:")
            and (match.phrase.sense == "forbidden:paid" or not any(other.covers(match) for other in safe))
        }

    def weigh(self, text: str, limit: int = 400) -> dict[str, float]:
        """How much of each topic (`topic:consent`, …) and gate (`gate:access`, …) a text has; each phrase counts once."""
        seen: dict[tuple[str, tuple[str, ...]], float] = {}
        for match in self.matches(words_of(text)[:limit]):
            if match.phrase.sense.startswith(("topic:", "gate:")):
                seen[match.phrase.sense, match.phrase.words] = match.phrase.weight
        weights: dict[str, float] = defaultdict(float)
        for (sense, _), weight in seen.items():
            weights[sense] += weight
        return dict(weights)


def _fits(pattern: str, word: str) -> bool:
    if pattern.startswith("*"):
        return word.endswith(pattern[1:]) if not pattern.endswith("*") else pattern[1:-1] in word
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _phrases(vocabulary: Mapping[str, object]) -> Iterator[Phrase]:
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
    """A phrase as the files write it: `=` the whole label, `~` half the weight, `*` any ending, `…` and what follows."""
    bare = text.lstrip("=~").removesuffix("…").strip()
    marked = tuple(
        ("*" if part.startswith("*") else "") + "".join(words_of(part)) + ("*" if part.endswith("*") else "")
        if "*" in part
        else part
        for part in _split(bare)
    )
    return Phrase(sense, marked, text.startswith("="), text.endswith("…"), 0.5 if text.startswith("~") else 1.0)


def _split(text: str) -> Iterator[str]:
    for part in text.split():
        yield from [part] if "*" in part else words_of(part)


@cache
def lexicon() -> Lexicon:
    """The vocabularies that come with the crawler, read once."""
    folder = files(__package__).joinpath("vocabulary")
    return Lexicon([json.loads(entry.read_text("utf-8")) for entry in sorted(folder.iterdir(), key=lambda e: e.name)])
