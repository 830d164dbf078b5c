"""A quick look whether a text may hold one of many phrases, by the words that the model has of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mtcrawler.extraction.body.words import words_of
from mtcrawler.markup.text import GAPLESS
from mtcrawler.overlays.observation.phrases import words_of as spelled


class Glance:
    """Phrases as they are looked up in a set of words: by their first two; a phrase without spaces as it stands.

    It sees each phrase that is there, and others that are not: their words are, in whatever order.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._alone: set[str] = set()
        self._pairs: defaultdict[str, set[str]] = defaultdict(set)
        self._stems: set[str] = set()
        self._unparted: set[str] = set()
        for phrase in phrases:
            if GAPLESS.match(phrase):
                self._unparted.add(phrase)
            else:
                self._add(words_of(phrase), phrase)
                self._add(spelled(phrase.replace("*", "")), phrase)
        self._starts = tuple(self._stems)

    def _add(self, words: list[str], phrase: str) -> None:
        if phrase.split(maxsplit=1)[0].endswith("*"):
            self._stems.add(words[0])
        elif len(words) > 1 and "*" not in phrase:
            self._pairs[words[0]].add(words[1])
        else:
            self._alone.add(words[0])

    def sees(self, text: str, words: frozenset[str]) -> bool:
        """Whether a text with these words may hold one of the phrases."""
        if not self._alone.isdisjoint(words):
            return True
        if any(not self._pairs[first].isdisjoint(words) for first in words & self._pairs.keys()):
            return True
        if text.isascii():
            return False
        if any(word.startswith(self._starts) for word in words):
            return True
        return GAPLESS.search(text) is not None and any(phrase in text for phrase in self._unparted)
