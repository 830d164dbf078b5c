"""Whether a declared length says that some of a text is missing."""

from __future__ import annotations

from typing import Final

LEAST: Final = 80
"""Words: a declared length below this says nothing."""
PART: Final = 0.6
"""Of the declared length: a text that is shorter is a part of it."""
WHOLE: Final = 0.9
"""Of the declared length: a text that is as long is all of it."""
NEAR: Final = 0.12
"""By so much of it may the number of characters differ from a declared length that counts characters."""


def falls_short(declared: int | None, words: int, characters: int) -> bool:
    """Whether a text is much shorter than its page declares; some publishers declare the number of characters."""
    if not declared or declared < LEAST or words >= PART * declared:
        return False
    return abs(characters - declared) > NEAR * declared


def reaches(declared: int | None, words: int) -> bool:
    """Whether a text is about as long as its page declares."""
    return bool(declared) and declared is not None and declared >= LEAST and words >= WHOLE * declared
