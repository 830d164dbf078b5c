"""Where bylines, dates, captions and credits are shown: found where pages declare them, used where others do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Final, Literal, NamedTuple

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.memory.lesson import LONG, Field
from mtcrawler.extraction.memory.paths import path_of, step_of
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.extraction.metadata.pictures.wording import IMAGES, bare_credit
from mtcrawler.extraction.metadata.publication import date_in
from mtcrawler.markup.dates import Stated
from mtcrawler.markup.text import inline_text

BEFORE: Final = 6
AFTER: Final = 20
"""Segments before and after the headline among which byline and date are shown."""
TAIL: Final = 5
"""Segments after the text among which they are shown, too."""
END: Final = 2
"""Those of them that stand right after it, where it is signed."""
ENDS: Final = frozenset('.!?…"”»。！？।؟')
"""What a sentence ends with."""
INSIDE: Final = 8
"""Elements of a segment, and of what it stands in, that are looked at."""
SMALL: Final = 20
"""Nodes of an element that is a line."""
LINE: Final = 160
"""Characters of a line that names who wrote it, or when."""
WORDING: Final = 700
"""Characters of a caption."""
BOX: Final = 100
"""Elements of a picture's box."""
HIGHEST: Final = 3
"""Elements above a picture in which its words stand, where it is in no figure."""
PICTURES: Final = 2
"""Pictures of a box of one: the second is for browsers without scripts."""
STOPS: Final = frozenset({"body", "html", "main", "article"})

Place = Literal["before", "head", "text", "end", "after"]
"""Where a line stands: before the headline, between it and the text, in the text, right after it, or farther on."""

Elements = Collection[HtmlElement]


class Line(NamedTuple):
    """The text of the segment that a line stands in, the number of the segment, and where it stands."""

    text: str
    segment: int
    place: Place


Lines = Mapping[HtmlElement, Line]


def lines_of(page: Observation, likely: NDArray[np.float64]) -> dict[HtmlElement, Line]:
    """The elements in which byline and date may stand, those near the headline first.

    `likely` is what the model makes of the page without the memory.
    """
    first, (opens, last) = page.headline, text_in(page, likely)
    head = range(max(0, first - BEFORE), min(len(page.segments), first + AFTER))
    tail = range(max(last, head.stop), min(len(page.segments), last + 1 + TAIL)) if last >= 0 else range(0)
    found: dict[HtmlElement, Line] = {}
    for index in (*head, *tail):
        segment = page.segments[index]
        if len(segment.text) <= LINE:
            place: Place = "head" if first < index else "before"
            if index >= opens:
                place = "text" if index <= last else "end" if index <= last + END else "after"
            inside = islice(segment.element.iter("*"), INSIDE)
            found.update((line, Line(segment.text, index, place)) for line in inside if _is_small(line))
    return found


def text_in(page: Observation, likely: NDArray[np.float64]) -> tuple[int, int]:
    """The first and the last segment of the text that is a sentence or as long as one, past the page where none is."""
    sentences = [
        index
        for index in np.flatnonzero(likely >= LIKELY).tolist()
        if index > page.headline and (len(page.words[index]) >= LONG or ends_sentence(page.segments[index].text))
    ]
    return (sentences[0], sentences[-1]) if sentences else (len(page.segments), -1)


def ends_sentence(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return text.rstrip()[-1:] in ENDS


def box_of(image: HtmlElement) -> list[HtmlElement]:
    """The elements in which a picture's words may stand: of its figure, or of a box that holds no other picture."""
    holder = next(islice(image.iterancestors("figure"), 1), None)
    if holder is None:
        holder = next(islice(image.iterancestors(), HIGHEST - 1, None), None)
    if holder is None or holder.tag in STOPS or next(islice(holder.iter(*IMAGES), PICTURES, None), None) is not None:
        return []
    return [line for line in islice(holder.iterdescendants("*"), BOX) if _is_small(line)]


def at(path: str | None, lines: Elements) -> list[HtmlElement]:
    """The elements at this path that stand together: the first, and those beside it."""
    if path is None:
        return []
    last = path.rpartition(">")[2]
    tag = last.partition(".")[0]
    found = [line for line in lines if line.tag == tag and step_of(line) == last and path_of(line) == path]
    beside = found[0].getparent() if found else None
    outer = beside.getparent() if beside is not None else None
    return [line for line in found if line.getparent() is beside or _above(line, 2) is outer]


def dates_at(path: str | None, lines: Lines) -> Iterator[str]:
    """What a date says at this path; the days that a story tells of are none."""
    for line in at(path, [line for line, one in lines.items() if one.place != "text"])[:1]:
        yield from _dates(line)


def caption_at(path: str | None, box: Elements) -> str | None:
    """What a caption says at this path."""
    text = " ".join(" ".join(inline_text(line) for line in at(path, box)[:1]).split())
    return text if 0 < len(text) <= WORDING else None


def credit_at(path: str | None, box: Elements) -> str | None:
    """Whom a credit names at this path, without the words before."""
    return bare_credit(said) if (said := caption_at(path, box)) and len(said) <= LINE else None


def teaches(
    memory: SiteMemory | None,
    field: Field,
    lines: Elements,
    shows: Callable[[HtmlElement], bool],
    agrees: Callable[[str], bool | None],
) -> Iterator[tuple[tuple[Field, str], bool]]:
    """Which paths say what the page declares, and which known ones say something else.

    `shows` tells quickly whether an element may show it; `agrees` what comes of reading a path: None for nothing. Where
    a path that is believed agrees, no others are looked for.
    """
    settled = False
    known = memory.fields.get(field, {}) if memory else {}
    for path, before in known.items():
        if (said := agrees(path)) is not None:
            settled |= said and before.is_believed
            yield (field, path), said
    paths: Iterable[str] = () if settled else dict.fromkeys(path_of(line) for line in lines if shows(line))
    for path in islice(paths, INSIDE):
        if path not in known and (said := agrees(path)) is not None:
            yield (field, path), said


def same_day(path: str, lines: Lines, declared: date, read: Callable[[str], Stated | None]) -> bool | None:
    """Whether a date at this path is the declared one."""
    found = next((one for text in dates_at(path, lines) if (one := read(text))), None)
    return found.day == declared if found else None


def same_words(said: str | None, declared: str) -> bool | None:
    """Whether a caption or a credit says what the page declares."""
    return folded(said) == folded(declared) if said else None


def folded(text: str) -> str:
    """A text without case, punctuation and spaces, in which two spellings of a name agree."""
    return "".join(filter(str.isalnum, text.casefold()))


def _is_small(line: HtmlElement) -> bool:
    """Whether an element may be a line, and is cheap to read."""
    return next(islice(line.iter(), SMALL, None), None) is None


def _dates(line: HtmlElement) -> Iterator[str]:
    if stated := line.get("datetime"):
        yield stated
    text = " ".join(inline_text(line).split())
    if len(text) <= LINE and any(map(str.isdigit, text)):
        yield from date_in(text)


def _above(element: HtmlElement, steps: int) -> HtmlElement | None:
    return next(islice(element.iterancestors(), steps - 1, None), None)
