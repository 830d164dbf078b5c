"""Text that is safe to print: it cannot move a cursor, forge a line or hide what it says."""

from __future__ import annotations

import json
import re
from typing import Any, Final

LONG_WORD: Final = 300
"""Characters of a word of the log, such as an address, that are shown."""
LONG_LINE: Final = 4_000
"""Characters of one of its lines."""

# Written out, as asking unicodedata of every code point takes a quarter of a second; a test asks it.
_NO_CHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xF0000, 0x10000))
_SIGNS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but not line feed and tab
    "\u2028\u2029"  # separators of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, overrides and isolates of direction
    "\xad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # drawn as nothing: a word with one in it is another word
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # fillers, likewise
    "\ufe00-\ufe0d\U000e0000-\U000e0fff"  # tags and variation selectors, in which a text can be hidden
    "\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # other signs for layout
    "\ud800-\udfff"  # halves of surrogate pairs, which no stream can encode
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: nobody's words, and a font may draw a prompt with them
    f"\ufdd0-\ufdef{_NO_CHARACTERS}"
)
_HARMFUL = re.compile(
    f"[{_SIGNS}]"
    # Joiners: Persian, Indic scripts and emoji need one between two letters, and nobody needs one beside ASCII.
    "|(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f\u200c\u200d])"
)
_SUSPECT = re.compile(f"[{_SIGNS}\u200c\u200d]")
"""Half as long to look for: most texts have none of these."""
# What stays though some of it is as invisible: the selectors of emoji and of Mongolian, and the number signs of Arabic,
# Syriac and Kaithi, which are seen.


def count(number: int, one: str, many: str | None = None) -> str:
    """A number of things, with the noun in the singular for one of them."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def safe(text: str) -> str:
    """The text without what could act on a terminal, reorder what is read or hide in it; line breaks and tabs stay."""
    return _HARMFUL.sub(_shown, text) if _is_suspect(text) else text


def _is_suspect(text: str) -> bool:
    return not (text.isascii() and text.isprintable()) and _SUSPECT.search(text) is not None


def _shown(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in {"\u2028", "\u2029"}:
        return "\n"
    return "\ufffd" if "\ud800" <= sign <= "\udfff" else ""


def escaped(text: str) -> str:
    """JSON with what `safe` takes out written as escapes such as `U+009B`'s: the same data, and safe to show."""
    return _HARMFUL.sub(_escape, text) if _is_suspect(text) else text


def _escape(found: re.Match[str]) -> str:
    # Within a string JSON has no control character below U+0020, and between strings any is space.
    return "".join(" " if sign < " " else json.dumps(sign)[1:-1] if sign != "\x7f" else "\\u007f" for sign in found[0])


def shortened(text: str) -> str:
    """A line for the log without what would make it very long: an address of thousands of characters, or many words.

    To be used after secrets are hidden: half a secret is not recognised.
    """
    if len(text) <= LONG_WORD:
        return text
    return "\n".join(
        _cut(" ".join(_cut(word, LONG_WORD) for word in line.split(" ")), LONG_LINE) for line in text.split("\n")
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def json_line(value: Any) -> str:
    """A value as one line of JSON for a pipe: letters as they are, harmful characters as escapes, a final line feed."""
    return escaped(json.dumps(value, ensure_ascii=False, default=str)) + "\n"
