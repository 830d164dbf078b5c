"""One page fetched and read as a crawl does it, with nothing stored: for whoever wants to see what becomes of it."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import ClassVar, Final, Self
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import Judgement, judged, of_another_host, of_no_page
from mtcrawler.config.reading import settings_of
from mtcrawler.discovery.failures import describe_failure
from mtcrawler.extraction.any_site.reading import reading_of
from mtcrawler.extraction.extractor import Extractor
from mtcrawler.extraction.parts.joining import not_whole
from mtcrawler.extraction.parts.pagination import next_part, whole_of
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.fetched import Fetched, headers_of
from mtcrawler.fetch.middleware.robots import Disallowed
from mtcrawler.fetch.mode.plain import mended
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.fetch.politeness.report import RobotsReport
from mtcrawler.fetch.politeness.site_pace import SitePace
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.article import Access
from mtcrawler.model.errors import HostRefuses, MtcrawlerError, PageError, PageNotFetched, PageRefused, StoreError
from mtcrawler.model.reasons import MISSING_STATUSES, Fate
from mtcrawler.pages.exchange import Exchange, PageAnswer, PageFailure, PageRequest, Picture
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.undescribed import UndescribedSite
from mtcrawler.spider.code import extractor_of, naming_mistakes

REFUSALS: Final = frozenset({401, 403, 429})
FOUND_BY: Final = "asked"


class PageSpider(scrapy.Spider):
    """Fetches one page of the site of its definition. `told` is what came of it, once it is closed."""

    name = "one_page"
    definition: ClassVar[SiteDefinition]
    asked: ClassVar[PageRequest]

    def __init__(self, crawler: Crawler, context: SiteContext, extractor: Extractor) -> None:
        super().__init__()
        self._set_crawler(crawler)
        self.context, self.extractor = context, extractor
        self.told: Exchange | None = None
        self._began = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: object, **arguments: object) -> Self:
        """The spider of this page; it has no bucket, and its host's politeness is set before the settings freeze.

        A page elsewhere than on the definition's site is on a copy of it.
        """
        origin = origin_of(cls.asked.url)
        elsewhere = {} if cls.definition.site.owns(cls.asked.url) else {"mirror": origin}
        context = SiteContext(crawler, cls.definition, elsewhere)
        # Whoever names a page by hand may name one on a private network.
        context.guard = Guard(settings_of(crawler.settings).ALLOWED_NETWORKS, origin)
        context.session.refuse(StoreError("Opening the bucket", "a single page has none", "Nothing to do."))
        SitePace(crawler, context.site, cls.definition.pace).apply()
        return cls(crawler, context, extractor_of(cls.definition, context.site))

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        way = {"render": True} if self.asked.way == "browser" else {"plain": True}
        meta = {"verbatim_url": True, **way}
        yield Request(self.asked.url, self.parse, errback=self.failed, meta=meta, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Read the page that came, whatever it is."""
        try:
            self.told = Exchange(answer=self._answer(response))
        except MtcrawlerError as err:
            self.told = Exchange(failure=failure_of(err))

    def failed(self, failure: Failure) -> None:
        """A page with an error's status is read all the same; of anything else it is told why nothing came."""
        if isinstance(failure.value, HttpError) and isinstance(failure.value.response, HtmlResponse):
            self.parse(failure.value.response)
            return
        refused: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy; a redirect's, where it led on
        self.told = Exchange(failure=_reason(self.asked, failure, self.context.hosts.of(refused.url).robots))

    def _answer(self, response: Response) -> PageAnswer:
        if not isinstance(response, HtmlResponse):
            shown = self.asked.way == "browser"
            no_page = of_no_page(response.status, headers_of(response), response.body, shown=shown)
            raise PageNotFetched(f"Reading {response.url}", no_page.why, "Give the address of a page.")
        with naming_mistakes(self.definition):
            fetched = Fetched.of(response, self.extractor, ())
            access = self._access(fetched)
            reading = reading_of(fetched.page, access, fetched.rendered.overlays if fetched.rendered else ())
            other = self._judged(fetched)
        rendered = fetched.rendered
        return PageAnswer(
            url=response.url,
            status=response.status,
            seconds=round(time.monotonic() - self._began, 2),
            html=response.text if rendered else mended(response).text,
            reading=reading,
            reader=self.extractor.name,
            definition=None if isinstance(self.definition, UndescribedSite) else self.definition.spider,
            judged=f"{other.fate}: {other.why}" if other else None,
            pictures=[
                Picture(name=shot.name, when=shot.when, png=b64encode(shot.png).decode())
                for shot in (rendered.shots if rendered else ())
            ],
        )

    def _access(self, fetched: Fetched) -> Access:
        """Who may read it; a page of an article that goes on over others is not all of it."""
        page, url, site = fetched.page, fetched.response.url, self.context.site
        following = next_part(page.root, page.base, url, url, site)
        if other := following or whole_of(page.root, page.base, url, site):
            return not_whole(fetched.access, f"this page alone was fetched; there is {other}, too")
        return fetched.access

    def _judged(self, fetched: Fetched) -> Judgement | None:
        """What came instead of the page; None where it may be the page itself."""
        response, context = fetched.response, self.context
        if not context.site.owns(response.url):
            return of_another_host(response.url)
        if response.status in MISSING_STATUSES:  # as a crawl takes it, whatever the page says
            return Judgement(Fate.MISSING, f"the site answered {response.status}")
        draft = fetched.draft(
            self.definition,
            spider=self.definition.spider,
            known_as=(),
            provenance=fetched.provenance(context.session.run_id, FOUND_BY, self.extractor.name),
        )
        error = self.definition.error_page
        return judged(fetched.page, draft, response.text, response.status, fetched.headers, error)


def page_spider(definition: SiteDefinition, asked: PageRequest) -> type[PageSpider]:
    """The class of the spider that fetches this page of this site."""
    return type("OnePage", (PageSpider,), {"definition": definition, "asked": asked, "__module__": __name__})


def failure_of(error: MtcrawlerError) -> PageFailure:
    """An error as the other process is told it: the sort of errors whose exit code it has."""
    return PageFailure(sort=type(error).__name__, doing=error.doing, happened=error.happened, remedy=error.remedy)


def _reason(asked: PageRequest, failure: Failure, robots: RobotsReport | None) -> PageFailure:
    """Why no page came. An error of the page is told as PageNotFetched: callers know no others of its kind."""
    error, doing = failure.value, f"Fetching {asked.url}"
    if isinstance(error, Disallowed) and robots is not None and robots.state.forbids_all:
        led = urlsplit(failure.request.url).hostname  # type: ignore[attr-defined]  # set by Scrapy
        whose = "its" if led == urlsplit(asked.url).hostname else f"it led to {led}, whose"
        happened = f"{whose} robots.txt cannot be fetched ({robots.said.rstrip('.')}), so nothing may be asked for"
        return failure_of(PageNotFetched(doing, happened, "Look at the site, then try again."))
    if isinstance(error, Disallowed):
        return failure_of(PageRefused(doing, str(error), "Ask the publisher, or try another address."))
    refused = isinstance(error, HostRefuses) or (isinstance(error, HttpError) and error.response.status in REFUSALS)
    if refused:
        remedy = "Try again later, or in the browser." if asked.way == "http" else "Try again later."
        return failure_of(PageRefused(doing, describe_failure(failure), remedy))
    if isinstance(error, PageError) and not isinstance(error, PageNotFetched):
        return failure_of(PageNotFetched(error.doing, error.happened, error.remedy))
    if isinstance(error, MtcrawlerError):
        return failure_of(error)
    return failure_of(PageNotFetched(doing, describe_failure(failure), "Look at the address, then try again."))
