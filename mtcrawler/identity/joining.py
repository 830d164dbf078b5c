"""Similar signatures among many: two sets are compared at once, in memory that does not grow with what they share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mtcrawler.identity.neighbours import BANDS, CHANCE, Signatures, band_keys
from mtcrawler.identity.signatures import PERMUTATIONS

AT_A_TIME: Final = 500
"""Signatures that are asked about together."""
MET: Final = 64
"""The most that one signature meets in a band: of thousands that are the same, the earliest will do."""
COMPARED: Final = 1 << 16
"""Pairs that are compared together: 16 MiB."""


class SimilarPair(NamedTuple):
    """Row numbers in the asked and in the other set, and the estimated similarity, 0 to 1."""

    asked: int
    other: int
    similarity: float


class SignatureSet:
    """Signatures (n × 128 bytes, in rows) that others are compared with."""

    def __init__(self, signatures: Signatures) -> None:
        self._signatures = signatures
        self._orders = np.empty((BANDS, len(signatures)), np.uint32)
        self._keys = np.empty((BANDS, len(signatures)), np.uint32)
        for band in range(BANDS):
            keys = band_keys(signatures, band)
            self._orders[band] = np.argsort(keys, kind="stable")
            self._keys[band] = keys[self._orders[band]]

    def similar(self, asked: Signatures, at_least: float) -> Iterator[SimilarPair]:
        """Every pair of an asked signature and one of this set that is so similar, by the number of the asked one."""
        for begin in range(0, len(asked), AT_A_TIME):
            part = asked[begin : begin + AT_A_TIME]
            pairs = self._meeting(part)
            for at in range(0, len(pairs), COMPARED):
                rows, others = np.divmod(pairs[at : at + COMPARED], max(1, len(self._signatures)))
                same = (part[rows] == self._signatures[others]).sum(axis=1, dtype=np.uint16) / PERMUTATIONS
                estimated = np.clip((same - CHANCE) / (1 - CHANCE), 0, 1)
                for place in np.flatnonzero(estimated >= at_least):
                    yield SimilarPair(begin + int(rows[place]), int(others[place]), float(estimated[place]))

    def _meeting(self, asked: Signatures) -> npt.NDArray[np.int64]:
        """The pairs that have a band in common, each once: row of the asked one × length of this set + row here."""
        found = [np.empty(0, np.int64)]
        for band in range(BANDS):
            keys = band_keys(asked, band)
            begins = np.searchsorted(self._keys[band], keys, "left")
            numbers = np.minimum(np.searchsorted(self._keys[band], keys, "right") - begins, MET)
            if not (total := int(numbers.sum())):
                continue
            within = np.arange(total) - np.repeat(np.cumsum(numbers) - numbers, numbers)
            others = self._orders[band][np.repeat(begins, numbers) + within].astype(np.int64)
            found.append(np.repeat(np.arange(len(asked)), numbers) * len(self._signatures) + others)
        return np.unique(np.concatenate(found))
