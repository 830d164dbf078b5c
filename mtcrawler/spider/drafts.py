"""What comes of a page that was read: its draft, the request that completes or replaces it, or a reason for neither."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from scrapy.http import HtmlResponse, Request, Response, TextResponse
from twisted.python.failure import Failure

from mtcrawler.answers.error_page import ErrorPages
from mtcrawler.answers.judgement import OK, Judgement, declares, of_another_host, of_refusal, of_source
from mtcrawler.extraction.drafting import NoPosts, with_posts
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.parts.joining import without_part
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.fetched import Fetched, headers_of, headers_to_keep
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.markup.addresses import joined
from mtcrawler.model import clock
from mtcrawler.model.article import Draft
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import PageTooLarge, RunStopped
from mtcrawler.model.reasons import MISSING_STATUSES, Fate
from mtcrawler.spider import canonicals
from mtcrawler.spider.article_parts import ArticleParts
from mtcrawler.spider.article_requests import ArticleRequests
from mtcrawler.spider.canonicals import Canonicals
from mtcrawler.spider.failures import LATER, Failures
from mtcrawler.spider.page_reader import PageReader
from mtcrawler.storage.pages.answer import Answer, KeptAs

if TYPE_CHECKING:
    from mtcrawler.session.site_memory import KeptMemory

logger = logging.getLogger(__name__)

REFUSALS: Final = frozenset(range(400, 500)) - {408, 420, 425, 429}
"""Answers of a site that has not, or gives not, what it was asked for; the others say "not now"."""
NO_HEADLINE, NO_STORY = "it holds no headline", "it is a list, or another page that tells no story"


@dataclass(frozen=True)
class UnconfirmedPage:
    """A page that waits until it is known how the site says that there is none."""

    fetched: Fetched
    target: CrawlTarget
    draft: Draft


class Drafts:
    """Decides for one crawl. `requests` makes its requests, `older` those for what a page links of the archive,
    `consider` those for addresses that a page names. `site_memory` is taught by the articles, where the site has one.
    """

    requests: ArticleRequests
    older: Callable[[ExtractedPage], Iterator[Request]]
    consider: Callable[[Iterable[DiscoveredUrl]], Iterator[Request]]
    site_memory: KeptMemory | None = None

    def __init__(self, context: SiteContext, own: Canonicals, pages: PageReader, failures: Failures) -> None:
        self._context, self._canonicals, self._pages, self._failures = context, own, pages, failures
        self.error_pages = ErrorPages(context.site)
        self._parts = ArticleParts(context.site, pages, failures)
        self._held: list[UnconfirmedPage] = []

    def of(self, fetched: Fetched, target: CrawlTarget, draft: Draft) -> Iterator[Draft | Request]:
        """The draft, unless it is none or not wanted, or the request that completes or replaces it."""
        self._failures.answered()
        if declares(fetched.page, draft):
            yield from self._wanted(fetched, target, draft)
            return
        missing = self.error_pages.shows(fetched.page)
        if missing is None:
            self._held.append(UnconfirmedPage(fetched, target, draft))
            if address := self.error_pages.probe(target.address):
                yield self.requests.probe(address, shown=fetched.rendered is not None)
        elif missing and self.error_pages.away:
            judgement = Judgement(Fate.ODD_ANSWER, "its home page is answered alike, or not at all")
            self._failures.unusable(judgement, fetched.response, target)
            yield from self.alone(target)
        elif missing:
            self._failures.missing(fetched.response.url, target, "the site's not-found page")
            yield from self.alone(target)
        elif self.error_pages.unknown:
            judgement = Judgement(Fate.NOT_COMPARED, "the site fails for an address that cannot exist")
            self._failures.unusable(judgement, fetched.response, target)
            yield from self.alone(target)
        elif self._led_away(fetched, target):
            judgement = Judgement(Fate.ODD_ANSWER, f"it led to {fetched.response.url}, which is no article's address")
            self._failures.unusable(judgement, fetched.response, target)
            yield from self.alone(target)
        else:
            yield from self._wanted(fetched, target, draft)

    def _led_away(self, fetched: Fetched, target: CrawlTarget) -> bool:
        """Whether an article's address led to the home page, or another page of the site that is no article's."""
        here, addresses = fetched.response.url, self._context.addresses
        if self._context.site.canonical(here) == target.address or self.error_pages.is_home(target.address):
            return False
        return self.error_pages.leads_home(target.address, here) or (
            addresses.is_article(target.address) and not addresses.is_article(here)
        )

    def parse_probe(self, response: Response) -> Iterator[Draft | Request]:
        """What comes of the pages that waited for the answer of an address that cannot exist."""
        try:
            if (home := self._learned(response)) is not None:
                yield home
                return
        except PageTooLarge as err:
            logger.debug("Not compared: %s", err)
            self.error_pages.failed()
        yield from self._released()

    def _learned(self, response: Response) -> Request | None:
        """Learn from an answer; the request for the home page, where it has to be known, too. Raises PageTooLarge."""
        pages, headers = self.error_pages, headers_of(response)
        if not isinstance(response, HtmlResponse) or response.status != OK or not self._context.site.owns(response.url):
            if pages.asks_home or not self._says_none(response):
                pages.failed()
            else:
                pages.learn(None)
            return None
        fetched = self._pages.extracted(response)
        other = of_source(fetched.page.root, response.text, OK, headers, bare=False)
        if pages.asks_home:
            pages.compare_home(fetched.page)
        elif other is not None and other.fate is not Fate.MISSING:
            pages.failed()  # no answer of the site's own
        else:
            pages.learn(fetched.page)
            if home := pages.home():
                return self.requests.probe(home, shown=fetched.rendered is not None)
        return None

    def _says_none(self, response: Response) -> bool:
        """Whether such an answer says that there is no page, as many sites do in ways of their own."""
        if not self._context.site.owns(response.url):
            return of_another_host(response.url).fate is Fate.ELSEWHERE
        if response.status == OK:
            return not isinstance(response, HtmlResponse) and bool(response.body.strip())
        html = response.text if isinstance(response, TextResponse) else ""
        refused = of_refusal(response.status, headers_of(response), html)
        return response.status in REFUSALS and (response.status in MISSING_STATUSES or refused is None)

    def probe_failed(self, failure: Failure) -> Iterator[Draft | Request]:
        """It is not known how the site says that there is no page. A stop says nothing of the site."""
        if isinstance(failure.value, RunStopped):
            self.error_pages.not_asked()
            held, self._held = self._held, []
            for one in held:
                self._failures.stopped(failure.value, one.target)
            return
        logger.debug("Not compared: %s", failure.value)
        self.error_pages.failed()
        yield from self._released()

    def _released(self) -> Iterator[Draft | Request]:
        held, self._held = self._held, []
        for one in held:
            yield from self.of(one.fetched, one.target, one.draft)

    def alone(self, target: CrawlTarget) -> Iterator[Draft | Request]:
        """What comes of the pages that waited for this one, which gave no article."""
        yield from self._each(self._canonicals.alone(target))

    def _wanted(self, fetched: Fetched, target: CrawlTarget, draft: Draft) -> Iterator[Draft | Request]:
        if self._canonicals.removed(fetched.page, target):
            yield from self.alone(target)
        else:
            yield from self._each([canonicals.AlternatePage(target, draft, fetched)])

    def _each(self, pages: Iterable[canonicals.AlternatePage | Request]) -> Iterator[Draft | Request]:
        """What comes of these pages, and of those that need not wait any more because of them."""
        waiting = deque(pages)
        while waiting:
            one = waiting.popleft()
            if isinstance(one, Request):
                yield one
            elif one.fetched is not None:
                yield from self._taken(one.fetched, one.target, one.draft, waiting)

    def _taken(
        self, fetched: Fetched, target: CrawlTarget, draft: Draft, waiting: deque[canonicals.AlternatePage | Request]
    ) -> Iterator[Draft | Request]:
        page, response, context = fetched.page, fetched.response, self._context
        site, scope, day = context.site, context.scope, self._pages.day(draft)
        if not page.is_article:
            self._failures.not_article(response.url, target, NO_STORY if fetched.page.headline else NO_HEADLINE)
            waiting.extend(self._canonicals.alone(target))
            return
        context.addresses.learn(target.address, article=True)
        if whole := self._parts.whole(fetched):
            if not target.asked and (context.addresses.learned or context.addresses.is_article(whole)):
                yield from self.consider([replace(target.found, url=whole, sure=True)])
                if self._canonicals.part_of(target, whole):
                    waiting.extend(self._canonicals.alone(target))
                    return
            draft = without_part(draft, f"it is a later part of {whole}")
        if self._canonicals.elsewhere(fetched, target):
            final = fetched if fetched.rendered or self.requests.mode.auto is None else None
            waiting.extend(self._canonicals.hold(target, draft, page.declared_url, final))
            return
        # Not before: what is known of the address that a page declares may change while the page waits.
        own = self._canonicals.own(draft, fetched, target)
        stored_for, draft, others = self._canonicals.came(target, own)
        waiting.extend(others)
        if stored_for is None:
            return
        target = stored_for
        wanted = target.asked or scope.wants(target.found.source, day, draft.section, draft.published_at)
        if not wanted and not self._failures.is_lost(draft.canonical_url):
            self._failures.out_of_scope(target, day, draft.section, draft.published_at)
            return
        if not target.asked:
            yield from self.older(page)
        if self.site_memory is not None:
            self.site_memory.learn(page, draft, response.status)
        context = self._context
        draft = fetched.kept(draft, context.session.pages, subscriber=context.readers.subscribes)
        if page.live_url is None:
            yield from self._parts.begin(fetched, target, self._told(draft, target))
        elif not site.owns(address := joined(site.origin, page.live_url) or ""):
            self._failures.lost("LivePosts", "their address is not one of the site's", response, target)
        else:
            yield self.requests.live(address, draft, page, target)

    def parse_live(self, response: Response, draft: Draft, page: ExtractedPage, target: CrawlTarget) -> Iterator[Draft]:
        """The draft of a live page with its posts."""
        try:
            whole = with_posts(draft, page, response.body)
            posts = Answer(
                response.url, response.status, headers_to_keep(response), response.body, clock.now(), KeptAs.POSTS
            )
            self._context.session.pages.add(draft.provenance.snapshot, posts)
            yield self._told(whole, target)
        except PageTooLarge as err:
            self._failures.unreadable(err, response, target)
        except NoPosts as err:
            self._failures.lost("LivePosts", str(err), response, target)
            logger.error("Reading the posts at %s: %s. %s", response.url, err, LATER)

    def live_failed(self, failure: Failure) -> None:
        """The posts of a live page cannot be fetched; the next run tries again."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self._context.session.pages.release(request.cb_kwargs["draft"].provenance.snapshot)
        self._failures.live_posts(request, failure)

    def _told(self, draft: Draft, target: CrawlTarget) -> Draft:
        """The draft, which the account knows by its canonical address from here on."""
        self._context.account.drafted(draft.canonical_url, target.named)
        return draft
