"""When the article was published: the dates that a page states, the most reliable first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, tzinfo
from itertools import chain, islice
from typing import Final

from mtcrawler.extraction.declared import Publication, publication
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.markup.date_words import ENGLISH_MONTH
from mtcrawler.markup.dates import Stated, stated
from mtcrawler.markup.structured import is_of, string
from mtcrawler.markup.text import inline_text
from mtcrawler.model.provenance import FieldSource

METAS: Final = tuple(
    """
    article:published_time og:article:published_time article:published parsely-pub-date sailthru.date datepublished
    pubdate publishdate publish-date publication_date article:post_date date dc.date dc.date.issued dcterms.created
    dcterms.date dcterms.issued cxenseparse:recs:publishtime cxenseparse:publishtime published_time published_date
    citation_publication_date ptime article.published date.release bt:pubdate analyticsattributes.articledate
    article_date_original originalpublicationdate shareaholic:article_published_time rnews:datepublished created
    publishtime og:pubdate published release_date article:create_at
    """.split()
)
_ITEMS: Final = "//*[contains(@itemprop,'datePublished')][not(self::meta)]"
_TIMES: Final = "//time[not(ancestor::aside) and not(ancestor::footer) and not(ancestor::nav)]"
_NAMED: Final = (
    *(
        "publish",
        "Publish",
        "pubdate",
        "post-date",
        "entry-date",
        "article-date",
        "article__date",
        "timestamp",
        "date ",
    ),
    *("-date", "_date", "Date", "dateline", "byline", "datum", "fecha", "pub-time", "time"),
)
_CLASSES: Final = (
    "//*[@class='date' or @id='date' or " + " or ".join(f"contains(@class,'{name}')" for name in _NAMED) + "]"
)
_LABEL: Final = re.compile(
    r"^[^\d]{0,40}?(?:published|posted|updated|veröffentlicht|publié|publicado|stand|on)\b[:\s]*", re.IGNORECASE
)
_UPDATED: Final = re.compile(
    r"\b(?:updated|modified|edited|aktualisiert|geändert|mis à jour|modifié|actualizado|atualizado|aggiornato|"
    r"bijgewerkt|oppdatert|opdateret|uppdaterad|päivitetty|zaktualizowano|aktualizováno|güncelle\w*|обновлен\w*)",
    re.IGNORECASE,
)
_PATH: Final = re.compile(
    r"[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[/_-]?"
    r"(0[1-9]|[12]\d|3[01])(?=\D|$)",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STAMP: Final = re.compile(r"1\d{9}(?:\d{3})?")
_WRITTEN: Final = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)日?"
    r"(?:[\s\u3000]{0,3}(?:星期|周)[一二三四五六日天])?(?:[\s\u3000]{0,3}\d{1,2}[:：]\d\d(?:[:：]\d\d)?(?!\d))?"
    rf"|\b{ENGLISH_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s{ENGLISH_MONTH}\.?,?\s(?:19|20)\d\d\b",
    re.IGNORECASE,
)
"""Whole dates, with the time where it follows in figures."""
_HEAD: Final = 160  # characters of a line that says when it came out and more
_LOOKED_AT: Final = 12
_LINE: Final = 60  # characters of a line that states a date
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_EARLIEST: Final = 1990  # the year of the first newspapers on the web: what an address says before it is no date


def publication_of(
    page: Statements,
    language: str | None,
    zone: tzinfo | None = None,
    learned: Iterable[str] = (),
    lines: Iterable[str] = (),
    marked: Iterable[str] = (),
) -> Publication:
    """What the page's dates come to; a moment is stated with its offset, or taken in the site's `zone`.

    `learned` are the texts at a place where the site is known to show the date, `marked` those where the page's system
    does, `lines` those near the headline, of which one may be a date where nothing else is.
    """
    found: list[tuple[FieldSource, Stated]] = []
    known: Iterator[tuple[FieldSource, str]] = chain(
        (("guess", text) for text in marked), (("learned", text) for text in learned)
    )
    for source, text in chain(_declared(page), known, _timed(page)):
        if (said := read_date(text, zone, language)) is not None:
            found.append((source, said))
            if said.moment is not None and source == "declared":
                break
    if not any(said.moment for _, said in found):
        found += _shown(page, zone, language)  # a day may be declared whose time is only shown
    if not found:
        found += _among(lines, zone, language)
    return publication(found, day_in(page.path))


def declared_day(page: Statements, language: str | None, zone: tzinfo | None = None) -> date | None:
    """The day of publication that the page declares, where that does not contradict its address."""
    said = ((source, found) for source, text in _declared(page) if (found := read_date(text, zone, language)))
    first = next(said, None)
    return publication([first], day_in(page.path)).day if first else None


def day_in(path: str) -> date | None:
    """The day in an address's path."""
    if (found := _PATH.search(path)) is None:
        return None
    month = found[2].lower()
    try:
        day = date(int(found[1]), _MONTHS.index(month) + 1 if month in _MONTHS else int(month), int(found[3]))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST else None


def _declared(page: Statements) -> Iterator[tuple[FieldSource, str]]:
    for name in ("datePublished", "dateCreated", "uploadDate"):
        if text := string(page.article, name):
            yield "declared", text
    for name in METAS:
        if name in page.metas:
            yield "declared", page.metas[name][0]
    for node in page.nodes:
        if is_of(node, "WebPage", "ItemPage", "VideoObject") and (text := string(node, "datePublished")):
            yield "declared", text
    for element in islice(page.root.xpath(_ITEMS), 2):
        if text := element.get("content") or element.get("datetime") or inline_text(element):
            yield "declared", text


def _timed(page: Statements) -> Iterator[tuple[FieldSource, str]]:
    for element in islice(page.root.xpath(_TIMES), 4):
        if text := element.get("datetime") or inline_text(element):
            yield "guess", text


def _shown(page: Statements, zone: tzinfo | None, language: str | None) -> Iterator[tuple[FieldSource, Stated]]:
    """The first date among what is named like one."""
    for element in islice(page.root.xpath(_CLASSES), _LOOKED_AT):
        said = element.get("title") if element.tag == "abbr" else None  # as hAtom has it
        text = " ".join((said or inline_text(element)).split())
        for part in date_in(text):
            if (found := read_date(part, zone, language)) is not None:
                yield "guess", found
                return


def _among(lines: Iterable[str], zone: tzinfo | None, language: str | None) -> Iterator[tuple[FieldSource, Stated]]:
    """The first line, or part of one, that is a date and hardly anything else."""
    for line in lines:
        parts = (line, *re.split("[|•·,]", line)) if len(line) < _LINE else ()
        for part in (*parts, *_written_in(line)):
            if 5 < len(part) < _LINE and _YEAR.search(part) and (said := read_date(part, zone, language)) is not None:
                yield "guess", said
                return


def date_in(line: str) -> Iterator[str]:
    """What may be a date in a line that shows one: the line, without the words before, and each part of it.

    Parts that tell of an update come last.
    """
    parts = sorted(re.split("[|•·]", line), key=lambda part: _UPDATED.search(part) is not None)
    bare = (_LABEL.sub("", part) for part in parts)
    for part in (line, _LABEL.sub("", line), *parts, *bare, *_written_in(line)):
        if 5 < len(part) < 100:
            yield part


def _written_in(line: str) -> Iterator[str]:
    """What is written like a whole date in a line that says more, and is no sentence."""
    if len(line) < _HEAD and not line.rstrip().endswith((".", "。", "”", '"')):
        yield from (found[0] for found in islice(_WRITTEN.finditer(line), 2))


def read_date(text: str, zone: tzinfo | None, language: str | None) -> Stated | None:
    """The date in a text, a number of seconds or milliseconds included; None where there is none."""
    text = text.strip()
    if _STAMP.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return Stated(moment.date(), moment)
    return stated(text, zone, language)


def modification_of(page: Statements, language: str | None, zone: tzinfo | None = None) -> datetime | None:
    """The moment of the last update that the page declares."""
    for text in (string(page.article, "dateModified"), page.meta("article:modified_time", "og:updated_time")):
        if text and (found := read_date(text, zone, language)) and found.moment:
            return found.moment
    return None
