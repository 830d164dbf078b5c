"""Boxes inside a body that ask something of the reader (subscribe, donate) and are no part of the article.

Their markup is not known beforehand, and it may be none of their own: a message can stand as bare paragraphs among the
article's. What gives them away is an opening ("A Message from …") and, soon after it, several things to press, one of
them a control. Prose that sounds like an opening is none: a box has an element of its own, or hardly any words.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

CONTROLS = frozenset("button input textarea select form".split())
PRESSED = CONTROLS - {"form"}
ROLES = frozenset("button tab radio checkbox".split())
INLINE = frozenset(
    "a abbr b bdi bdo br cite code em font i kbd label mark q s small span strong sub sup time u var".split()
)
OPENING = re.compile(
    r"[\W_]{0,9}(a message from|dear readers?\b|support (the|our|independent)\b|sign up\b|subscribe\b|join our|"
    r"get (the|our) |we need your|will you (help|support)|before you go|help us|donate|"
    r"поддерж(ите|и|ать)\b|подпи(шитесь|сывайтесь)|дорогие читатели|уважаемые читатели|обращение )",
    re.IGNORECASE,
)
TITLE = re.compile(r"[\W_]{0,9}(a message from|обращение )", re.IGNORECASE)
LETTER = re.compile(
    r"[\W_]{0,9}(a message from|dear readers?\b|дорогие читатели|уважаемые читатели|обращение )", re.IGNORECASE
)
SAID = re.compile(r"[,:;“”„«»\"]")  # what prose has, and the title of a box has not
ACTION = re.compile(
    r"(remind me later|not ready to (support|give|donate)[^\n]*+|maybe later|not now|no,? thanks?|"
    r"once|one-time|single|monthly|annual(ly)?|yearly|continue|subscribe|sign up|submit|donate( now| today)?|"
    r"contribute( now| today)?|support( us)?|close|"
    r"напомнить позже|напомните позже|не сейчас|позже|разово|один раз|ежемесячно|ежегодно|продолжить|подписаться|"
    r"отправить|поддержать|закрыть)\W*|[×✕✖]",
    re.IGNORECASE,
)
SHORT = 160  # characters of an opening line: a longer one is prose that happens to begin so
REACH = 40  # lines from the opening within which the box must end
GREETING = 2  # lines from one opening to the next that still belong together: a title and "Dear readers,"
BEFORE = 12  # lines from the opening to the first thing to press
APART = 3  # lines from one thing to press to the next, all of them labels unless the next says what pressing it does
LABEL = 60  # characters
CHOICES = 3  # things to press that a message among the story's own paragraphs has at least

Skip = Callable[[HtmlElement], bool]


class Line(NamedTuple):
    """A line of text with its element, or a control with what it is."""

    element: HtmlElement
    text: str
    control: str


class _Box(NamedTuple):
    """From its opening to the last thing to press, as indexes of lines; how many different things there are."""

    start: int
    end: int
    choices: int


def boilerplate_in(root: HtmlElement, skip: Skip = lambda element: False) -> set[HtmlElement]:
    """The elements below `root` that make up such boxes; one that also holds a part of the story is not among them.

    What `skip` names is no part of the page: neither its words nor its controls.
    """
    lines = list(_lines(root, skip))
    spans: dict[HtmlElement, tuple[int, int]] = {}
    taken: set[int] = set()
    # From the end, so that what belongs to the nearest opening is not taken for an earlier one's.
    for index in range(len(lines) - 1, -1, -1):
        if index not in taken and _opens(lines[index]) and (box := _box(lines, index, taken)):
            spans = spans or _spans(root, lines)
            taken.update(_of_box(lines, box, spans))
    if not taken:
        return set()
    taken |= _around(lines, taken, spans)
    gone = {lines[index].element for index in taken}
    kept: set[HtmlElement] = {root}
    for index, line in enumerate(lines):
        if index not in taken:
            kept.update(_new(line.element, kept))
    for element in tuple(gone):
        for above in element.iterancestors():
            if above in kept or above in gone:
                break
            gone.add(above)
    return gone


def _of_box(lines: list[Line], box: _Box, spans: dict[HtmlElement, tuple[int, int]]) -> range:
    """Which lines the box is: an element's of its own, or the bare ones of a message; none where it may be prose."""
    opening, between = lines[box.start], lines[box.start + 1 : box.end + 1]
    letter = LETTER.match(opening.text) is not None
    first = box.start
    if first and ACTION.fullmatch(lines[first - 1].text):
        first -= 1  # Close
    own = _has_own_element(opening.element, first, box, spans)
    if own and letter:
        return range(first, box.end + 1)
    texts = [line.text for line in between if not line.control and not ACTION.fullmatch(line.text)]
    if own:
        return range(first, box.end + 1) if all(len(text) <= SHORT for text in texts) else range(0)
    if letter:
        return range(first, box.end + 1) if box.choices >= CHOICES else range(0)
    bare = not SAID.search(opening.text) and len(opening.text) <= LABEL and between[:2] and between[-1].control
    return (
        range(first, box.end + 1)
        if bare and all(len(text) <= LABEL for text in texts[:2]) and len(texts) < 3
        else range(0)
    )


def _spans(root: HtmlElement, lines: list[Line]) -> dict[HtmlElement, tuple[int, int]]:
    """The first and the last line of every element below `root` that holds any."""
    first: dict[HtmlElement, int] = {root: 0}
    last: dict[HtmlElement, int] = {root: len(lines) - 1}
    for index, line in enumerate(lines):
        first.update(dict.fromkeys([line.element, *_new(line.element, first)], index))
    for index in range(len(lines) - 1, -1, -1):
        element = lines[index].element
        last.update(dict.fromkeys([element, *_new(element, last)], index))
    del first[root]
    return {element: (begin, last[element]) for element, begin in first.items()}


def _has_own_element(opening: HtmlElement, first: int, box: _Box, spans: dict[HtmlElement, tuple[int, int]]) -> bool:
    """Whether an element begins with the box and holds no more than it."""
    for above in opening.iterancestors():
        begin, end = spans.get(above, (-1, -1))
        if begin < first or end > box.end:
            return False
        if end > box.start:
            return True
    return False


def _around(lines: list[Line], taken: set[int], spans: dict[HtmlElement, tuple[int, int]]) -> set[int]:
    """All of what begins with a message's title and holds a box: another box may stand in the middle of it.

    Scripts put a newsletter box before the last paragraph of a page, also where that is the message's own.
    """
    around, boxed = set[int](), sorted(taken)
    prose = [index for index, line in enumerate(lines) if len(line.text) > SHORT]
    for index, line in enumerate(lines):
        if index in around or not (_opens(line) and TITLE.match(line.text)):
            continue
        for above in line.element.iterancestors():
            begin, end = spans.get(above, (-1, -1))
            if begin < index or _count(prose, begin, end) == len(prose):
                break  # it holds a part of the story, or all of it
            if _count(boxed, begin, end):
                around.update(range(begin, end + 1))
    return around


def _count(numbers: list[int], begin: int, end: int) -> int:
    """How many of these sorted numbers lie from one to the other."""
    return bisect_right(numbers, end) - bisect_left(numbers, begin)


def _new(element: HtmlElement, known: Container[HtmlElement]) -> Iterator[HtmlElement]:
    """What is above an element, up to what is known: so each is looked at once, however deep a page is."""
    for above in element.iterancestors():
        if above in known:
            return
        yield above


def _opens(line: Line) -> bool:
    if line.control or len(line.text) > SHORT or (line.element.tag in INLINE and ACTION.fullmatch(line.text)):
        return False
    return OPENING.match(line.text) is not None


def _is_pressed(line: Line) -> bool:
    """Whether a line is a control: a button or a field, or a link that says what pressing it does."""
    if line.control:
        return True
    links = line.element.iter("a")
    return ACTION.fullmatch(line.text) is not None and any(True for _ in links)


def _box(lines: list[Line], start: int, taken: Container[int]) -> _Box | None:
    """From an opening to the last thing to press, where there are at least two different ones and one is a control."""
    pressed: set[str] = set()
    last, control = -1, False
    for index in range(start + 1, min(start + REACH, len(lines))):
        line = lines[index]
        opens = _opens(line)
        if index in taken or (last >= 0 and opens):
            break  # the next box
        if line.control or ACTION.fullmatch(line.text):
            pressed.add(line.control or line.text.lower().strip(".!?… "))
            last, control = index, control or _is_pressed(line)
        elif last < 0:
            if index - start > (GREETING if opens else BEFORE):
                break
        elif index - last > APART or not (len(line.text) <= LABEL or _acts(lines, index + 1)):
            break
    if len(pressed) < 2 or not control:
        return None
    return _Box(_title(lines, start), last, len(pressed))


def _title(lines: list[Line], start: int) -> int:
    """Where a letter's title stands: "A Message from …" before "Dear readers," in the same element."""
    for index in range(max(0, start - GREETING), start):
        beside = lines[index].element.getparent() is lines[start].element.getparent()
        if beside and LETTER.match(lines[index].text) and _opens(lines[index]):
            return index
    return start


def _acts(lines: list[Line], index: int) -> bool:
    return index < len(lines) and ACTION.fullmatch(lines[index].text) is not None


def _lines(root: HtmlElement, skip: Skip) -> Iterator[Line]:
    """Each line of text with its element, and each control with its tag; text is white-space folded."""
    parted: set[HtmlElement] = set()  # known to hold more than phrases
    ways = [root.iterchildren("*")]
    while ways:
        child = next(ways[-1], None)
        if child is None:
            ways.pop()
        elif skip(child):
            continue
        elif child.tag in PRESSED or child.get("role") in ROLES:
            yield Line(child, " ".join(child.text_content().split()), f"{child.tag}:{child.get('type', '')}")
        elif _is_line(child, parted):
            if text := " ".join(child.text_content().split()):
                yield Line(child, text, "")
        else:
            ways.append(child.iterchildren("*"))


def _is_line(element: HtmlElement, parted: set[HtmlElement]) -> bool:
    if element in parted:
        return False
    for inner in element.iterdescendants("*"):
        if inner.tag not in INLINE or inner.get("role") in ROLES:
            parted.add(element)
            parted.update(_new(inner, parted))
            return False
    return True
