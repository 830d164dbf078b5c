"""Which words of a line somebody is quoted with, by the quotation marks of many languages."""

from __future__ import annotations

from typing import Final

_PAIRS: Final = '“” „“” «» 「」 『』 ‘’ ”” »« ›‹ ""'
OPENING: Final = {pair[0]: pair[1:] for pair in _PAIRS.split()}
"""Marks that open speech, and those that close it; some languages close with what opens it elsewhere."""
DOUBTFUL: Final = frozenset('‘”»›"')
"""What opens nothing where it is never closed: a sign before a line, an apostrophe, inches."""
BEFORE: Final = frozenset(":：,，、;.!?…。—–-([")
"""What stands before speech; a name in quotation marks follows on a word."""
DASHES: Final = ("—", "–")
"""What opens a line of a dialogue."""


def spoken_in(text: str) -> list[bool]:
    """Of each character whether it is speech; the end of a quotation that is not closed is that of the line."""
    if text.lstrip().startswith(DASHES):
        return [True] * len(text)
    found = [False] * len(text)
    at = 0
    while at < len(text):
        end = _end(text, at) if text[at] in OPENING and _opens(text, at) else -1
        if end > at:
            found[at:end] = [True] * (end - at)
        at = max(end, at + 1)
    return found


def _opens(text: str, at: int) -> bool:
    before = text[:at].rstrip()
    return not before or before[-1] in BEFORE or (len(before) == at and text[at] not in DOUBTFUL)


def _end(text: str, at: int) -> int:
    """Where speech ends that opens here, or -1 where this opens none."""
    closing = OPENING[text[at]]
    for end in range(at + 1, len(text)):
        if text[end] in closing and not (text[end] == "’" and text[end + 1 : end + 2].isalpha()):
            return end + 1
    return -1 if text[at] in DOUBTFUL else len(text)
