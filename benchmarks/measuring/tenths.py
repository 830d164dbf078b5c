"""A long run cut into tenths: how fast it was and how much memory it held in each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

Sample = tuple[float, float]  # a moment, in seconds, and what was counted or held then


@dataclass(frozen=True)
class Tenth:
    """Pages a second, and the median of memory in MiB; None where nobody looked meanwhile."""

    rate: float
    memory: float | None


def tenths(pages: Sequence[Sample], memory: Sequence[Sample]) -> list[Tenth]:
    """Ten parts with the same number of pages each, from a count of pages that grew and what was held meanwhile.

    The first part begins with the first page, not with the run. Raises ValueError where fewer than ten pages came.
    """
    total = pages[-1][1] if pages else 0
    if total < 10:
        raise ValueError(f"{total:.0f} pages are too few for tenths")
    borders = [_moment(pages, total * part / 10) for part in range(11)]
    parts = []
    for begin, end in pairwise(borders):
        held = [used for at, used in memory if begin <= at < end]
        parts.append(Tenth(total / 10 / (end - begin), median(held) if held else None))
    return parts


def longest_pause(pages: Sequence[Sample]) -> float:
    """Seconds between a new page and the next, at most."""
    grown = [pages[0][0]] if pages else []
    for (_, before), (at, now) in pairwise(pages):
        if now > before:
            grown.append(at)
    return max((later - at for at, later in pairwise(grown)), default=0.0)


def _moment(pages: Sequence[Sample], count: float) -> float:
    """When so many pages had come; between two looks they came evenly."""
    place = max(1, bisect_left(pages, count, key=lambda sample: sample[1]))
    while place < len(pages) - 1 and count == 0 and pages[place][1] == 0:
        place += 1
    (before, had), (after, has) = pages[place - 1], pages[place]
    return after if has == had else before + (after - before) * (count - had) / (has - had)
