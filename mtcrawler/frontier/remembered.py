"""Addresses that a crawl keeps in mind, however long they are, in little memory."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

SHORT: Final = 200
"""Characters of an address that is remembered as it is; of a longer one only a hash is."""


def remembered(text: str) -> str | bytes:
    """The text, or something short that stands for it."""
    return text if len(text) <= SHORT else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Remembered:
    """A set of texts that takes little memory, however long they are; nothing is ever taken out of it."""

    def __init__(self) -> None:
        self._known: set[str | bytes] = set()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and remembered(text) in self._known

    def add(self, text: str) -> None:
        """One more."""
        self._known.add(remembered(text))
