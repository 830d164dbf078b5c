"""The index of near-duplicates at a million articles: memory and the time of a look-up.

`python -m benchmarks.neighbours [ARTICLES]`; signatures are random, with one in a hundred a near copy of another.
"""

from __future__ import annotations

import base64
import resource
import sys
import time
from collections.abc import Iterator
from uuid import UUID

import numpy as np

from mtcrawler.identity.neighbours import Neighbours
from mtcrawler.identity.signatures import PERMUTATIONS, SCHEME
from mtcrawler.storage.write.near_duplicates import WORTH_A_LOOK

LOOKUPS = 2000


def signed(count: int, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Ids and signatures."""
    last = rng.integers(0, 256, PERMUTATIONS, dtype=np.uint8)
    for number in range(count):
        values = rng.integers(0, 256, PERMUTATIONS, dtype=np.uint8)
        if number % 100 == 99:
            values = np.where(rng.random(PERMUTATIONS) < 0.6, last, values).astype(np.uint8)
        last = values
        yield str(UUID(int=number)), SCHEME + base64.b64encode(values.tobytes()).decode()


def main() -> None:
    """Build and ask."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    begin = time.monotonic()
    index = Neighbours(signed(count, np.random.default_rng(1)))
    print(f"{len(index)} signatures indexed in {time.monotonic() - begin:.0f} s, making them up included")
    asked = [signature for _, signature in signed(LOOKUPS, np.random.default_rng(1))]
    begin = time.monotonic()
    met = sum(len(index.near(signature, WORTH_A_LOOK)) for signature in asked)
    each = (time.monotonic() - begin) / LOOKUPS * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{each:.2f} ms a look-up ({met} found in {LOOKUPS}), {memory:.0f} MiB at most, Python and all")


if __name__ == "__main__":
    main()
