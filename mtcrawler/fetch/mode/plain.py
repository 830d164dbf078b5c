"""A page as plain HTTP gives it: in the character set it is in, what its markup says of walls, what is odd about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, TypeVar

from scrapy.http import HtmlResponse

from mtcrawler.access.evidence import Declarations, PageEvidence, Section, Signal
from mtcrawler.access.verdict import judge
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.fetch.browser.charset import true_charset
from mtcrawler.fetch.mode.completeness import fields_of, missing, words_of
from mtcrawler.fetch.mode.templates import parts_of, template_of
from mtcrawler.markup.css import named
from mtcrawler.model.article import Access, Draft, text_of

Page = TypeVar("Page", bound=ExtractedPage)


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


def as_a_reader(page: Page, status: int, headers: Mapping[str, str] | None = None) -> tuple[Page, Access]:
    """The page without what it declares as paid, and who may read it as far as its markup and its response tell.

    Only the browser sees a gate: a page that declares nothing stays unknown. Header names are lower-case.
    """
    declared = Declarations.of(page.nodes, page.metas, headers, status)
    if page.free:
        return page, judge(PageEvidence(declared), "free").access
    paid = named(declared.parts)
    parts = [(selector.text, found) for selector in paid or () if (found := selector(page.root))]
    withheld = [element for _, found in parts for element in found]
    part = declared.free is False or paid is None
    # Where the free part ends only the browser sees, so nothing of the text is taken.
    seen = page.without(withheld if withheld or not part else [page.scope])
    text = text_of(seen.body)
    evidence = PageEvidence(
        declared=declared,
        visible_words=len(text.split()),
        paragraphs=len(seen.body),
        trails_off=text.endswith(("…", "...", "[…]")),
        sections=tuple(Section(selector, 0) for selector, _ in parts),
    )
    access = judge(evidence).access
    unread = [Signal.PAID_PART.saw("it names more paid parts than are looked for")] if paid is None else []
    return seen, access.model_copy(
        update={"complete": access.complete and not part, "evidence": [*access.evidence, *unread]}
    )
