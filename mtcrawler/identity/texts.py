"""Words as they are kept: composed characters, no invisible ones, plain spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Soft hyphen, zero-width space, non-joiner and joiner, word joiner, byte order mark: seen in pasted newsroom copy.
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# No-break, narrow no-break and figure space.
SPACES: Final = "\u00a0\u202f\u2007"
# Halves of a surrogate pair come out of careless JSON escapes and cannot be written as UTF-8.
SURROGATES: Final = range(0xD800, 0xE000)

MARKS: Final = 30
"""Marks in a row, as in Unicode's Stream-Safe Text Format (UAX #15)."""
_HEAP: Final = re.compile(r"[^\w\s!-~]{16}")  # marks are never \w; one character may decompose into two

_TABLE: Final[dict[int, str | None]] = (
    dict.fromkeys(map(ord, INVISIBLE)) | dict.fromkeys(map(ord, SPACES), " ") | dict.fromkeys(SURROGATES)
)


def clean(text: str) -> str:
    """The text in NFC, without invisible characters, with every no-break space a plain one. Idempotent.

    Line breaks and runs of spaces are the extractor's business and stay as they are. A letter keeps thirty marks, which
    is more than any language writes.
    """
    if text.isascii():
        return text
    text = text.translate(_TABLE)
    if _HEAP.search(text):
        text = "".join(_without_heaps(text))
    return unicodedata.normalize("NFC", text)


def _without_heaps(text: str) -> Iterator[str]:
    """The characters, of marks upon one letter the first thirty: Python takes quadratic time to put more in order."""
    marks = 0
    for sign in text:
        # What one character is composed of may be several marks.
        parts = unicodedata.normalize("NFD", sign)
        marks = marks + len(parts) if all(map(unicodedata.combining, parts)) else 0
        if marks <= MARKS:
            yield sign
