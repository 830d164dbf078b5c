"""Numbers that pages state, as far as they can be meant: digits within bounds, and nothing else is one."""

from __future__ import annotations

import re
from typing import Any, Final

LARGEST: Final = 10**9
_DIGITS = re.compile(r"[0-9]{1,10}")


def whole(value: Any) -> int | None:
    """The number from 0 to 10⁹ that a text or a JSON value is, or None."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if len(text) <= 10 and _DIGITS.fullmatch(text) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= LARGEST else None


def word_count(value: Any) -> int | None:
    """A count of words as JSON-LD states it, such as 1200, "1,200" or "1 200 words", or None."""
    if isinstance(value, str):
        value = re.sub(r"[^0-9]", "", value[:40])
    return whole(value) or None


def pixels(value: str | None) -> int | None:
    """A width or a height, or None where it is none; a picture one pixel wide is no picture."""
    number = whole(value)
    return number if number is not None and number > 1 else None
