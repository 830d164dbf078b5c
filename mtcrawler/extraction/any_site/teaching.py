"""What a page that was read teaches of its site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.body.model import chosen
from mtcrawler.extraction.memory import fields
from mtcrawler.extraction.memory.lesson import Field, Lesson, lesson_of
from mtcrawler.extraction.memory.signatures import same_names
from mtcrawler.extraction.metadata.authors import declared_names
from mtcrawler.extraction.metadata.pictures.lead import described_lead
from mtcrawler.extraction.metadata.pictures.wording import bare_credit
from mtcrawler.extraction.metadata.publication import declared_day, read_date

CAPTION: Final = 12
"""Characters of a declared caption that is looked for; shorter ones stand in many places."""
CREDIT: Final = 3
LONGEST: Final = 2_000
"""Characters of an element in which declared words are looked for."""


def lesson_in(page: AnyPage) -> Lesson:
    """What this article teaches: its texts and places, and where it shows what it declares."""
    likely = page.unaided
    taken = frozenset(chosen(page.observation, likely))
    found = lesson_of(page.canonical_url, page.observation, likely, taken, page.recollection.chains)
    return replace(found, fields=dict(_fields(page)))


def _fields(page: AnyPage) -> Iterator[tuple[tuple[Field, str], bool]]:
    lines, language = page.recollection.lines, page.statements.language
    if names := frozenset(map(fields.folded, declared_names(page.statements))):
        yield from fields.teaches(
            page.memory,
            "authors",
            lines,
            lambda line: _names_one(lines[line].text, names) and _names_one(_said(line), names),
            lambda path: same_names(path, lines, names),
        )
    if day := declared_day(page.statements, language, page.zone):
        read = cache(lambda said: read_date(said, page.zone, language))
        year, number = f"{day.year % 100:02}", str(day.day)
        yield from fields.teaches(
            page.memory,
            "published_at",
            lines,
            lambda line: all(digits in (line.get("datetime") or lines[line].text) for digits in (year, number)),
            lambda path: fields.same_day(path, lines, day, read),
        )
    yield from _words(page)
    shown = page.recollection.introductions
    yield from fields.teaches(page.memory, "summary", shown.boxes, shown.declares, shown.agrees)


def _words(page: AnyPage) -> Iterator[tuple[tuple[Field, str], bool]]:
    lead = described_lead(page.statements, page.base)
    if lead is None:
        return
    box = fields.box_of(lead.shown)
    caption, credit = lead.declared.caption or "", bare_credit(lead.declared.credit or "") or ""
    if len(caption) >= CAPTION:
        yield from fields.teaches(
            page.memory,
            "caption",
            box,
            lambda line: fields.folded(caption) in _text(line),
            lambda path: fields.same_words(fields.caption_at(path, box), caption),
        )
    if len(credit) >= CREDIT:
        yield from fields.teaches(
            page.memory,
            "credit",
            box,
            lambda line: fields.folded(credit) in _text(line),
            lambda path: fields.same_words(fields.credit_at(path, box), credit),
        )


@lru_cache(maxsize=256)
def _names_one(text: str, names: frozenset[str]) -> bool:
    """Whether a text has one of these names, which are folded."""
    said = fields.folded(text)
    return any(name in said for name in names)


def _text(line: HtmlElement) -> str:
    return fields.folded(_said(line))


def _said(line: HtmlElement) -> str:
    """What an element says; a script in it may be long."""
    return "".join(line.itertext())[:LONGEST]
