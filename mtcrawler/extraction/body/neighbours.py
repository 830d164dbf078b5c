"""What stands around each segment of a page, as columns: its neighbours' values, their sums, and its likes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.body.observation import Observation

Matrix = NDArray[np.float32]
FAR: Final = 60.0
"""Segments from which on a distance is no longer told apart."""


def kinds_of(page: Observation) -> list[tuple[object, ...]]:
    """What sort of thing each segment is on this page: its tag, its names and those of what it stands in."""
    return [
        (segment.element.tag, around.names.buckets[0], around.above.names.buckets[1] if around.above else ())
        for segment, around in zip(page.segments, page.around, strict=True)
    ]


def shifted(values: NDArray[np.generic], by: int) -> NDArray[np.generic]:
    """The values of the segments so many before (or, below zero, after) each."""
    moved = np.zeros_like(values)
    if abs(by) < len(values):
        if by > 0:
            moved[by:] = values[:-by]
        else:
            moved[:by] = values[-by:]
    return moved


def windowed(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The sum of the values up to so many segments before and after each."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    return np.asarray(sums[np.minimum(len(values), at + reach + 1)] - sums[np.maximum(0, at - reach)])


def reach(likely: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each is from the nearest likely paragraphs on both sides, and how much of the text comes before it."""
    sure = np.flatnonzero((likely > 0.6) & (lengths > 60))
    at = np.arange(len(likely))
    if not len(sure):
        return np.column_stack([np.full(len(at), FAR), np.full(len(at), FAR), np.zeros(len(at))])
    right = np.searchsorted(sure, at)
    left = np.searchsorted(sure, at, side="right") - 1
    ahead = np.where(right < len(sure), sure[np.minimum(right, len(sure) - 1)] - at, FAR)
    behind = np.where(left >= 0, at - sure[np.maximum(left, 0)], FAR)
    mass = likely * lengths
    share = np.cumsum(mass) / max(1.0, float(mass.sum()))
    return np.column_stack([np.minimum(ahead, FAR), np.minimum(behind, FAR), share])
