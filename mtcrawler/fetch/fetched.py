"""A page that was fetched and read, however that was done; and one that waits to be decided on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from scrapy.http import HtmlResponse, Response

from mtcrawler import __version__
from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.extractor import ExtractedPage, Extractor
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.browser.rendered import Rendered
from mtcrawler.fetch.mode.plain import Plain, as_a_reader, mended
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.model import clock
from mtcrawler.model.article import Access, Draft
from mtcrawler.model.provenance import Provenance
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.storage.pages.answer import Answer, Header, keepable
from mtcrawler.storage.pages.keeping import NotKept, PagesUnderWay


@dataclass(frozen=True)
class Fetched:
    """A page as its readers get it, the response it is read from, and who may read it; header names are lower-case."""

    response: HtmlResponse
    page: ExtractedPage
    headers: Mapping[str, str]
    access: Access

    @classmethod
    def of(cls, response: HtmlResponse, extractor: Extractor, tdm: tuple[TdmRule, ...]) -> Self:
        """The response read by this extractor; raises PageTooLarge."""
        headers = headers_of(response)
        rendered: Rendered | None = response.meta.get("rendered")
        if rendered:
            page = extractor.extract(response.text, response.url, headers, tdm)
            return cls(response, page, headers, rendered.access)
        page = extractor.extract(mended(response).text, response.url, headers, tdm)
        page, access = as_a_reader(page, response.status, headers)
        return cls(response, page, headers, access)

    @property
    def rendered(self) -> Rendered | None:
        """What happened while the browser showed it; None where it came over plain HTTP."""
        rendered: Rendered | None = self.response.meta.get("rendered")
        return rendered

    @property
    def answer(self) -> Answer:
        """What it was read from, as it may be kept."""
        response, rendered = self.response, self.rendered
        return Answer(
            url=response.url,
            status=response.status,
            headers=headers_to_keep(response),
            body=rendered.body if rendered else response.body,
            at=rendered.at if rendered else clock.now(),
            markup=response.text if rendered else None,
        )

    def kept(self, draft: Draft, pages: PagesUnderWay, *, subscriber: bool) -> Draft:
        """The draft with a ticket for its page, where pages are kept; those that a `subscriber` was given never are."""
        if pages.keep == "never":
            return draft
        if subscriber:
            pages.refuse(NotKept.SUBSCRIBER)
            return draft
        provenance = draft.provenance.model_copy(update={"snapshot": pages.hold(self.answer)})
        return draft.model_copy(update={"provenance": provenance})

    def draft(
        self, definition: SiteDefinition, *, spider: str, known_as: Iterable[str], provenance: Provenance
    ) -> Draft:
        """Its draft; `known_as` are canonical forms of the addresses that led to it. Raises PageTooLarge."""
        return draft_of(
            self.page,
            publisher=definition.publisher,
            spider=spider,
            known_as=known_as,
            overlays=self.rendered.overlays if self.rendered else (),
            access=self.access,
            provenance=provenance,
        )

    def provenance(self, run_id: str, found_by: str, extractor: str) -> Provenance:
        """How this page was fetched, in this run, by the source that named it, and read by this extractor."""
        rendered = self.rendered
        return Provenance(
            run_id=run_id,
            crawler_version=__version__,
            fetched_at=rendered.at if rendered else clock.now(),
            discovered_via=found_by,
            rendered="browser" if rendered else "http",
            status=self.response.status,
            etag=self.headers.get("etag"),
            last_modified=self.headers.get("last-modified"),
            extractor=extractor,
        )


def headers_of(response: Response) -> dict[str, str]:
    """The headers of a response by lower-case name."""
    return {name.decode().lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}


def headers_to_keep(response: Response) -> tuple[Header, ...]:
    """The headers of a response that may be kept, in their order."""
    return keepable(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )


@dataclass(frozen=True)
class Waiting:
    """A page over plain HTTP that may have to wait until the browser has shown others like it."""

    fetched: Fetched
    target: CrawlTarget
    draft: Draft
    plain: Plain
