"""Words as they are kept: composed characters, no invisible ones, plain spaces."""

from __future__ import annotations

import unicodedata
from typing import Final

# Soft hyphen, zero-width space, non-joiner and joiner, word joiner, byte order mark: seen in pasted newsroom copy.
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# No-break, narrow no-break and figure space.
SPACES: Final = "\u00a0\u202f\u2007"
# Halves of a surrogate pair come out of careless JSON escapes and cannot be written as UTF-8.
SURROGATES: Final = range(0xD800, 0xE000)

_TABLE: Final[dict[int, str | None]] = (
    dict.fromkeys(map(ord, INVISIBLE)) | dict.fromkeys(map(ord, SPACES), " ") | dict.fromkeys(SURROGATES)
)


def clean(text: str) -> str:
    """The text in NFC, without invisible characters, with every no-break space a plain one. Idempotent.

    Line breaks and runs of spaces are the extractor's business and stay as they are.
    """
    return unicodedata.normalize("NFC", text.translate(_TABLE))
