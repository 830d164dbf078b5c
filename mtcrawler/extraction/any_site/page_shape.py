"""What the text of a page looks like, as numbers: from these and what the page states, its kind is told."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.metadata.names import opens_byline
from mtcrawler.markup.dates import stated

ENDS: Final = '.!?…"”»。'
LONG: Final = 80  # characters of a paragraph
HEAD_BEFORE: Final = 4  # segments before the headline and after it in which byline and date stand
HEAD_AFTER: Final = 10
HEAD_LINE: Final = 120  # characters of a line that states them
UNHEADED: Final = -50.0
"""Where the text begins as seen from the headline, on a page that has none."""
SIZE: Final = 43
"""Features that there are."""
_PRICE: Final = re.compile(r"[$€£¥₹₽]\s?\d|\d\s?(?:€|£|USD|EUR|руб)")


def text_features(seen: Observation, likely: NDArray[np.float64]) -> list[float]:
    """What the segments of a page, and what the model takes for an article's, tell of its kind."""
    if not len(likely):
        return [0.0] * SIZE
    lengths = np.array([len(segment.text) for segment in seen.segments], np.float64)
    sure = likely >= 0.5
    return [
        *_masses(seen, likely, lengths, sure),
        *_containers(seen, lengths, np.flatnonzero(sure)),
        *_sorts(seen, np.flatnonzero(sure)),
        *_rhythm(seen, lengths, np.flatnonzero(sure)),
        *_head(seen),
        seen.lift,
    ]


def linked_headings(seen: Observation) -> int:
    """How many headings are links."""
    return sum(segment.linked > 0.8 for segment in seen.segments if segment.element.tag in HEADINGS)


def _masses(
    seen: Observation, likely: NDArray[np.float64], lengths: NDArray[np.float64], sure: NDArray[np.bool_]
) -> list[float]:
    """How much text there is, how much of it is links, and how much may be an article's, and where."""
    links = np.array([segment.linked for segment in seen.segments])
    mass, total = lengths * likely, lengths.sum()
    levels = Counter(HEADINGS.get(segment.element.tag, 0) for segment in seen.segments)
    at = np.flatnonzero(sure)
    some = len(at) > 0
    runs = np.diff(np.concatenate([[0], sure.astype(int), [0]]))
    return [
        levels[1],
        levels[2],
        levels[3],
        linked_headings(seen),
        float(len(lengths)),
        float(np.log1p(total)),
        float((lengths * links).sum() / total),
        float(((lengths > LONG) & (links < 0.3)).sum()),
        float(np.log1p(mass.sum())),
        float(mass.sum() / total),
        float(len(at)),
        len(at) / (at[-1] - at[0] + 1) if some else 0.0,
        float((runs > 0).sum()),
        float(lengths[sure].mean()) if some else 0.0,
        float(lengths[sure].max()) if some else 0.0,
        float((lengths * links)[sure].sum() / lengths[sure].sum()) if some else 0.0,
        float(likely.max()),
        seen.headline >= 0,
        float(at[0] - seen.headline) if some and seen.headline >= 0 else UNHEADED,
        float(np.mean(["?" in seen.segments[index].text for index in at])) if some else 0.0,
        float(at[0] / len(lengths)) if some else 0.0,
        float(np.mean(lengths[sure] > 150)) if some else 0.0,
    ]


def _containers(seen: Observation, lengths: NDArray[np.float64], at: NDArray[np.intp]) -> list[float]:
    """Whether one element holds the text, or many hold a little of it each, as teasers do."""
    inner: Counter[object] = Counter()
    outer: Counter[object] = Counter()
    for index in at.tolist():
        holder = seen.holders[index]
        inner[holder] += lengths[index]
        outer[next(islice(_above(holder), 1, None), holder)] += lengths[index]
    total = max(1.0, float(lengths[at].sum()))
    return [max(inner.values(), default=0) / total, max(outer.values(), default=0) / total, len(inner)]


def _above(element: object) -> list[object]:
    """The two elements around one, as far as there are any."""
    found: list[object] = []
    while len(found) < 2 and (element := element.getparent()) is not None:  # type: ignore[attr-defined]
        found.append(element)
    return found


def _sorts(seen: Observation, at: NDArray[np.intp]) -> list[float]:
    """What the text consists of: the shares of paragraphs, items, other boxes and headings, and of whole sentences."""
    tags = Counter(seen.segments[index].element.tag for index in at)
    some = max(1, len(at))
    prices = sum(bool(_PRICE.search(segment.text)) for segment in seen.segments)
    ended = sum(seen.segments[index].text[-1:] in ENDS for index in at)
    boxes = sum(tags[tag] for tag in ("div", "span", "a", "td"))
    return [
        tags["p"] / some,
        tags["li"] / some,
        boxes / some,
        sum(tags[tag] for tag in HEADINGS) / some,
        prices,
        ended / some,
    ]


def _rhythm(seen: Observation, lengths: NDArray[np.float64], at: NDArray[np.intp]) -> list[float]:
    """How evenly long paragraphs and headings follow each other: teasers and goods come in equal steps."""
    long = at[lengths[at] > LONG]
    between = np.diff(long) if len(long) > 1 else np.zeros(1)
    heads = [index for index, one in enumerate(seen.segments) if one.element.tag in {"h2", "h3", "h4"}]
    steps = np.diff(heads) if len(heads) > 1 else np.zeros(1)
    return [
        float(np.median(between)),
        float(between.max()),
        float(np.median(steps)),
        len(heads) / len(lengths),
        float(np.median(lengths[at])) if len(at) else 0.0,
        float(lengths[at].std()) if len(at) else 0.0,
    ]


def _head(seen: Observation) -> list[float]:
    """Whether a byline and a date stand at the headline, and how many ways the page names itself, and how long."""
    lines: list[str] = []
    if seen.headline >= 0:
        around = seen.segments[max(0, seen.headline - HEAD_BEFORE) : seen.headline + HEAD_AFTER]
        lines = [segment.text for segment in around if len(segment.text) < HEAD_LINE]
    sizes = [len(title.split()) for title in seen.titles] or [0]
    return [
        any(map(opens_byline, lines)),
        any(re.search(r"\d", line) is not None and stated(line, None, None) is not None for line in lines),
        max(sizes),
        min(sizes),
        len(seen.titles),
    ]
