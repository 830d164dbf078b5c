"""How inputs are changed besides atheris's own ways: a part repeated many times, a part wrapped many times."""

from __future__ import annotations

import random
from collections.abc import Callable

OFTEN = 8
"""One change in so many is one of these: faults of time and depth need many of one thing."""


def changed(data: bytes, most: int, seed: int, otherwise: Callable[[bytes, int], bytes]) -> bytes:
    """Another input of at most so many bytes."""
    chance = random.Random(seed)
    if not data or chance.randrange(OFTEN):
        return otherwise(data, most)
    begin = chance.randrange(len(data))
    piece = data[begin : begin + chance.choice((1, 2, 4, 8, 16, 32, 64))]
    times = max(1, chance.choice((1000, 10_000, 50_000, most)) // len(piece))
    if chance.randrange(2):
        return (data[:begin] + piece * times + data[begin + len(piece) :])[:most]
    end = chance.randrange(begin, len(data)) + 1
    other = data[end : end + len(piece)] or piece
    times = min(times, max(1, (most - len(data)) // (len(piece) + len(other))))
    return (data[:begin] + piece * times + data[begin:end] + other * times + data[end:])[:most]
