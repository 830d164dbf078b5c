"""How much a text shares with another: F1 over runs of four words, as the Article Extraction Benchmark counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from mtcrawler.extraction.body.words import WORD

RUN: Final = 4
Shingle = tuple[str, ...]


class Shared(NamedTuple):
    """What two texts share, what only the found one has, and what only the right one has; shares of all."""

    both: float
    extra: float
    lost: float

    @property
    def f1(self) -> float:
        """F1 of one page."""
        return 1.0 if not self.extra and not self.lost else 2 * self.both / (2 * self.both + self.extra + self.lost)


def shingles(words: list[str]) -> list[Shingle]:
    """Every run of four words; of a shorter text the text."""
    return [tuple(words[index : index + RUN]) for index in range(max(1, len(words) - RUN + 1))] if words else []


def shared(right: str, found: str) -> Shared:
    """What a text that was found shares with the right one."""
    one, two = Counter(shingles(WORD.findall(right))), Counter(shingles(WORD.findall(found)))
    both = sum((one & two).values())
    extra, lost = sum(two.values()) - both, sum(one.values()) - both
    total = both + extra + lost
    return Shared(both / total, extra / total, lost / total) if total else Shared(0.0, 0.0, 0.0)


def f1(pages: Iterable[Shared]) -> float:
    """F1 of a set: of the means of precision and recall over its pages."""
    counts = list(pages)
    precision = _mean([one.both / (one.both + one.extra) for one in counts if one.both + one.extra])
    recall = _mean([one.both / (one.both + one.lost) for one in counts if one.both + one.lost])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
