"""Gradient-boosted trees, evaluated in numpy: made elsewhere, kept as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FIRST: Final = 40
"""Trees after which rows that are lost are left alone."""
LOST: Final = -3.5
"""The sum of the first trees (log odds) from which the others do not bring a row back."""


class Trees:
    """Trees as arrays over all their nodes: where a row goes on, until it stands on a leaf.

    `feature`, `threshold`, `left` (the number of the node for values up to the threshold; its sibling follows it),
    `value`; `roots` are the numbers of the first nodes. Of a leaf `left` is its own number, and `feature` is -1.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], prefix: str) -> None:
        self._feature = np.maximum(arrays[f"{prefix}_feature"].astype(np.int64), 0)
        self._step = (arrays[f"{prefix}_feature"] >= 0).astype(np.int64)
        self._threshold = arrays[f"{prefix}_threshold"].astype(np.float32)
        self._left = arrays[f"{prefix}_left"].astype(np.int64)
        self._value = arrays[f"{prefix}_value"].astype(np.float64)
        self._roots = arrays[f"{prefix}_roots"].astype(np.int64)
        self._start = float(arrays[f"{prefix}_start"])
        self._depth = int(arrays[f"{prefix}_depth"])

    def log_odds(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The log odds of each row; of those that are lost early, a bound that is low enough."""
        found = self._start + self._sum(rows, self._roots[:FIRST])
        if len(self._roots) > FIRST and len(open_rows := np.flatnonzero(found > LOST)):
            found[open_rows] += self._sum(rows[open_rows], self._roots[FIRST:])
        return found

    def _sum(self, rows: NDArray[np.float32], roots: NDArray[np.int64]) -> NDArray[np.float64]:
        number, width = rows.shape
        flat = np.ascontiguousarray(rows).ravel()
        offsets = (np.arange(number) * width)[:, None]
        at = np.broadcast_to(roots, (number, len(roots)))
        for _ in range(self._depth):
            beyond = flat.take(offsets + self._feature.take(at)) > self._threshold.take(at)
            at = self._left.take(at) + (beyond & self._step.take(at).astype(bool))
        return np.asarray(self._value.take(at).sum(axis=1))


def likelihood(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probabilities that these log odds stand for."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0))))
