"""Where bylines, dates, captions and credits are shown: found where pages declare them, used where others do not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.memory.lesson import Field
from mtcrawler.extraction.memory.paths import path_of, step_of
from mtcrawler.extraction.memory.site_memory import SiteMemory
from mtcrawler.extraction.metadata.names import names_in
from mtcrawler.extraction.metadata.publication import date_in
from mtcrawler.extraction.metadata.wording import IMAGES, bare_credit
from mtcrawler.markup.dates import Stated
from mtcrawler.markup.text import inline_text

BEFORE: Final = 6
AFTER: Final = 20
"""Segments before and after the headline among which byline and date are shown."""
TAIL: Final = 5
"""Segments after the text among which they are shown, too."""
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

Lines = Collection[HtmlElement]


def lines_of(page: Observation, last: int) -> dict[HtmlElement, str]:
    """The elements in which byline and date may stand, each with the text of its segment, those of the headline first.

    `last` is the number of the text's last segment, -1 where there is none.
    """
    first = page.headline
    head = range(max(0, first - BEFORE), min(len(page.segments), first + AFTER))
    tail = range(max(last, head.stop), min(len(page.segments), last + 1 + TAIL)) if last >= 0 else range(0)
    found: dict[HtmlElement, str] = {}
    for index in (*head, *tail):
        segment = page.segments[index]
        if len(segment.text) <= LINE:
            inside = islice(segment.element.iter("*"), INSIDE)
            found.update((line, segment.text) for line in inside if _is_small(line))
    return found


def box_of(image: HtmlElement) -> list[HtmlElement]:
    """The elements in which a picture's words may stand: of its figure, or of a box that holds no other picture."""
    holder = next(islice(image.iterancestors("figure"), 1), None)
    if holder is None:
        holder = next(islice(image.iterancestors(), HIGHEST - 1, None), None)
    if holder is None or holder.tag in STOPS or next(islice(holder.iter(*IMAGES), PICTURES, None), None) is not None:
        return []
    return [line for line in islice(holder.iterdescendants("*"), BOX) if _is_small(line)]


def at(path: str | None, lines: Lines) -> list[HtmlElement]:
    """The elements at this path that stand together: the first, and those beside it."""
    if path is None:
        return []
    last = path.rpartition(">")[2]
    tag = last.partition(".")[0]
    found = [line for line in lines if line.tag == tag and step_of(line) == last and path_of(line) == path]
    beside = found[0].getparent() if found else None
    outer = beside.getparent() if beside is not None else None
    return [line for line in found if line.getparent() is beside or _above(line, 2) is outer]


def names_at(path: str | None, lines: Lines) -> list[dict[str, str | None]]:
    """What a byline says at this path, as structured data would: names with the addresses of their pages."""
    said = ((line, " ".join(inline_text(line).split())) for line in at(path, lines))
    return [{"name": text, "url": line.get("href")} for line, text in said if 2 < len(text) <= LINE]


def dates_at(path: str | None, lines: Lines) -> Iterator[str]:
    """What a date says at this path."""
    for line in at(path, lines)[:1]:
        yield from _dates(line)


def caption_at(path: str | None, box: Lines) -> str | None:
    """What a caption says at this path."""
    text = " ".join(" ".join(inline_text(line) for line in at(path, box)[:1]).split())
    return text if 0 < len(text) <= WORDING else None


def credit_at(path: str | None, box: Lines) -> str | None:
    """Whom a credit names at this path, without the words before."""
    return bare_credit(said) if (said := caption_at(path, box)) and len(said) <= LINE else None


def teaches(
    memory: SiteMemory | None,
    field: Field,
    lines: Lines,
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


def same_names(path: str, lines: Lines, declared: frozenset[str]) -> bool | None:
    """Whether a byline at this path names those whom the page declares."""
    shown = names_in(names_at(path, lines))
    return {folded(name) for name in shown} == declared if shown else None


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
