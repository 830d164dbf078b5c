"""What stands at the two ends of a text and is none of it: the lines of the head, and what leads elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.any_site.page_shape import ENDS
from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.markup.text import inline_text

States = Callable[[int, str], bool]
"""Whether a line of the segment with this number is a date or a byline."""
LINKED: Final = 0.9
"""The share of a segment's characters in links, or in bold type, from which on it is nothing else."""
SHORT: Final = 24  # characters of a line of a head that names a section
LINE: Final = 60  # characters of a line that states a date or a name
LABEL: Final = 40  # characters of a line in bold type that heads what follows


BYLINE_REACH: Final = 12  # segments after the headline


def within_edges(found: list[int], texts: list[Segment], headline: str, states: States) -> list[int]:
    """The numbers of segments without those above the text that belong to its head, and those that only lead away."""
    first, last = 0, len(found)
    while first < last and is_head(texts[found[first]], headline, partial(states, found[first])):
        first += 1
    while first < last and is_tail(texts[found[last - 1]]):
        last -= 1
    return found[first:last]


def is_head(segment: Segment, headline: str, states: Callable[[str], bool]) -> bool:
    """Whether a segment above the text says no more than when it was published, and by whom, or only leads elsewhere.

    `states` says of a line whether it is a date or a byline. A page made by hand may have its whole head in the lines
    of one segment, the section and the headline among them.
    """
    if segment.linked > LINKED and segment.element.tag not in HEADINGS:
        return True
    times = {" ".join(inline_text(time).split()) for time in segment.element.iter("time")}
    lines = segment.text.split("\n")
    told = [line in times or (len(line) <= LINE and states(line)) for line in lines]
    if len(lines) == 1 or not any(told):
        return all(told)
    return all(one or line in headline or len(line) <= SHORT for one, line in zip(told, lines, strict=True))


def is_tail(segment: Segment) -> bool:
    """Whether what ends a text only leads elsewhere, or heads what was left out; one segment may hold lines of both."""
    is_short = len(segment.text) <= LABEL and segment.text[-1:] not in ENDS
    is_label = is_short and segment.strong + segment.linked > LINKED
    return segment.linked > LINKED or segment.element.tag in HEADINGS or is_label


def lines_near_headline(page: Observation, likely: NDArray[np.float64]) -> Iterator[str]:
    """What stands around the headline and right after the text, where bylines stand that nothing marks."""
    first, taken = page.headline, np.flatnonzero(likely >= LIKELY)
    last = int(taken[-1]) if len(taken) else first
    for index in (*range(max(0, first - 3), first + BYLINE_REACH), last, last + 1):
        if 0 <= index < len(page.segments):
            yield from page.segments[index].text.split("\n")
