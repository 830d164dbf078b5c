"""What is known of each segment, as numbers: a row a segment, a column a feature."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.body.clues import NO_LETTERS, OPENING, SENTENCE
from mtcrawler.extraction.body.neighbours import FAR, Matrix, kinds_of, reach, shifted, windowed
from mtcrawler.extraction.body.observation import HEADINGS, Observation
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.extraction.body.surroundings import PLACES, Surroundings
from mtcrawler.extraction.body.words import size_of

VERSION: Final = 3
"""Of the features; weights that were learned from others do not fit."""

_TYPES: Final = {"p": 1, "li": 2, "td": 3, "th": 3, "dd": 4, "dt": 4, "pre": 5, "div": 6, "span": 6, "figcaption": 7}
_FIGURE, _LIST, _QUOTE, _FOOTER, _ASIDE = (
    1 << PLACES.index(name) for name in ("figure", "list", "quote", "footer", "aside")
)
SOME: Final = 0.2
LEAST: Final = 0.0
"""The words' sum that so much of a page's text in paragraphs has at least: below it all of them look hopeless alike."""
CLEAR: Final = 55.0
"""The sum of a paragraph that the words know for the story's, however small a part of all text it is."""
LONG: Final = 80
"""Characters of a paragraph."""
LINKED: Final = 0.3
"""The share of its characters in links up to which it is one."""
_RISE: Final = 0.12  # how much less a paragraph counts for each element further up


def lift_of(page: Observation, scores: NDArray[np.float64]) -> float:
    """What is added to the words' sums of all texts of a page, 0 where they do not speak against every one of them.

    Some pages have names that elsewhere are those of boxes beside a story, on all that they show: then nothing tells
    the story from what stands around it. The likeliest paragraphs, `SOME` of their text, get a sum of `LEAST`.
    """
    shown = zip(page.segments, page.words, strict=True)
    sizes = np.array([size_of(one.text, words) if one.linked < LINKED else 0 for one, words in shown])
    order = np.argsort(-scores, kind="stable")
    held = np.cumsum(np.where(sizes > LONG, sizes, 0)[order])
    if not len(held) or not held[-1] or scores[order][np.searchsorted(held, 1)] > CLEAR:
        return 0.0
    at = order[np.searchsorted(held, SOME * held[-1])]
    return max(0.0, LEAST - float(scores[at]))


def features_of(page: Observation, scores: NDArray[np.float64]) -> Matrix:
    """The features of all segments; `scores` are the learned words' sums, one a segment."""
    if not page.segments:
        return np.zeros((0, 1), np.float32)
    own = np.array(
        [
            _own(segment, words, around)
            for segment, words, around in zip(page.segments, page.words, page.around, strict=True)
        ],
        np.float32,
    )
    likely = 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30)))
    sizes = [size_of(segment.text, words) for segment, words in zip(page.segments, page.words, strict=True)]
    lengths = np.array(sizes, np.float64)
    mass = lengths * likely
    prose = ((lengths > LONG) & (own[:, 2] < LINKED) & (own[:, 4] > 0)).astype(np.float64)
    place = _places(page, mass, lengths, prose)
    column = np.column_stack
    near = column([own[:, 0], own[:, 2], own[:, 4], likely, prose])
    held = np.array([id(holder) for holder in page.holders])
    return np.hstack(
        [
            own,
            column([scores, likely]),
            place,
            *(shifted(near, by) for by in (1, -1, 2, -2)),
            *(shifted(likely[:, None], by) for by in (3, -3)),
            column([shifted(held, by) == held for by in (1, -1)]),
            *(column([windowed(likely, by), windowed(prose, by), windowed(mass, by)]) for by in (3, 10)),
            reach(likely, lengths),
            _apart(page, mass),
            _declared(page, lengths),
        ]
    ).astype(np.float32)


def _own(segment: Segment, words: list[str], around: Surroundings) -> tuple[float, ...]:
    text, count, size = segment.text, max(1, len(words)), size_of(segment.text, words)
    places, tag = around.places, segment.element.tag
    return (
        float(np.log1p(size)) if size > 4000 else _LOGS[size],
        _LOGS[min(count, 4000)],
        segment.linked,
        segment.strong,
        SENTENCE.search(text, max(0, len(text) - 12)) is not None,
        text.count(".") / count,
        text.count(",") / count,
        OPENING.match(text) is not None,
        text.isupper(),
        sum(map(str.isdigit, text[:200])) / min(len(text), 200),
        text[-1] == ":",
        text[-1] == "…" or text.endswith("..."),
        "|" in text,
        "@" in text or "http" in text,
        NO_LETTERS.fullmatch(text) is not None,
        text[0].islower(),
        "?" in text,
        text[0] in "\"“„«'‘",
        HEADINGS.get(tag, 0),
        _TYPES.get(tag, 0),
        *(places >> index & 1 for index in range(len(PLACES))),
        around.against,
        around.favour,
        around.hidden,
        around.depth,
        around.against_near,
        around.favour_near,
        around.marked,
        len(segment.element),
    )


_LOGS: Final = [float(value) for value in np.log1p(np.arange(4001))]


def _places(
    page: Observation, mass: NDArray[np.float64], lengths: NDArray[np.float64], prose: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How much text stands where each segment stands, and where on the page that is."""
    number = len(mass)
    per_holder: dict[object, float] = defaultdict(float)
    all_holder: dict[object, float] = defaultdict(float)
    per_outer: dict[object, float] = defaultdict(float)
    per_kind: dict[object, float] = defaultdict(float)
    all_kind: dict[object, float] = defaultdict(float)
    risen: dict[object, float] = defaultdict(float)
    outers = [holder.getparent() for holder in page.holders]
    kinds = kinds_of(page)
    for index in range(number):
        here, outer, kind, weight = page.holders[index], outers[index], kinds[index], float(mass[index])
        per_holder[here] += weight
        all_holder[here] += float(lengths[index])
        per_outer[outer] += weight
        per_kind[kind] += weight
        all_kind[kind] += float(lengths[index])
        if prose[index]:
            above, share = here, weight
            for step in range(12):
                if above is None:
                    break
                risen[above] += share / (1 + _RISE * step)
                above = above.getparent()
    main = max(risen, key=risen.__getitem__) if risen else None
    inside: dict[object, bool] = {None: False}
    within = np.array([_is_within(segment.element, main, inside) for segment in page.segments], np.float64)
    total = max(1.0, float(mass.sum()))
    most = max(1.0, *per_holder.values()) if per_holder else 1.0
    most_outer, most_kind = max(1.0, *per_outer.values()), max(1.0, *per_kind.values())
    order = np.arange(number)
    good = np.flatnonzero((prose > 0) & (within > 0))
    first, last = (int(good[0]), int(good[-1])) if len(good) else (0, number - 1)
    seen: dict[str, int] = {}
    again = [seen.setdefault(plain, index) != index for index, plain in enumerate(page.plain)]
    later = {plain: index for index, plain in enumerate(page.plain)}
    before = [later[plain] != index for index, plain in enumerate(page.plain)]
    return np.column_stack(
        [
            [per_holder[one] / most for one in page.holders],
            [per_holder[one] / max(1.0, all_holder[one]) for one in page.holders],
            [per_holder[one] / total for one in page.holders],
            [per_outer[one] / most_outer for one in outers],
            [per_kind[one] / most_kind for one in kinds],
            [per_kind[one] / max(1.0, all_kind[one]) for one in kinds],
            within,
            order / number,
            np.clip(order - page.headline if page.headline >= 0 else np.full(number, -FAR), -FAR, FAR),
            order == page.headline,
            (order < page.headline) if page.headline >= 0 else np.zeros(number),
            [_is_among(plain, words, page.titles) for plain, words in zip(page.plain, page.words, strict=True)],
            [_is_among(plain, words, page.descriptions) for plain, words in zip(page.plain, page.words, strict=True)],
            again,
            before,
            np.clip(order - first, -FAR, FAR),
            np.clip(last - order, -FAR, FAR),
            np.full(number, _LOGS[min(4000, int(total))]),
            np.full(number, total / max(1.0, float(lengths.sum()))),
            np.full(number, _LOGS[min(4000, number)]),
            np.full(number, _LOGS[min(4000, int(prose.sum()))]),
        ]
    ).astype(np.float64)


def _apart(page: Observation, mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whether each stands in the article element with most text, and how many top headings lie before it."""
    nearest: dict[object, object] = {None: None}
    owners = [_article_around(segment.element, nearest) for segment in page.segments]
    held: dict[object, float] = defaultdict(float)
    for owner, weight in zip(owners, mass.tolist(), strict=True):
        held[owner] += weight
    main = max(held, key=held.__getitem__)
    tops = np.cumsum([segment.element.tag == "h1" for segment in page.segments])
    first = tops[page.headline] if page.headline >= 0 else 0
    return np.column_stack(
        [
            [owner is main for owner in owners],
            [held[owner] / max(1.0, held[main]) for owner in owners],
            np.clip(tops - first, -5, 5),
        ]
    ).astype(np.float64)


def _article_around(element: Any, nearest: dict[object, object]) -> object:
    way = []
    while element not in nearest:
        way.append(element)
        if element.tag == "article":
            nearest[element] = element
            break
        element = element.getparent()
    found = nearest[element]
    nearest.update(dict.fromkeys(way, found))
    return found


def _is_within(element: object, main: object, known: dict[object, bool]) -> bool:
    way = []
    while element not in known:
        if element is main:
            known[element] = True
            break
        way.append(element)
        element = element.getparent()  # type: ignore[attr-defined]
    answer = known[element]
    known.update(dict.fromkeys(way, answer))
    return answer


def _is_among(plain: str, words: list[str], said: set[str]) -> float:
    """1 where a segment says one of these, 0.5 where one says a part of the other."""
    if plain in said:
        return 1.0
    return 0.5 if len(words) > 3 and any(plain in one or one in plain for one in said) else 0.0


def _declared(page: Observation, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each and of its neighbours the declared text says, too, how much of that is shown, and its length."""
    number = len(lengths)
    if not page.declared.words:
        return np.full((number, 5), -1.0)
    said = np.array(page.declared.shares, np.float64)
    counts = np.array([len(words) for words in page.words], np.float64)
    shown = min(2.0, float((said * counts).sum()) / page.declared.words)
    near = [shifted(said, by) for by in (1, -1)]
    return np.column_stack([said, *near, np.full(number, shown), np.full(number, np.log1p(page.declared.words))])
