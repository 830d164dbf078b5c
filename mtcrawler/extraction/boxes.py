"""Boxes inside a body that ask something of the reader (subscribe, donate) and are no part of the article."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

CONTAINERS = frozenset("div section aside form dialog article footer header figure center fieldset table".split())
CONTROLS = frozenset("button input textarea select form".split())
ROLES = frozenset("button tab tablist dialog".split())
LONG = 200  # characters: a paragraph this long is prose, not a label
MARKED = re.compile(
    r"newsletter|donat|contribut|subscri|signup|sign-up|paywall|modal|pop-?up|promo|(^|[\s_-])ads?([\s_-]|$)|banner",
    re.IGNORECASE,
)
OPENING = re.compile(  # after a cross, where one comes first
    r"[\W_]{0,9}(a message from|dear readers?\b|support (the|our|independent)\b|sign up|subscribe|join our|"
    r"get (the|our) |we need your|will you (help|support)|before you go|help us|donate|"
    r"поддерж(ите|и|ать)\b|подпи(шитесь|сывайтесь)|дорогие читатели|уважаемые читатели|обращение )",
    re.IGNORECASE,
)
ASKING = re.compile(
    r"\b(remind me later|not ready to|maybe later|once\s+monthly|monthly\s+annual|one-time|your e-?mail|"
    r"напомнить позже|не сейчас|ежемесячно|разово|ваш e-?mail|подписаться)\b",
    re.IGNORECASE,
)


def asks(element: HtmlElement) -> bool:
    """Whether the element is a box to act on rather than a part of the story.

    A wrapper around the whole story may hold such a box without being one: what counts is how the element itself is
    marked and how it opens.
    """
    if element.tag not in CONTAINERS:
        return False
    controls = any(inner.tag in CONTROLS or inner.get("role") in ROLES for inner in element.iter("*"))
    text = " ".join(" ".join(element.itertext("*")).split())
    opens = OPENING.match(text) is not None
    if opens and (controls or ASKING.search(text)):
        return True
    if not controls:
        return False
    if MARKED.search(f"{element.get('class', '')} {element.get('id', '')}"):
        return True
    prose = any(len(inner.text_content()) > LONG for inner in element.iter("p"))
    return not prose and not any(asks(inner) for inner in element.iterdescendants("*"))
