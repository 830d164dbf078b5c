"""How a crawl turns pages into drafts: over plain HTTP where that gives the same article, else in the browser."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from datetime import UTC
from typing import Any, ClassVar, Literal, TypeGuard

from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from mtcrawler import __version__
from mtcrawler.discovery.finder import FIRST, Finder
from mtcrawler.discovery.sources import Archive, linked_from
from mtcrawler.extraction.drafting import NoPosts, draft_of, with_posts
from mtcrawler.extraction.language import read_model
from mtcrawler.extraction.page import ArticlePage, css
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.browser.rendered import Rendered
from mtcrawler.fetch.fetched import Fetched, Waiting
from mtcrawler.fetch.mode.auto import Auto, Trial
from mtcrawler.fetch.mode.plain import Plain, access_of
from mtcrawler.frontier.frontier import CrawlTarget
from mtcrawler.frontier.recrawl_policy import Validators
from mtcrawler.markup.addresses import joined
from mtcrawler.model import clock
from mtcrawler.model.article import Draft, Provenance
from mtcrawler.model.errors import PageTooLarge
from mtcrawler.runs.run_recorder import RunRecorder

LATER = "It is not stored; the next run tries again."
NO_PAGE = "it is no HTML page of this site"
GATES = (403, 503)  # what a page that only lets scripts in may answer to plain HTTP
ANY = range(100, 600)

Mode = Literal["browser", "http"]


class PageReader(Finder):
    """The half of a spider that turns addresses into drafts; where addresses come from is the other's business.

    `auto` decides page by page where RENDER_MODE says so, and is None where `mode` holds for every page.
    """

    publisher: ClassVar[str]
    page: ClassVar[type[ArticlePage]]
    archive: ClassVar[Archive | None] = None
    tdm: tuple[TdmRule, ...] = ()
    mode: Mode = "browser"
    auto: Auto[Waiting] | None = None
    in_vain = 0  # pages in a row that could not be had

    def choose_mode(self, settings: BaseSettings) -> None:
        """How pages are to be had in this crawl; a subscriber's session is of use in the browser alone."""
        asked, session = settings.get("RENDER_MODE"), self.site.host in settings.getdict("READER_SESSIONS")
        if asked == "http":
            self.mode = "http"
            if session:
                self.logger.warning("RENDER_MODE=http: the session for %s is not used.", self.site.host)
        elif asked == "auto" and not session:
            self.auto = Auto(self.site.host, f"{self.name}/1 of mtcrawler {__version__}", free=self.page.free)

    @abstractmethod
    def article_failed(self, failure: Failure) -> Iterator[Any]:
        """What is left to do when a page could not be had."""

    def article_request(self, target: CrawlTarget) -> Request:
        """The request for an article; where it is known the site is first asked whether its page has changed."""
        if self.memory and not target.asked and (validators := self.memory.validators(target.address)):
            request = self._request(target, self.parse_recheck, validators=validators)
            request.headers.update(validators.headers)
            request.meta["handle_httpstatus_list"] = [304]
            return request
        return self.page_request(target)

    def page_request(self, target: CrawlTarget) -> Request:
        """The request for an article's page: plain, or shown in the browser."""
        read_model()  # while the page is fetched
        if self.auto is not None and self.auto.goes_first():
            meta = {"plain": True, "handle_httpstatus_list": list(GATES), "uncounted": GATES}
            return self._request(target, self.parse_plain, meta)
        if self.mode == "http":
            return self._request(target, self.parse_plain, {"plain": True})
        return self._request(target, self.parse_article, {"render": True})

    def shown_request(self, target: CrawlTarget, trial: Trial | None = None) -> Request:
        """The request that shows in the browser a page which plain HTTP gave already, before others are asked for."""
        request = self._request(target, self.parse_article, {"render": True, "uncounted": (200,)}, trial=trial)
        request.priority += FIRST // 2
        return request

    def _request(self, target: CrawlTarget, callback: Any, meta: Any = None, **kwargs: Any) -> Request:
        return Request(
            self.site.fetchable(target.address),
            callback,
            errback=self.article_failed,
            cb_kwargs={"target": target, **kwargs},
            meta=meta,
            priority=target.rank,
            dont_filter=True,
        )

    def parse_recheck(self, response: Response, target: CrawlTarget, validators: Validators) -> Iterator[Any]:
        """Nothing where the page is as it was; else it is read as it came, or shown in the browser."""
        self.in_vain = 0
        if response.status == 304 and self.memory:
            self.count("page/not_modified")
            self.memory.unchanged(target.address, validators)
        elif self.mode == "http" or (self.auto is not None and self.auto.goes_first()):
            yield from self.parse_plain(response, target)
        else:
            yield self.shown_request(target)

    def parse_plain(self, response: Response, target: CrawlTarget) -> Iterator[Any]:
        """The draft of a page as plain HTTP gave it, or the request that shows it in the browser."""
        if self.auto is not None and response.status in GATES:
            yield self.shown_request(target)
            return
        self.in_vain = 0
        if not self._readable(response):
            self._not_article(response, target, NO_PAGE)
            return
        try:
            fetched, draft = self._read_article(response, target)
        except PageTooLarge as err:
            self._not_read(err, response)
            return
        if self.auto is None or self._stands_for(fetched, target):
            yield from self._drafts(fetched, target, draft)
        else:
            yield from self._decided(Waiting(fetched, target, draft, Plain.of(fetched.page, draft)))

    def _decided(self, one: Waiting) -> Iterator[Any]:
        """What comes of a page that is taken as plain HTTP gave it, or not, or has to wait."""
        assert self.auto is not None
        decision = self.auto.decide(one.plain)
        if decision == "take":
            yield from self._drafts(one.fetched, one.target, one.draft)
        elif decision == "hold":
            self.auto.hold(one.plain, one)
        elif isinstance(decision, Trial):
            yield self.shown_request(one.target, decision)

    def parse_article(self, response: Response, target: CrawlTarget, trial: Trial | None = None) -> Iterator[Any]:
        """The draft of a page as the browser showed it, or the request that completes or replaces it."""
        self.in_vain = 0
        fetched = draft = None
        try:
            if self._readable(response):
                fetched, draft = self._read_article(response, target)
            else:
                self._not_article(response, target, NO_PAGE)
        except PageTooLarge as err:
            self._not_read(err, response)
        finally:
            self.settle(trial, draft)
        if fetched and draft:
            yield from self._drafts(fetched, target, draft)
            tried = "uncounted" in response.meta
            if self.auto is not None and not tried and fetched.page.is_article and self.auto.checks(draft):
                yield self._check_request(target, draft)
        yield from self.ready()

    def ready(self) -> Iterator[Any]:
        """What comes of the pages that waited for what the browser has shown by now."""
        while self.auto is not None and self.auto.ready:
            yield from self._decided(self.auto.ready.popleft())

    def settle(self, trial: Trial | None, shown: Draft | None = None) -> None:
        """Learn from what the browser showed of a page that was tried; None where nothing came of it."""
        if self.auto is not None and trial is not None:
            self.auto.learn(trial, shown)

    def _check_request(self, target: CrawlTarget, draft: Draft) -> Request:
        """A page that was shown, over plain HTTP: to learn from, and for nothing else."""
        return Request(
            self.site.fetchable(target.address),
            self.parse_check,
            errback=lambda failure: self.logger.debug("Not compared: %s", failure.value),
            cb_kwargs={"target": target, "shown": draft},
            meta={"plain": True, "handle_httpstatus_all": True, "uncounted": ANY},
            priority=target.rank + FIRST // 2,
            dont_filter=True,
        )

    def parse_check(self, response: Response, target: CrawlTarget, shown: Draft) -> None:
        """Compare what plain HTTP gives with what was shown."""
        if self.auto is not None and response.status == 200 and self._readable(response):
            try:
                fetched, draft = self._read_article(response, target)
                self.auto.learn(self.auto.trial(Plain.of(fetched.page, draft)), shown)
            except PageTooLarge as err:  # the article itself is stored
                self.logger.debug("Not compared: %s", err)

    def _readable(self, response: Response) -> TypeGuard[HtmlResponse]:
        """Whether it is a page, and this publisher's: redirects and scripts may have led to another's."""
        return isinstance(response, HtmlResponse) and self.site.owns(response.url)

    def _read_article(self, response: HtmlResponse, target: CrawlTarget) -> tuple[Fetched, Draft]:
        """The page and its draft; raises PageTooLarge."""
        fetched = Fetched.of(response, self.page, self.site, self.tdm)
        return fetched, self._draft(fetched, target)

    def _stands_for(self, fetched: Fetched, target: CrawlTarget) -> bool:
        """Whether this is a fragment or an AMP page: the article itself is at its canonical address."""
        page, here = fetched.page, self.site.canonical(fetched.response.url)
        canonical = page.canonical_url
        elsewhere = canonical not in {here, target.address} and self.frontier.is_article(canonical)
        return bool(page.is_article and not page.linked and elsewhere)

    def _drafts(self, fetched: Fetched, target: CrawlTarget, draft: Draft) -> Iterator[Any]:
        """The draft, unless it is none or not wanted, or the request that completes or replaces it."""
        page, response = fetched.page, fetched.response
        canonical = page.canonical_url
        if page.linked:
            self.frontier.arrived(canonical)
        if not page.is_article:
            self._not_article(response, target, "it holds no headline")
        elif self._stands_for(fetched, target):
            if instead := self.frontier.instead(target, canonical, self.site.canonical(response.url)):
                yield self.article_request(instead)
        elif not target.asked and not self._covered(page, target):
            self.count("page/out_of_scope")
        else:
            yield from self._older(page, target)
            if page.live_url is None:
                yield draft
            elif not self.site.owns(address := joined(self.site.origin, page.live_url) or ""):
                self._lost("LivePosts", "their address is none of the site's", response)
            else:
                yield Request(
                    self.site.fetchable(address),
                    self.parse_live,
                    errback=self.article_failed,
                    cb_kwargs={"draft": draft, "page": page},
                    priority=FIRST,
                    dont_filter=True,
                )

    def _older(self, page: ArticlePage, target: CrawlTarget) -> Iterator[Request]:
        """The archive's articles, where the crawl reaches back that far."""
        if self.archive is None or target.asked or self.scope.since >= self.archive.before:
            return
        yield from self.consider(linked_from(page.root, page.base, css(self.archive.links), "link"))

    def parse_live(self, response: Response, draft: Draft, page: ArticlePage) -> Iterator[Draft]:
        """The draft of a live page with its posts."""
        try:
            yield with_posts(draft, page, response.body)
        except PageTooLarge as err:
            self._not_read(err, response)
        except NoPosts as err:
            self._lost("LivePosts", str(err), response)
            self.logger.error("Reading the posts at %s: %s. %s", response.url, err, LATER)

    def _not_read(self, error: PageTooLarge, response: Response) -> None:
        """A page that is too large to read is named, with its reason, and lost to this run."""
        self._lost(type(error).__name__, str(error), response)
        self.logger.error("%s It is not stored.", error)

    def _lost(self, name: str, why: str, where: Response | Request) -> None:
        self.count("page/failed")
        if (recorder := self.crawler.get_extension(RunRecorder)) is not None:
            recorder.note(name, why, where.url)

    def _covered(self, page: ArticlePage, target: CrawlTarget) -> bool:
        published = page.published_at
        day = published.astimezone(self.page.zone or UTC).date() if published else None
        return self.scope.wants(target.found.source, day, page.section)

    def _not_article(self, response: Response, target: CrawlTarget, why: str) -> None:
        if self.memory:
            self.memory.other(target.address)
        self.count("page/not_article")
        self.logger.info("Not an article: %s (%s)", response.url, why)

    def _draft(self, fetched: Fetched, target: CrawlTarget) -> Draft:
        page, response, headers = fetched.page, fetched.response, fetched.headers
        rendered: Rendered | None = response.meta.get("rendered")
        return draft_of(
            page,
            publisher=self.publisher,
            spider=self.name,
            known_as={*target.known_as, target.address, self.site.canonical(response.url)},
            overlays=rendered.overlays if rendered else (),
            access=rendered.access(page.access) if rendered else access_of(page, response.status),
            provenance=Provenance(
                run_id=self.settings["RUN_ID"],
                crawler_version=__version__,
                fetched_at=rendered.at if rendered else clock.now(),
                discovered_via=target.found.source,
                rendered="browser" if rendered else "http",
                status=response.status,
                etag=headers.get("etag"),
                last_modified=headers.get("last-modified"),
                extractor=f"{self.name}/1",
            ),
        )
