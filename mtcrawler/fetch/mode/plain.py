"""A page as plain HTTP gives it: in the character set it is in, what its markup says of walls, what is odd about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from scrapy.http import HtmlResponse

from mtcrawler.access.verdict import PageEvidence, Section, judge
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.fetch.browser.charset import true_charset
from mtcrawler.fetch.mode.completeness import fields_of, missing, words_of
from mtcrawler.fetch.mode.templates import parts_of, template_of
from mtcrawler.markup.css import Selector, named
from mtcrawler.model.article import Access, Draft, Evidence, text_of


@dataclass(frozen=True)
class Plain:
    """What there is to decide by: a page as plain HTTP gave it; one that is not to be compared has no draft."""

    template: str
    draft: Draft | None
    words: int
    fields: frozenset[str]
    parts: frozenset[str]
    odd: str | None  # why it can never be taken as it is

    @classmethod
    def of(cls, page: ExtractedPage, draft: Draft) -> Self:
        """The page, weighed; of a live one there is nothing to compare before its posts are there."""
        words = words_of(draft)
        odd = missing(page, draft, words)
        return cls(template_of(page), None if odd == "live" else draft, words, fields_of(draft), parts_of(page), odd)


def mended(response: HtmlResponse) -> HtmlResponse:
    """The response in the character set of its bytes, whatever it declares."""
    charset = true_charset(response.body, response.encoding)
    return response.replace(encoding=charset) if charset else response


def access_of(page: ExtractedPage, status: int) -> Access:
    """Who may read the page, as far as its markup tells; what it declares as paid is marked and so not taken.

    Must be asked before the page's body. Only the browser sees a gate: a page that declares nothing stays unknown.
    """
    if page.free:
        return page.access
    paid = named(sorted(set(_paid(page))))
    marked = [(selector.text, _mark(page, selector)) for selector in paid or ()]
    if (_not_free(page) or paid is None) and not any(found for _, found in marked):
        # Where the free part ends only the browser sees, so nothing of the text is taken.
        for element in page.body_elements:
            for child in element.iterchildren("*"):
                child.set("data-withheld", "")
    text = text_of(page.body)
    evidence = PageEvidence(
        url=page.url,
        status=status,
        json_ld=tuple(json.dumps(node) for node in page.nodes),
        metas={name: page.metas[name] for name in ("article:content_tier",) if name in page.metas},
        visible_words=len(text.split()),
        paragraphs=len(page.body),
        trails_off=text.endswith(("…", "...", "[…]")),
        sections=tuple(Section(selector, found, 0) for selector, found in marked if found),
    )
    verdict, declared = judge(evidence), page.access
    if paid is None:
        unread = Evidence(signal="JSON-LD hasPart", value="it names more paid parts than are looked for")
        return verdict.access.model_copy(update={"complete": False, "evidence": [*verdict.access.evidence, unread]})
    if verdict.wall is None and declared.tier == "free":
        return declared
    return verdict.access.model_copy(update={"complete": verdict.access.complete and not _not_free(page)})


def _paid(page: ExtractedPage) -> Iterator[str]:
    """The selectors of the parts that the page's JSON-LD declares as not free."""
    for node in page.nodes:
        parts: Any = node.get("hasPart")
        for part in parts if isinstance(parts, list) else [parts]:
            if isinstance(part, dict) and str(part.get("isAccessibleForFree")).rsplit("/", 1)[-1].lower() == "false":
                given = part.get("cssSelector")
                yield from (one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str))


def _not_free(page: ExtractedPage) -> bool:
    stated = str(page.linked.get("isAccessibleForFree")).rsplit("/", 1)[-1].lower()
    return stated == "false" or page.metas.get("article:content_tier", "").lower() in {"locked", "metered"}


def _mark(page: ExtractedPage, selector: Selector) -> int:
    """Marks what the selector finds as withheld."""
    found = selector(page.root)
    for element in found:
        element.set("data-withheld", "")
    return len(found)
