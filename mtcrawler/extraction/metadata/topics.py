"""Tags and section of an article, as the page declares or shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from lxml.html import HtmlElement

from mtcrawler.extraction.declared import MOST_TAGS, section_name, section_step
from mtcrawler.extraction.metadata.sections import shown_section
from mtcrawler.extraction.metadata.statements import Statements, plain_text
from mtcrawler.markup.text import inline_text
from mtcrawler.model.provenance import FieldSource

METAS: Final = ("article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "keywords", "dc.subject")
_SHOWN: Final = (
    "//a[contains(concat(' ', @rel, ' '), ' tag ')]",
    "//*[contains(@class,'tags') or contains(@class,'topics') or contains(@class,'keywords')]//a",
)
_PARTS: Final = re.compile("[,;،、]")
_LONGEST: Final = 80


class Tags(NamedTuple):
    """The tags, and where they came from."""

    names: list[str]
    source: FieldSource


class Section(NamedTuple):
    """The section, and where it came from."""

    name: str
    source: FieldSource


def tags_of(page: Statements, marked: Iterable[HtmlElement] = ()) -> Tags | None:
    """The tags: those of the article's object, else of the meta tags, else the shown ones.

    `marked` are the elements in which the page's system shows them.
    """
    for stated in (page.article.get("keywords"), *(page.metas.get(name) for name in METAS)):
        if names := _clean(_words(stated)):
            return Tags(names, "declared")
    for found in (marked, *(page.root.xpath(way) for way in _SHOWN)):
        links = (link for link in islice(found, MOST_TAGS) if not _is_category(link))
        if names := _clean(map(inline_text, links)):
            return Tags(names, "guess")
    return None


def section_of(page: Statements, base: str, headline: HtmlElement | None) -> Section | None:
    """The section: the declared breadcrumb's step, else the declared name, else what is shown."""
    flat = {name: values[0] for name, values in page.metas.items()}
    if declared := section_step(page.nodes, base) or section_name(flat, page.article):
        return Section(declared, "declared")
    shown = shown_section(page.root, base, headline)
    return Section(shown, "guess") if shown else None


def _is_category(link: HtmlElement) -> bool:
    """Whether a link is that of a section, which some themes mark as a tag, too."""
    names = f"{link.get('rel') or ''} {next((above.get('class') or '' for above in link.iterancestors()), '')}"
    return "category" in names or "cat-links" in names


def _words(stated: Any) -> Iterator[str]:
    """Keywords as texts; one text alone has commas between them."""
    if isinstance(stated, str):
        yield from _PARTS.split(plain_text(stated))
    elif isinstance(stated, list):
        texts = [one.get("name") if isinstance(one, dict) else one for one in stated[: 2 * MOST_TAGS]]
        named = [plain_text(one) for one in texts if isinstance(one, str)]
        yield from _PARTS.split(named[0]) if len(named) == 1 else named


def _clean(words: Any) -> list[str]:
    found: dict[str, str] = {}
    for word in words:
        text = " ".join(word.split()).strip("#, ")
        if text and len(text) <= _LONGEST and ":" not in text[1:-1]:
            found.setdefault(text.lower(), text)
    return list(found.values())[:MOST_TAGS]
