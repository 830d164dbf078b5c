"""What near-duplicates are found by: a text's word triples, and the MinHash of them that travels in the feed."""

from __future__ import annotations

import base64
import re
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Final

from rensa import RMinHash

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Triples = npt.NDArray[np.int64]

PERMUTATIONS: Final = 128
SHINGLE: Final = 3
FEWEST: Final = 20
"""Word triples a text must have: of less, too much is the same by chance."""
SCHEME: Final = "m1:"
"""Names the way a signature was made; signatures made in another way are not compared."""

_SEED: Final = 1992
_WORD = re.compile(r"\w+")


def shingles(text: str) -> set[str]:
    """Every three words in a row, in small letters; punctuation and case make no difference."""
    words = _WORD.findall(text.lower())
    return {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


def triples(found: AbstractSet[str]) -> Triples:
    """Shingles as sorted numbers: a tenth of their memory, to be compared within this process (Python salts hashes)."""
    import numpy as np  # noqa: PLC0415 - a run without a new text does without

    numbers = np.fromiter(map(hash, found), np.int64, len(found))
    numbers.sort()
    return numbers


def similarity(one: Triples, other: Triples) -> float:
    """The share of word triples that two texts have in common, 0 to 1 (Jaccard)."""
    import numpy as np  # noqa: PLC0415 - as above

    shared = int(np.intersect1d(one, other, assume_unique=True).size)
    together = one.size + other.size - shared
    return shared / together if together else 0.0


def signature(text: str) -> str | None:
    """The text's signature as it stands in the feed: scheme and base64 of 128 bytes; None for a short text.

    Of each of the 128 minima the lowest byte is kept: two that differ agree by chance once in 256 times, which
    `neighbours` takes into account, and a signature is a quarter as long.
    """
    found = shingles(text)
    if len(found) < FEWEST:
        return None
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(list(found))
    return SCHEME + base64.b64encode(bytes(value & 0xFF for value in minhash.digest())).decode()


def unpacked(text: str) -> bytes | None:
    """The 128 bytes of a signature, or None where it is none, or was made in a way that is not known here."""
    if not text.startswith(SCHEME):
        return None
    try:
        packed = base64.b64decode(text.removeprefix(SCHEME))
    except ValueError:
        return None
    return packed if len(packed) == PERMUTATIONS else None
