"""What the first trees make of the segments around each segment, as features for the second ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.body.neighbours import FAR, Matrix, kinds_of, reach, shifted, windowed
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.trees import likelihood
from mtcrawler.extraction.body.words import size_of

Column = NDArray[np.float64]
NEAR = 4
"""Segments on each side among which the likeliest is looked for."""
LONG = 80
"""Characters of a paragraph that is hardly clutter."""


def context_of(page: Observation, log_odds: Column) -> Matrix:
    """A row a segment, from the log odds that the first trees give to all of them."""
    likely, number = likelihood(log_odds), len(log_odds)
    sizes = np.array([size_of(segment.text, words) for segment, words in zip(page.segments, page.words, strict=True)])
    mass = likely * sizes
    total = max(1.0, float(mass.sum()))
    taken, order = np.flatnonzero(likely > 0.5), np.arange(number)
    first, last = (int(taken[0]), int(taken[-1])) if len(taken) else (0, number - 1)
    before, after = _likeliest(likely)
    next_text, text_before = _around_headings(page, likely)
    return np.column_stack(
        [
            log_odds,
            likely,
            *(shifted(log_odds, by) for by in (1, -1, 2, -2)),
            *(shifted(likely, by) for by in (3, -3)),
            windowed(likely, 3),
            windowed(likely, 8),
            windowed(mass, 3),
            windowed(np.where(sizes > LONG, likely, 0.0), 6),
            *_alike(page.holders, mass, sizes, total),
            _alike(kinds_of(page), mass, sizes, total)[1],
            np.clip(order - first, -FAR, FAR),
            np.clip(last - order, -FAR, FAR),
            next_text,
            text_before,
            before,
            after,
            np.minimum(before, after),
            np.full(number, len(taken)),
            np.full(number, total),
            reach(likely, sizes),
        ]
    ).astype(np.float32)


def _likeliest(likely: Column) -> tuple[Column, Column]:
    """The highest likelihood of a few segments before each, and after."""
    steps = range(1, NEAR + 1)
    before = np.max([shifted(likely, by) for by in steps], axis=0)
    return before, np.max([shifted(likely, -by) for by in steps], axis=0)


def _alike(groups: Sequence[Hashable], mass: Column, sizes: Column, total: float) -> tuple[Column, Column]:
    """Of the group of each segment its share of the whole text, and how much of the others in it is the article's."""
    held: Counter[Hashable] = Counter()
    every: Counter[Hashable] = Counter()
    for group, weight, size in zip(groups, mass.tolist(), sizes.tolist(), strict=True):
        held[group] += weight
        every[group] += size
    in_group = np.array([held[group] for group in groups])
    others = np.array([every[group] for group in groups]) - sizes
    return in_group / total, np.where(others > 0, (in_group - mass) / np.maximum(1.0, others), -1.0)


def _around_headings(page: Observation, likely: Column) -> tuple[Column, Column]:
    """The likelihood of the next text that is no heading, and of the last one before; -1 where there is none."""
    heads = [segment.element.tag in HEADINGS for segment in page.segments]
    return _latest(heads[::-1], likely[::-1])[::-1], _latest(heads, likely)


def _latest(heads: list[bool], likely: Column) -> Column:
    """The likelihood of the last segment before each that is no heading."""
    known, found = -1.0, np.zeros(len(heads))
    for index, (is_head, value) in enumerate(zip(heads, likely.tolist(), strict=True)):
        found[index] = known
        if not is_head:
            known = value
    return found
