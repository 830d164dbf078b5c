"""Answers become pages and drafts; what is not the page that was asked for is told by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date

from scrapy.http import HtmlResponse, Response

from mtcrawler.answers.judgement import OtherPage, judged, of_another_address, of_another_host, of_no_page
from mtcrawler.extraction.extractor import Extractor
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.fetched import Fetched, headers_of
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.model.article import Draft
from mtcrawler.model.reasons import Fate
from mtcrawler.spider.code import naming_mistakes
from mtcrawler.storage.pages.answer import KeptAs


class PageReader:
    """Reads the pages of one crawl; `tdm` is what the whole site declares, once it is known."""

    def __init__(self, context: SiteContext, extractor: Extractor, spider: str) -> None:
        self._context, self._extractor, self._spider = context, extractor, spider
        self.tdm: tuple[TdmRule, ...] = ()

    def read(self, response: Response, target: CrawlTarget) -> tuple[Fetched, Draft]:
        """The page and its draft.

        Raises PageTooLarge, ExtractorFailed where the code that reads it fails, and OtherPage where it is not the page
        that was asked for, which holds for every other article that a redirect leads there.
        """
        try:
            return self._read(response, target)
        except OtherPage as other:
            if other.judgement.fate is not Fate.ELSEWHERE:  # of another site its answer says whether it is for ever
                self._context.redirect_ends.learn(response.url, other.judgement)
            raise
        finally:
            self._context.redirect_ends.settle(response.url)

    def _read(self, response: Response, target: CrawlTarget) -> tuple[Fetched, Draft]:
        context = self._context
        if not context.site.owns(response.url):  # redirects and scripts may lead anywhere
            raise OtherPage(of_another_host(response.url))
        moved = context.site.canonical(response.url) != target.address
        if moved and not context.addresses.is_article(response.url) and (other := of_another_address(response.url)):
            raise OtherPage(other)
        if not isinstance(response, HtmlResponse):
            shown = bool(response.meta.get("render"))
            raise OtherPage(of_no_page(response.status, headers_of(response), response.body, shown=shown))
        with naming_mistakes(context.definition):
            fetched = self.extracted(response)
            draft = self._draft(fetched, target)
        error = context.definition.error_page
        if other := judged(fetched.page, draft, response.text, response.status, fetched.headers, error):
            raise OtherPage(other)
        return fetched, draft

    def _draft(self, fetched: Fetched, target: CrawlTarget) -> Draft:
        context = self._context
        return fetched.draft(
            context.definition,
            spider=self._spider,
            known_as={target.address, context.site.canonical(fetched.response.url)},
            provenance=fetched.provenance(context.session.run_id, target.found.source, self._extractor.name),
        )

    def extracted(self, response: HtmlResponse) -> Fetched:
        """A page, whatever it is; raises PageTooLarge."""
        return Fetched.of(response, self._extractor, self.tdm)

    def keep_part(self, draft: Draft, fetched: Fetched) -> None:
        """Keep a further part with the page of its article, where that is kept."""
        pages = self._context.session.pages
        if pages.keep != "never":
            pages.add(draft.provenance.snapshot, replace(fetched.answer, kept_as=KeptAs.PART))

    def day(self, draft: Draft) -> date | None:
        """The day of publication where the publisher is."""
        zone = self._context.definition.tzinfo or UTC
        return draft.published_at.astimezone(zone).date() if draft.published_at else None
