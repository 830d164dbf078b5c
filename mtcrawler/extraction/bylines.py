"""Names that stand in a byline: people, without what stands around them, and agencies and newsrooms, which are none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from mtcrawler.extraction.signing_words import OFFICE, is_agency, is_newsroom
from mtcrawler.extraction.signing_words import ROLE as ROLE_WORD
from mtcrawler.markup.addresses import joined
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Author, Sponsor

BY = re.compile(r"(?:by|par|por|door|tekst|text|текст|авторы?|autora?)\s*+(?::\s++|(?<=\s))(?=[^\W\d_])", re.IGNORECASE)
ROLE = re.compile(
    rf"\b(?:(?:{ROLE_WORD}|{OFFICE})\w{{0,3}}|chief|head|professor|correspondante?|corresponsal|rédact\w+|redakt\w+)\b",
    re.IGNORECASE,
)


def people(named: Iterable[tuple[str, str | None]], publishers: frozenset[str], base: str) -> list[Author]:
    """The people among names and their pages' addresses, each once, in order."""
    found: dict[str, Author] = {}
    for text, address in named:
        name = _name(text)
        if is_person(name, publishers):
            found.setdefault(name, Author(name=name, url=joined(base, address)))
    return list(found.values())


def sponsor_in(labels: Iterable[HtmlElement], base: str) -> Sponsor | None:
    """Who paid, by the first label that names anybody; it is a link, holds one or stands in one."""
    for label in labels:
        links = [label, *label.iterdescendants("a"), *label.iterancestors("a")]
        if name := inline_text(label):
            address = next((link.get("href") for link in links if link.get("href")), None)
            return Sponsor(name=name, url=joined(base, address))
    return None


def _name(text: str) -> str:
    """A name without the word before it and the role after it."""
    text = BY.sub("", text, count=1) if BY.match(text) else text
    name, comma, role = text.partition(",")
    return name.strip() if comma and name.strip() and ROLE.search(role) else text.strip()


def is_person(name: str, publishers: frozenset[str]) -> bool:
    """Whether a byline names a person rather than agencies, a newsroom, a firm or these publishers (lower-cased)."""
    lowered = " ".join(name.lower().split())
    if not lowered or is_agency(name) or is_newsroom(name, surely=True):
        return False
    return not any(publisher in lowered for publisher in publishers)
