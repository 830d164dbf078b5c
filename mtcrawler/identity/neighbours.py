"""The index of near-duplicates: a million signatures in half a gigabyte, asked in well under a millisecond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from mtcrawler.identity.signatures import PERMUTATIONS, unpacked

ROWS: Final = 3
BANDS: Final = PERMUTATIONS // ROWS
"""42 bands of 3: texts that share 40 % of their shingles meet in a band with 94 % certainty, 57 % with 99.98 %."""
CHANCE: Final = 1 / 256
FRESH: Final = 4096
"""Newcomers that are compared one by one before they are sorted in."""

Signatures = npt.NDArray[np.uint8]


class Neighbour(NamedTuple):
    """An article with a similar signature; similarity is estimated, 0 to 1."""

    id: str
    similarity: float


class Neighbours:
    """Signatures by band. Not safe for threads."""

    def __init__(self, signed: Iterable[tuple[str, str]] = ()) -> None:
        self._ids = bytearray()
        self._signatures: Signatures = np.empty((1024, PERMUTATIONS), np.uint8)
        self._count = self._sorted = 0
        self._keys = np.empty(0, np.uint32)
        self._owners = np.empty(0, np.uint32)
        for identity, signature in signed:
            self._append(identity, signature)
        self._sort()

    def __len__(self) -> int:
        return self._count

    def add(self, identity: str, signature: str) -> None:
        """Let an article be found from now on, by its latest signature too."""
        self._append(identity, signature)
        if self._count - self._sorted > FRESH:
            self._sort()

    def near(self, signature: str, at_least: float) -> list[Neighbour]:
        """The articles whose signature is that similar, the most similar first."""
        packed = unpacked(signature)
        if packed is None:
            return []
        asked = np.frombuffer(packed, np.uint8)
        fresh = np.arange(self._sorted, self._count)
        numbers = np.concatenate([self._in_bands(asked), fresh])
        if not len(numbers):
            return []
        same = (self._signatures[numbers] == asked).mean(axis=1)
        estimated = np.clip((same - CHANCE) / (1 - CHANCE), 0, 1)
        found: dict[str, float] = {}
        for at in np.flatnonzero(estimated >= at_least):
            identity = str(UUID(bytes=bytes(self._ids[numbers[at] * 16 : numbers[at] * 16 + 16])))
            found[identity] = max(found.get(identity, 0.0), float(estimated[at]))
        return sorted((Neighbour(*pair) for pair in found.items()), key=lambda one: (-one.similarity, one.id))

    def _in_bands(self, asked: Signatures) -> npt.NDArray[np.int64]:
        keys = _keys(asked[None, :]).ravel()
        begins = np.searchsorted(self._keys, keys, "left")
        ends = np.searchsorted(self._keys, keys, "right")
        met = [self._owners[begin:end] for begin, end in zip(begins, ends, strict=True) if end > begin]
        return np.unique(np.concatenate(met)).astype(np.int64) if met else np.empty(0, np.int64)

    def _append(self, identity: str, signature: str) -> None:
        """One more; what is no signature, or no id, is left out, as it may come from anybody's file."""
        packed = unpacked(signature)
        try:
            identified = UUID(identity).bytes
        except ValueError:
            return
        if packed is None:
            return
        if self._count == len(self._signatures):
            self._signatures = np.resize(self._signatures, (self._count + max(1024, self._count // 4), PERMUTATIONS))
        self._signatures[self._count] = np.frombuffer(packed, np.uint8)
        self._ids += identified
        self._count += 1

    def _sort(self) -> None:
        """Sort everything by band and key, a band at a time, so that no large intermediate is needed."""
        self._keys = np.empty(0, np.uint32)
        self._owners = np.empty(0, np.uint32)
        keys = np.empty(self._count * BANDS, np.uint32)
        owners = np.empty(self._count * BANDS, np.uint32)
        for band in range(BANDS):
            part = band_keys(self._signatures[: self._count], band)
            order = np.argsort(part, kind="stable")
            place = slice(band * self._count, (band + 1) * self._count)
            keys[place], owners[place] = part[order], order
        self._keys, self._owners, self._sorted = keys, owners, self._count


def _keys(signatures: Signatures) -> npt.NDArray[np.uint32]:
    return np.stack([band_keys(signatures, band) for band in range(BANDS)])


def band_keys(signatures: Signatures, band: int) -> npt.NDArray[np.uint32]:
    """The key of a band for each signature (n × 128 bytes): its number above the three bytes, so that bands follow one
    another in the order of keys.
    """
    first, second, third = (signatures[:, band * ROWS + row].astype(np.uint32) for row in range(ROWS))
    return np.uint32(band << 24) | first << np.uint32(16) | second << np.uint32(8) | third
