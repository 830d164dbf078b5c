"""From where to where a Chinese text goes: the model has seen few of them, and what ends them is always said alike."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.handmade.ends import closes
from mtcrawler.extraction.metadata import chinese

MOST: Final = 0.5
"""The share of what was taken that stands before the end."""
STORY: Final = 120
"""Characters of a story."""
FAR: Final = 1.4
"""How many times as many characters in sentences as were found make another element the story's."""
NEAR: Final = 0.7
"""The same of one above what was found, with the end of a text between them."""
SOME: Final = 0.1
"""The probability from which a sentence among the story's own paragraphs is one of them."""
LEAST: Final = 8  # characters of a sentence
LINKED: Final = 0.3
_SIGNS: Final = " \u3000（([【"


def extent_of(found: list[int], page: Observation, likely: NDArray[np.float64]) -> list[int]:
    """`found`, numbers of segments in page order, without what follows the end of a Chinese text, and with its gaps.

    The end is a line that only closes texts (the editor's name, a list of related stories, whose it is). What stands
    below it in the story's own element stays, as such lines may stand in a text. A sentence between the paragraphs of
    that element or right after them is the story's.
    """
    if not _is_chinese(page):
        return found
    found = _with_most(found, page)
    return _with_gaps(_without_rest(found, page), page, likely) if found else found


def _is_chinese(page: Observation) -> bool:
    texts = [one.text for one in page.segments]
    return sum(len(text) for text in texts if chinese.is_chinese(text)) > sum(map(len, texts)) / 2


def _with_most(found: list[int], page: Observation) -> list[int]:
    """`found`, or the sentences of the element that holds far more of them than what was found."""
    own: dict[HtmlElement, list[int]] = defaultdict(list)
    for index, segment in enumerate(page.segments):
        if segment.linked <= LINKED and chinese.ends_sentence(segment.text) and not closes(segment.text, bare=True):
            own[page.holders[index]].append(index)
    if not own:
        return found
    sizes = {holder: sum(len(page.segments[index].text) for index in inside) for holder, inside in own.items()}
    most = max(sizes, key=sizes.__getitem__)
    taken = set(found)
    had = sum(len(page.segments[one].text) for inside in own.values() for one in inside if one in taken)
    if taken & set(own[most]) or sizes[most] < STORY:
        return found
    between = page.segments[own[most][-1] + 1 : found[0]] if found else []
    enough = NEAR if any(closes(one.text.partition("\n")[0], bare=True) for one in between) else FAR
    return own[most] if sizes[most] >= enough * had else found


def _without_rest(found: list[int], page: Observation) -> list[int]:
    total, before = sum(len(page.segments[index].text) for index in found), 0
    taken = set(found)
    for index in range(found[0], found[-1]):
        line = page.segments[index].text.partition("\n")[0]
        if before >= MOST * total and closes(line, bare=True) and not line.strip(_SIGNS).startswith("图"):
            own = {page.holders[one] for one in found if one < index}
            return [one for one in found if one < index or page.holders[one] in own]
        before += len(page.segments[index].text) if index in taken else 0
    return found


def _with_gaps(found: list[int], page: Observation, likely: NDArray[np.float64]) -> list[int]:
    own = {page.holders[index] for index in found}
    taken = set(found)
    for index in range(found[0], min(found[-1] + 2, len(page.segments))):
        segment = page.segments[index]
        if index in taken or page.holders[index] not in own or likely[index] < SOME or segment.linked > LINKED:
            continue
        if len(segment.text) >= LEAST and chinese.ends_sentence(segment.text) and not closes(segment.text, bare=True):
            taken.add(index)
    return sorted(taken)
