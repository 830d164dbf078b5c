"""A page as plain HTTP gives it: in its own character set, with its walls and whatever speaks against it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, TypeVar

from lxml.html import HtmlElement
from scrapy.http import HtmlResponse
from w3lib.encoding import DEFAULT_ENCODING_TRANSLATION

from mtcrawler.access.evidence import Declarations, PageEvidence, Section, Signal
from mtcrawler.access.verdict import judge
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.fetch.browser.charset import declared_in, true_charset
from mtcrawler.fetch.mode.completeness import doubt_about, fields_of, words_of
from mtcrawler.fetch.mode.templates import parts_of, template_of
from mtcrawler.markup.css import named
from mtcrawler.markup.story import Story
from mtcrawler.model.article import Access, Draft
from mtcrawler.overlays.rule import wall_vendors
from mtcrawler.security.untrusted import NO_CHARSETS

if TYPE_CHECKING:
    from mtcrawler.overlays.observation.markup import MarkupGates

OK: Final = 200

Page = TypeVar("Page", bound=ExtractedPage)

# Wherever Scrapy decodes what a server sent, a page that declares one of these is read as if it declared nothing.
DEFAULT_ENCODING_TRANSLATION.update(dict.fromkeys((name.replace("-", "_") for name in NO_CHARSETS), "none of the web"))


@dataclass(frozen=True)
class Plain:
    """What there is to decide by: a page as plain HTTP gave it; one that is not to be compared has no draft."""

    template: str
    draft: Draft | None
    words: int
    fields: frozenset[str]
    parts: frozenset[str]
    doubt: str | None  # why it can never be taken as it is

    @classmethod
    def of(cls, page: ExtractedPage, draft: Draft) -> Self:
        """The page, weighed; of a live one there is nothing to compare before its posts are there."""
        words = words_of(draft)
        doubt = doubt_about(page, draft, words)
        return cls(
            template_of(page), None if doubt == "live" else draft, words, fields_of(draft), parts_of(page), doubt
        )


def mended(response: HtmlResponse) -> HtmlResponse:
    """The response in the character set of its bytes, whatever it declares."""
    charset = true_charset(response.body, response.encoding) or _declared_late(response)
    return response.replace(encoding=charset) if charset else response


def _declared_late(response: HtmlResponse) -> str | None:
    """The character set that the page declares further on than Scrapy looks, where that is another one."""
    stated = b"charset" in (response.headers.get("Content-Type") or b"").lower()
    return None if stated else declared_in(response.body, response.encoding)


def as_a_reader(page: Page, status: int, headers: Mapping[str, str] | None = None) -> tuple[Page, Access]:
    """The page without what it declares as paid, and who may read it as far as its markup and its response tell.

    The evidence and the judge are the browser's. What no markup shows (what style sheets hide, what scripts put over
    the page) is left to the careful side: a page that declares not to be free is never said to be complete, and where
    anything on it speaks of a wall, nothing of its text is taken. Header names are lower-case.
    """
    declared = Declarations.of(page.nodes, page.metas, headers, status)
    if status == OK:
        page = page.completed()
    if page.free:
        return page, judge(PageEvidence(declared), "free").access
    if declared.free and not declared.parts:
        return page, judge(PageEvidence(declared)).access
    story = Story.of(page.root)
    paid = named(declared.parts)
    parts = [(selector.text, found) for selector in paid or () if (found := _held_back(selector(page.root), story))]
    withheld = {inner for _, found in parts for element in found for inner in element.iter("*")}
    from mtcrawler.overlays.observation.markup import MarkupGates  # noqa: PLC0415 - most pages are told free before

    gates = MarkupGates.of(story)
    evidence = _evidence(declared, story, withheld, gates, [name for name, _ in parts], _vendors(page))
    verdict = judge(evidence)
    standing = [gates.elements[key] for key in verdict.gates]
    kept = [*(element for _, found in parts for element in found), *standing]
    doubtful = paid is None or (declared.free is False and not parts and bool(verdict.wall or evidence.vendors))
    seen = page.without([page.scope] if doubtful else kept)
    part = declared.free is False or paid is None
    unread = [Signal.PAID_PART.saw("it names more paid parts than are looked for")] if paid is None else []
    return seen, verdict.access.model_copy(
        update={"complete": verdict.access.complete and not part, "evidence": [*verdict.access.evidence, *unread]}
    )


def _held_back(found: Iterable[HtmlElement], story: Story) -> list[HtmlElement]:
    """The elements of a paid part: one that is the headline's is none, and an empty one holds nothing back."""
    headline = {story.title, *(story.title.iterancestors() if story.title is not None else ())}
    around = {story.body, *(story.body.iterancestors() if story.body is not None else ())}
    return [one for one in found if (one not in headline or one in around) and one.text_content().strip()]


def _evidence(
    declared: Declarations,
    story: Story,
    withheld: Container[HtmlElement],
    gates: MarkupGates,
    parts: Iterable[str],
    vendors: tuple[str, ...],
) -> PageEvidence:
    seen = [passage for passage in story.seen if passage.element not in withheld]
    known = {passage.element for passage in seen}
    text = " ".join(" ".join(passage.text.split()) for passage in seen)
    prose = [passage for passage in seen if passage.is_prose]
    return PageEvidence(
        declared=declared,
        gates=gates.gates,
        visible_words=sum(passage.words for passage in seen),
        characters=len(text),
        hidden_words=sum(passage.words for passage in story.passages if passage.element not in known),
        paragraphs=len(prose),
        trails_off=bool(prose) and prose[-1].text.rstrip().endswith(("…", "...", "[…]")),
        sections=tuple(Section(selector, 0) for selector in parts),
        vendors=vendors,
    )


def _vendors(page: ExtractedPage) -> tuple[str, ...]:
    """The paywall products whose scripts the page loads."""
    sources = [script.get("src") or "" for script in page.root.iter("script")]
    return tuple(
        vendor.name for vendor in wall_vendors() if any(part in source for part in vendor.scripts for source in sources)
    )
