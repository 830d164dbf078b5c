"""Boxes inside a body that ask something of the reader (subscribe, donate) and are no part of the article.

Their markup is not known beforehand, and it may be none of their own: a message can stand as bare paragraphs among the
article's. What gives them away is an opening ("A Message from …") and, soon after it, several things to press.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator

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
LETTER = re.compile(r"[\W_]{0,9}(a message from|dear readers?\b|дорогие читатели|уважаемые читатели)", re.IGNORECASE)
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

Line = tuple[HtmlElement, str, str]


def boxes(root: HtmlElement) -> set[HtmlElement]:
    """The elements below `root` that make up such boxes; one that also holds a part of the story is not among them."""
    lines = list(_lines(root))
    taken: set[int] = set()
    for index, line in enumerate(lines):
        if index not in taken and _opens(line) and (end := _end(lines, index)):
            start = index - 1 if index and ACTION.fullmatch(lines[index - 1][1]) else index
            taken.update(range(start, end + 1))
    if not taken:
        return set()
    taken |= _around(lines, taken)
    gone = {lines[index][0] for index in taken}
    kept: set[HtmlElement] = {root}
    for index, line in enumerate(lines):
        if index not in taken:
            kept.update(_new(line[0], kept))
    for element in tuple(gone):
        for above in element.iterancestors():
            if above in kept or above in gone:
                break
            gone.add(above)
    return gone


def _around(lines: list[Line], taken: set[int]) -> set[int]:
    """All of what begins as a letter to readers and holds a box: another box may stand in the middle of it.

    Scripts put a newsletter box before the last paragraph of a page, also where that is the message's own.
    """
    letters = [index for index, line in enumerate(lines) if _opens(line) and LETTER.match(line[1])]
    if not letters:
        return set()
    first: dict[HtmlElement, int] = {}
    for index, line in enumerate(lines):
        first.update(dict.fromkeys(_new(line[0], first), index))
    ends: dict[int, int] = {}  # by the line that something begins with, the last line of the largest such thing
    seen: set[HtmlElement] = set()
    for index in range(len(lines) - 1, -1, -1):
        for above in _new(lines[index][0], seen):
            seen.add(above)
            ends[first[above]] = max(index, ends.get(first[above], index))
    boxed, around, reached = sorted(taken), set[int](), 0
    for letter in letters:
        end = ends.get(letter, letter - 1)
        at = bisect_left(boxed, letter)
        if at < len(boxed) and boxed[at] <= end:
            around.update(range(max(letter, reached), end + 1))
            reached = max(reached, end + 1)
    return around


def _new(element: HtmlElement, known: Container[HtmlElement]) -> Iterator[HtmlElement]:
    """What is above an element, up to what is known: so each is looked at once, however deep a page is."""
    for above in element.iterancestors():
        if above in known:
            return
        yield above


def _opens(line: Line) -> bool:
    element, text, control = line
    if control or len(text) > SHORT or (element.tag in INLINE and ACTION.fullmatch(text)):
        return False
    return OPENING.match(text) is not None


def _end(lines: list[Line], start: int) -> int | None:
    """The last thing to press after an opening, where there are at least two different ones."""
    pressed: set[str] = set()
    last: int | None = None
    for index in range(start + 1, min(start + REACH, len(lines))):
        _, text, control = lines[index]
        opens = _opens(lines[index])
        if last is not None and opens:
            break  # the next box
        if control or ACTION.fullmatch(text):
            pressed.add(control or text.lower().strip(".!?… "))
            last = index
        elif last is None:
            if index - start > (GREETING if opens else BEFORE):
                break
        elif index - last > APART or not (len(text) <= LABEL or _acts(lines, index + 1)):
            break
    return last if len(pressed) > 1 else None


def _acts(lines: list[Line], index: int) -> bool:
    return index < len(lines) and ACTION.fullmatch(lines[index][1]) is not None


def _lines(root: HtmlElement) -> Iterator[Line]:
    """Each line of text with its element, and each control with its tag; text is white-space folded."""
    parted: set[HtmlElement] = set()  # known to hold more than phrases
    ways = [root.iterchildren("*")]
    while ways:
        child = next(ways[-1], None)
        if child is None:
            ways.pop()
        elif child.tag in PRESSED or child.get("role") in ROLES:
            yield child, " ".join(child.text_content().split()), f"{child.tag}:{child.get('type', '')}"
        elif _is_line(child, parted):
            if text := " ".join(child.text_content().split()):
                yield child, text, ""
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
