"""What words on a page mean to a reader who wants to get past it: 25 languages, looked up at once."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from mtcrawler.markup.text import GAPLESS
from mtcrawler.overlays.observation.phrases import SAFE, Match, Meaning, PhraseIndex, phrases_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FINAL = frozenset({"paid", "never"})
"""What is forbidden in whatever company: to pay for not being watched, to be made to fear missing something."""
CROSSES = frozenset("x×✕✖✗✘⨯⨉╳❌❎🗙🞩🞫⊗ⓧ☒")
LONGEST_LABEL = 10
REMEMBERED = 2048
"""So many texts, of at most some kilobytes each, are remembered with what they mean."""
_COUNTDOWN = re.compile(
    r"(?<!\s)\s*(?:\(\s*+\d{1,3}\s*+(?:\w{1,3}\s*+)?\)|\b(?:in|dans|через)\s+\d{1,3}\b.{0,10}|\s\d{1,3}\s*(?:s|sec|sek|сек)\w*)$",
    re.I,
)
_PRICE = re.compile(
    r"[€$£¥₽₹₩₴₺]\s?\d|\d\s?[€$£¥₽₹₩₴₺円元원]|\d[.,]\d\d\b|\brp\.?\s?\d"
    r"|\d\s?(?:kr|kč|kc|zł|zl|lei|ron|ft|huf|грн|руб|tl|eur|usd|gbp|chf|nok|sek|dkk|czk|pln)\b",
    re.I,
)


@dataclass(frozen=True)
class Weights:
    """What was found in a text: by sense and wording, each counted once, with its weight."""

    found: Mapping[tuple[str, tuple[str, ...]], float]

    def of(self, family: str, *, strong: bool = False) -> dict[str, float]:
        """The weight of every sense of a family (`topic`, `gate`); `strong` leaves out phrases of half weight."""
        weights: dict[str, float] = defaultdict(float)
        for (sense, _), weight in self.found.items():
            head, _, name = sense.partition(":")
            if head == family and not (strong and weight < 1):
                weights[name] += weight
        return dict(weights)


def is_cross(text: str) -> bool:
    """Whether the text is nothing but the sign of a cross."""
    bare = "".join(text.split()).casefold().replace("\ufe0f", "")
    return bool(bare) and len(bare) <= 2 and set(bare) <= CROSSES


class Lexicon:
    """All vocabularies together: a text is read once, whatever it is searched for."""

    def __init__(self, vocabularies: list[Mapping[str, object]]) -> None:
        openings: set[str] = set()
        self._joints: set[str] = set()
        self._without: set[str] = set()
        for vocabulary in vocabularies:
            openings.update(cast("list[str]", vocabulary["no"]))
            self._joints.update(cast("list[str]", vocabulary["and"]))
            self._without.update(cast("list[str]", vocabulary["without"]))
        # A publisher's pages say the same things again and again; each is thought about once.
        self._meaning = lru_cache(REMEMBERED)(self._read_meaning)
        self._asked = lru_cache(REMEMBERED)(self._read_asks)
        self._weighed = lru_cache(REMEMBERED)(self._read_weights)
        self._phrases = PhraseIndex(phrase for each in vocabularies for phrase in phrases_of(each))
        signs = "|".join(sorted(map(re.escape, openings), key=len, reverse=True)) or "(?!)"
        self._negative = re.compile(rf"\s*(?:{signs})\s*[,.!–—-]\s*\w", re.IGNORECASE)

    def matches(self, words: list[str]) -> Iterator[Match]:
        """Every phrase found in the words, overlapping ones included."""
        return self._phrases.matches(words)

    def meaning(self, label: str) -> Meaning:
        """What pressing something with this label would mean; `forbidden` where anything in it agrees or joins."""
        return self._meaning(label)

    def _read_meaning(self, label: str) -> Meaning:
        if is_cross(label):
            return "close"
        words = words_of(_COUNTDOWN.sub("", label.strip()))
        if not words or _length(words) > LONGEST_LABEL:
            return "unknown"
        found = list(self.matches(words))
        safe = [match for match in found if match.phrase.sense in SAFE]
        spared = self._spared(found, words)
        asks = self._asks([match for match in found if match not in spared], safe) | self._priced(label, found)
        if asks & _FINAL:
            return "forbidden"
        if spared and not asks:
            return "refuse" if any(match.phrase.sense == "forbidden:accept" for match in spared) else "dismiss"
        if self._negative.match(label) and not any(match.phrase.sense == "settings" for match in safe):
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
        if best == "save" and re.search(r"[\d%€$£]", label):
            return "unknown"
        # A word that closes, lost in a long label, says nothing: "the close of the exhibition".
        return best if best == "unknown" or _length(words) - most <= (2 if best == "close" else 5) else "unknown"

    def _closes_that(self, label: str, words: list[str], safe: list[Match], asks: set[str]) -> bool:
        """What is closed may be anything ("Close sign-up form"), if nothing else is done or agreed to."""
        if asks & {"accept", "pay", "paid"} or self._joints & set(words) or re.search(r"[&+/,;|]", label):
            return False
        ends = {0} if len(words) <= 5 else set()
        return any(m.phrase.sense == "close" and (m.start in ends or m.end == len(words) <= 5) for m in safe)

    def asks(self, label: str) -> frozenset[str]:
        """What a label asks of a reader: accept, subscribe, donate, register, login, pay, paid, never, other."""
        return self._asked(label)

    def _read_asks(self, label: str) -> frozenset[str]:
        words = words_of(label)[:40]
        found = list(self.matches(words))
        spared = self._spared(found, words)
        safe = [match for match in found if match.phrase.sense in SAFE]
        return frozenset(
            self._asks([match for match in found if match not in spared], safe) | self._priced(label, found)
        )

    def _priced(self, label: str, found: list[Match]) -> set[str]:
        """That a label names a price asks for it, whatever it refuses; "No thanks, I don't want 10 € off" does not."""
        declined = any(m.phrase.onward and m.phrase.words[-1] not in self._without for m in found)
        return {"paid"} if _PRICE.search(label) and not declined else set()

    def _spared(self, found: list[Match], words: list[str]) -> list[Match]:
        """What a label says a reader may do without: "continue without registering"."""
        return [
            match
            for match in found
            if match.phrase.sense.startswith("forbidden:")
            and match.phrase.sense.removeprefix("forbidden:") not in _FINAL
            and match.start
            and words[match.start - 1] in self._without
        ]

    @staticmethod
    def _asks(found: list[Match], safe: list[Match]) -> set[str]:
        return {
            match.phrase.sense.removeprefix("forbidden:")
            for match in found
            if match.phrase.sense.startswith("forbidden:")
            and (
                match.phrase.sense.removeprefix("forbidden:") in _FINAL
                or not any(other.covers(match) for other in safe)
            )
        }

    def weigh(self, text: str, limit: int = 600) -> Weights:
        """How much a text speaks of each topic (`topic:consent`, …) and gate (`gate:access`, …)."""
        return self._weighed(text, limit)

    def _read_weights(self, text: str, limit: int) -> Weights:
        words = words_of(text)[:limit]
        found: dict[tuple[str, tuple[str, ...]], float] = {}
        for match in self.matches(words):
            said = match.phrase.sense, tuple(words[match.start : match.end])
            found[said] = max(found.get(said, 0.0), match.phrase.weight)
        return Weights(found)


def _length(words: list[str]) -> int:
    """How long a label is, where two or three characters make a word of a writing without gaps."""
    characters = sum(1 for word in words if GAPLESS.match(word))
    return len(words) - characters + round(0.4 * characters)


@cache
def lexicon() -> Lexicon:
    """The vocabularies that come with the crawler, read once."""
    folder = files(__package__).joinpath("vocabulary")
    return Lexicon([json.loads(entry.read_text("utf-8")) for entry in sorted(folder.iterdir(), key=lambda e: e.name)])
