"""A publisher's crawl: sources are read for addresses, addresses fetched, pages turned into drafts."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler import __version__, clock
from mtcrawler.article import Draft, Provenance
from mtcrawler.bucket.memory import Validators
from mtcrawler.bucket.registry import session_of
from mtcrawler.discovery.finder import FIRST, Finder, said
from mtcrawler.discovery.scope import Scope
from mtcrawler.discovery.sources import Archive, Feed, Listing, linked_from
from mtcrawler.discovery.wanted import Desk, Wanted
from mtcrawler.errors import ArgumentError, MtcrawlerError
from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.page import ArticlePage, css
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.identity.ids import article_id
from mtcrawler.overlays import OverlayRule
from mtcrawler.rendering.politeness import Politeness
from mtcrawler.rendering.readers import MeterTripped
from mtcrawler.rendering.rendered import Rendered
from mtcrawler.runs.counts import GONE
from mtcrawler.runs.ledger import Ledger

PATIENCE = 20  # pages in a row that fail before the site is taken to refuse us, or to be away
LATER = "It is not stored; the next run tries again."


class NewsSpider(Finder):
    """What every publisher's spider does; a publisher's file says where and what the pages look like."""

    publisher: ClassVar[str]
    page: ClassVar[type[ArticlePage]]
    article_path: ClassVar[re.Pattern[str]]  # the paths of articles, matched whole; group "slug" where there is one
    dated_path: ClassVar[re.Pattern[str]]  # those whose first three groups are the day of publication
    archive: ClassVar[Archive | None] = None
    cookies: ClassVar[tuple[tuple[str, str], ...]] = ()
    overlay_rules: ClassVar[tuple[OverlayRule, ...]] = ()

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.scope = self.check(arguments)
        self.site = replace(type(self).site, mirror=self.scope.site)
        self.tdm: tuple[TdmRule, ...] = ()
        self._in_vain = 0  # pages in a row that could not be had
        self.desk = Desk(self.site, self.scope, self.article_path, self.dated_path)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider of this crawl, its host's politeness set before the settings freeze."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        Politeness(crawler, spider.site).apply()
        crawler.signals.connect(spider.release, scrapy.signals.spider_idle)
        return spider

    @classmethod
    def check(cls, arguments: Mapping[str, str]) -> Scope:
        """The scope these arguments ask for; raises ArgumentError."""
        scope = Scope.parse(arguments, cls.sections(), cls.page.zone)
        site = replace(cls.site, mirror=scope.site)
        for url in scope.urls:
            if not site.owns(url):
                remedy = f"Give an address on {', '.join(sorted(cls.site.hosts))}."
                raise ArgumentError(f"Reading the argument url={url}", f"it is not {cls.publisher}'s", remedy)
        return scope

    @classmethod
    def sections(cls) -> tuple[str, ...]:
        """The names of the sections this publisher's sources know."""
        return tuple(
            dict.fromkeys(one.section for one in cls.sources if isinstance(one, Feed | Listing) and one.section)
        )

    async def start(self) -> AsyncIterator[Any]:
        """The requests for the sources, or for the addresses that were asked for and nothing else."""
        await self._remember()
        self.tdm = await self.tdm_rules()
        for url in self.scope.urls:
            if wanted := self.desk.ask(url):
                yield self.article_request(wanted)
        if not self.scope.urls:
            for request in self.source_requests():
                yield request
            for wanted in self._rechecks():
                yield self.article_request(wanted)

    async def _remember(self) -> None:
        """Learn what is known; a bucket that cannot be opened ends the crawl elsewhere, with its reason."""
        session = session_of(self.crawler)
        try:
            await asyncio.to_thread(session.open)
        except MtcrawlerError:
            return
        self.memory = session.memory
        self.desk.due = session.memory.due

    def _rechecks(self) -> Iterator[Wanted]:
        """Stored articles whose time has come, in a crawl that is not asked for some articles only."""
        scope, wished = self.scope, self.settings.getbool("RECHECK", True)
        if self.memory and wished and not (scope.sections or scope.limit or scope.until != date.max):
            for address in self.memory.overdue(self.site.host):
                if wanted := self.desk.recheck(address):
                    yield wanted

    def article_request(self, wanted: Wanted) -> Request:
        """An article is shown in the browser, the newest first; where it is known the site is first asked over plain
        HTTP whether its page has changed.
        """
        if self.memory and not wanted.asked and (validators := self.memory.validators(wanted.address)):
            return Request(
                self.site.fetchable(wanted.address),
                self.parse_recheck,
                errback=self.article_failed,
                headers=validators.headers,
                cb_kwargs={"wanted": wanted, "validators": validators},
                meta={"handle_httpstatus_list": [304]},
                priority=wanted.rank,
                dont_filter=True,
            )
        return self.page_request(wanted)

    def parse_recheck(self, response: Response, wanted: Wanted, validators: Validators) -> Iterator[Request]:
        """Nothing where the page is as it was, else the request that shows it."""
        self._in_vain = 0
        if response.status == 304 and self.memory:
            self.count("page/not_modified")
            self.memory.unchanged(wanted.address, validators)
        else:
            yield self.page_request(wanted)

    def page_request(self, wanted: Wanted) -> Request:
        """The request that shows an article in the browser."""
        return Request(
            self.site.fetchable(wanted.address),
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"wanted": wanted},
            meta={"render": True},
            priority=wanted.rank,
            dont_filter=True,
        )

    def parse_article(self, response: Response, wanted: Wanted) -> Iterator[Any]:
        """The draft of the page, or the request that completes or replaces it."""
        self._in_vain = 0
        if not isinstance(response, HtmlResponse):
            self._not_article(response, wanted, "it is no HTML page")
            return
        headers = {
            name.decode().lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        page = self.page(response.text, response.url, self.site, headers, self.tdm)
        canonical, here = page.canonical_url, self.site.canonical(response.url)
        if page.linked:
            self.desk.arrived(canonical)
        if not page.is_article:
            self._not_article(response, wanted, "it holds no headline")
        elif not page.linked and canonical not in {here, wanted.address} and self.desk.is_article(canonical):
            # A fragment or an AMP page: the article itself is at its canonical address.
            if instead := self.desk.instead(wanted, canonical, here):
                yield self.article_request(instead)
        elif not wanted.asked and not self._covered(page, wanted):
            self.count("page/out_of_scope")
        else:
            yield from self._older(page, wanted)
            draft = self._draft(response, page, {*wanted.known_as, wanted.address, here}, wanted.found.source, headers)
            if page.live_url is None:
                yield draft
            else:
                yield Request(
                    self.site.fetchable(page.live_url),
                    self.parse_live,
                    errback=self.article_failed,
                    cb_kwargs={"draft": draft, "page": page},
                    priority=FIRST,
                    dont_filter=True,
                )

    def _older(self, page: ArticlePage, wanted: Wanted) -> Iterator[Request]:
        """The archive's articles, where the crawl reaches back that far."""
        if self.archive is None or wanted.asked or self.scope.since >= self.archive.before:
            return
        yield from self.consider(linked_from(page.root, page.base, css(self.archive.links), "link"))

    def parse_live(self, response: Response, draft: Draft, page: ArticlePage) -> Iterator[Draft]:
        """The draft of a live page with its posts."""
        try:
            entries = json.loads(response.body)
        except ValueError:
            self.count("page/failed")
            if (ledger := self.crawler.get_extension(Ledger)) is not None:
                ledger.note("LivePosts", "the posts are no JSON", response.url)
            self.logger.error("Reading the posts at %s: they are no JSON. %s", response.url, LATER)
            return
        body = page.posts(entries if isinstance(entries, list) else [])
        yield draft.model_copy(update={"body": body, "media": [*draft.media, *page.pictures(body)]})

    def _covered(self, page: ArticlePage, wanted: Wanted) -> bool:
        if wanted.found.source == "recheck":
            return True
        published = page.published_at
        if published and not self.scope.covers(published.astimezone(self.page.zone or UTC).date()):
            return False
        sections = self.scope.sections
        return not sections or not wanted.found.source.startswith("sitemap") or page.section in sections

    def _not_article(self, response: Response, wanted: Wanted, why: str) -> None:
        if self.memory:
            self.memory.other(wanted.address)
        self.count("page/not_article")
        self.logger.info("Not an article: %s (%s)", response.url, why)

    def _draft(
        self, response: Response, page: ArticlePage, known_as: set[str], source: str, headers: Mapping[str, str]
    ) -> Draft:
        rendered: Rendered | None = response.meta.get("rendered")
        return draft_of(
            page,
            publisher=self.publisher,
            spider=self.name,
            known_as=known_as,
            overlays=rendered.overlays if rendered else (),
            access=rendered.access(page.access) if rendered else page.access,
            provenance=Provenance(
                run_id=self.settings["RUN_ID"],
                crawler_version=__version__,
                fetched_at=rendered.at if rendered else clock.now(),
                discovered_via=source,
                rendered="browser" if rendered else "http",
                status=response.status,
                etag=headers.get("etag"),
                last_modified=headers.get("last-modified"),
                extractor=f"{self.name}/1",
            ),
        )

    def article_failed(self, failure: Failure) -> None:
        """An article that cannot be had is named, with its reason; the next run tries again.

        A site that only refuses, or is not there, is not asked for all the rest.
        """
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        error = failure.value
        if isinstance(error, HttpError) and error.response.status in GONE:
            if not self._missing(request):
                self.count("page/gone")
                self.logger.info("Gone: %s (%d)", request.url, error.response.status)
            return
        if isinstance(error, MeterTripped):
            self.logger.info("Not fetched: %s", error)
            return
        if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            self.logger.info("Not fetched: %s is disallowed by robots.txt", request.url)
            return
        self.count("page/failed")
        if error is not None and (ledger := self.crawler.get_extension(Ledger)) is not None:
            ledger.note_failure(request, error)
        self.logger.error("Fetching %s: %s. %s", request.url, said(failure), LATER)
        self._in_vain += 1
        if self._in_vain == PATIENCE and self.crawler.engine:
            self.logger.error("%d pages in a row could not be had. The crawl ends here.", PATIENCE)
            reason = "blocked" if isinstance(error, HttpError) else "unreachable"
            self.crawler.engine.close_spider(self, reason)

    def _missing(self, request: Request) -> bool:
        """Whether the page of a stored article is not there; missed again a day later it is told as gone, and kept."""
        wanted: Wanted | None = request.cb_kwargs.get("wanted")
        if self.memory is None or wanted is None:
            return False
        gone, identity = self.memory.missing(wanted.address), article_id(wanted.address)
        if not session_of(self.crawler).known.get(identity):
            return False
        self.count("page/missing")
        self.logger.info("Not there any more: %s", request.url)
        if gone:
            session_of(self.crawler).tell_gone(identity)
        return True
