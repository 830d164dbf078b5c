"""Notices of who earns by a text: that its publisher is paid where readers buy by its links."""

from __future__ import annotations

import re
from typing import Final

from mtcrawler.extraction.pleas.speech import OPENING, spoken_in

LONGEST: Final = 900
"""Characters of a notice."""
_EARNS: Final = re.compile(
    r"""\b(?:
    (?:we|i)\ (?:may|might|can|could|sometimes)\b[^.!?\n]{0,30}\b(?:earn|receive|get|make)\b[^.!?\n]{0,30}
        \b(?:commissions?|compensation)
    |(?:erhalten|erhalte|bekommen|bekomme|verdienen|verdiene)\ (?:wir|ich)\b[^.!?\n]{0,60}\bprovision
    |(?:nous|je)\b[^.!?\n]{0,30}\b(?:percevoir|recevoir|toucher|percevons|touchons)\b[^.!?\n]{0,30}\bcommissions?
    |(?:podemos|podríamos|recibimos|puedo)\b[^.!?\n]{0,40}\bcomisi[oó]n
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_LINKS: Final = re.compile(r"\b(?:affiliate|links?|liens?|enlaces?)\b", re.IGNORECASE)
_BUYS: Final = re.compile(
    r"""\b(?:affiliate|purchas\w{0,5}|buy\w{0,3}|bought|click\w{0,3}|shop\w{0,4}|products?|partner\w{0,5}|\w{0,10}kauf\w{0,5}
    |klick\w{0,3}|produkte?n?|achat\w{0,2}|achet\w{1,3}|produits?|compr\w{1,6}|productos?)\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What tells that the links are to what is sold."""


def discloses(text: str) -> bool:
    """Whether a paragraph says that whoever writes is paid for what readers buy; what is quoted says nothing of it."""
    if (
        len(text) > LONGEST
        or (found := _EARNS.search(text)) is None
        or not (_LINKS.search(text) and _BUYS.search(text))
    ):
        return False
    at = found.start()
    return not spoken_in(text)[at] and text[at - 1 : at] not in OPENING
