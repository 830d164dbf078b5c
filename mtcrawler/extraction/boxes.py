"""Boxes inside a body that ask something of the reader (subscribe, donate) and are no part of the article.

Their markup is not known beforehand, and it may be none of their own: a message can stand as bare paragraphs among the
article's. What gives them away is an opening ("A Message from …") and, soon after it, several things to press.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

CONTROLS = frozenset("button input textarea select form".split())
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
    r"(remind me later|not ready to (support|give|donate).*|maybe later|not now|no,? thanks?|"
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
    kept = {above for index, line in enumerate(lines) if index not in taken for above in line[0].iterancestors()}
    for element in tuple(gone):
        for above in element.iterancestors():
            if above is root or above in kept:
                break
            gone.add(above)
    return gone


def _around(lines: list[Line], taken: set[int]) -> set[int]:
    """All of what begins as a letter to readers and holds a box: another box may stand in the middle of it.

    The Moscow Times puts its newsletter box before the last paragraph, also where that is the message's own.
    """
    spans: dict[HtmlElement, tuple[int, int]] = {}
    for index, line in enumerate(lines):
        for above in line[0].iterancestors():
            spans[above] = (spans.get(above, (index, index))[0], index)
    letters = {index for index, line in enumerate(lines) if _opens(line) and LETTER.match(line[1])}
    return {
        index
        for first, last in spans.values()
        if first in letters and not taken.isdisjoint(range(first, last + 1))
        for index in range(first, last + 1)
    }


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
    for child in root.iterchildren("*"):
        if child.tag in CONTROLS - {"form"} or child.get("role") in ROLES:
            yield child, " ".join(child.text_content().split()), f"{child.tag}:{child.get('type', '')}"
        elif all(inner.tag in INLINE and inner.get("role") not in ROLES for inner in child.iterdescendants("*")):
            if text := " ".join(child.text_content().split()):
                yield child, text, ""
        else:
            yield from _lines(child)
