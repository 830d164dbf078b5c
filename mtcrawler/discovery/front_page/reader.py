"""Finds the sources of a site that nobody has described, and reads them: sitemaps, feeds, front page and sections."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy.http import Request, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.discovery.documents import Kind, document, kind_of
from mtcrawler.discovery.failures import describe_failure, in_its_place, is_ignored, is_missing
from mtcrawler.discovery.feeds.hubs import links_in
from mtcrawler.discovery.front_page.links import (
    USUAL_FEEDS,
    USUAL_SITEMAPS,
    Link,
    feeds_of,
    links_of,
    next_of,
    sections_of,
    stories_of,
)
from mtcrawler.discovery.front_page.teasers import days_of
from mtcrawler.discovery.front_page.waiting import WaitingLinks
from mtcrawler.discovery.sitemaps import SitemapEntry
from mtcrawler.discovery.source_counts import OTHERS
from mtcrawler.frontier.article_addresses import LearnedAddresses
from mtcrawler.markup.addresses import after_origin, short_base
from mtcrawler.markup.document import base_of, parsed
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError, PageTooLarge, RunStopped
from mtcrawler.model.limits import FEEDS, LIST_BYTES, MIB, SECTION_PARTS, SECTIONS, Cut
from mtcrawler.model.reasons import Fate
from mtcrawler.sites.sources import LONGEST_NAME, Feed, Sitemap

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mtcrawler.discovery.discovery import Discovery

logger = logging.getLogger(__name__)

A_DAY: Final = timedelta(days=1)
HOME: Final = "section:home"


class FrontPageReader:
    """Reads one site's front page for `discovery`, and what it leads to.

    What is only tried, because it is where such things usually are, may be missing: that is no failure.
    """

    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery
        addresses = discovery.frontier.addresses
        self._waiting = WaitingLinks(discovery.site, addresses) if isinstance(addresses, LearnedAddresses) else None
        self._lists: set[str] = set()

    def requests(self) -> Iterator[Request]:
        """The front page, where feeds, lists or the posts of WordPress are asked for, which it alone names."""
        if any(map(self._reads, ("feed", "list", "wordpress"))):
            yield self._ask("/", self.parse, HOME, failed=self.no_front_page)

    def learn_names(self, urls: Iterable[str]) -> None:
        """A copy of a site on a private address tells by its sources how the site is called."""
        if self._discovery.undescribed and self._discovery.site.mirror:
            self._discovery.site.also.update(host for url in urls if (host := urlsplit(url).hostname))

    def learn(self, entries: Sequence[SitemapEntry]) -> None:
        """Learn from what a sitemap or a feed names: how the site is called, and how far back its sources reach."""
        self.learn_names(one.url for one in entries)
        self._discovery.posts.reached(entries)

    def sitemaps(self) -> Iterator[Request]:
        """The usual sitemaps, one after the other until one is there."""
        yield from self._try_sitemap(USUAL_SITEMAPS)

    def parse(self, response: Response, source: str) -> Iterator[Request]:
        """The feeds of the front page, its sections, and the articles that it links to."""
        root = self._root(response, source)
        if root is None:
            yield from self._try_feed(USUAL_FEEDS)
            return
        base = base_of(root, response.url) or short_base(response.url)
        self._lists.add(self._discovery.site.canonical(response.url))
        self._discovery.posts.named_by(root, base)
        self._discovery.feeds.hubs.read(response.url, response.headers.getlist("Link"), links_in(root))
        if self._reads("feed"):
            feeds = feeds_of(root, base)
            for address in self._discovery.counts.up_to(FEEDS, feeds, Cut.FEEDS, response.url):
                yield self._discovery.source_request(Feed(address))
            if not feeds:
                yield from self._try_feed(USUAL_FEEDS)
        if self._reads("list"):
            links = list(links_of(root, base, self._discovery.site))
            sections = sections_of(links, self._discovery.site)
            for address in self._discovery.counts.up_to(SECTIONS, sections, Cut.SECTIONS, response.url):
                self._lists.add(self._discovery.site.canonical(address))
                name = after_origin(address).strip("/")[:LONGEST_NAME]
                yield self._ask(address, self.parse_section, f"section:{name}", failed=self._no_section, part=1)
            stories = list(stories_of(links, source))
            if not stories:
                self._discovery.is_other(response, source, bare=not links)
            yield from self._considered(root, base, links, stories)[1]
        else:
            self._is_other_section(response, source)

    def parse_section(self, response: Response, source: str, part: int) -> Iterator[Request]:
        """The articles that a section links to, and its next part where this one brought any that are new."""
        root = self._root(response, source)
        if root is None:
            return
        base = base_of(root, response.url) or short_base(response.url)
        if part == 1:
            self._discovery.feeds.hubs.read(response.url, response.headers.getlist("Link"), links_in(root))
        links = list(links_of(root, base, self._discovery.site))
        stories = list(stories_of(links, source))
        if not stories:
            self._is_other_section(response, source)
        brought, wanted = self._considered(root, base, links, stories)
        yield from wanted
        following = next_of(root, base)
        if brought and following and self._discovery.site.owns(following):
            if part >= SECTION_PARTS:
                self._discovery.counts.cut(Cut.SECTION_PARTS, following)
                return
            self._lists.add(self._discovery.site.canonical(following))
            yield self._ask(following, self.parse_section, source, part=part + 1)

    def _no_section(self, failure: Failure) -> Iterator[Request]:
        """Nobody named it as a list: where robots.txt forbids it nothing is missing, and it is counted there."""
        if is_ignored(failure):
            logger.debug("Not read as a section: %s", failure.value)
        else:
            yield from self._discovery.source_failed(failure)

    def left(self) -> list[Request]:
        """At a pause, the requests for links whose turn it is, now that what says more of their days has been read."""
        waiting, frontier, recrawl_policy = self._waiting, self._discovery.frontier, self._discovery.recrawl_policy
        if waiting is None:
            return []
        if posts := self._discovery.posts.requests():
            return posts
        waiting.take(lambda one: frontier.knows(one.url))
        if recrawl_policy is not None:
            waiting.recall(recrawl_policy.was_article)
            self._put(waiting.take(self._is_known))
        while chosen := waiting.next_round():
            requests = self._put(chosen)
            if requests or (frontier.waiting and not frontier.exhausted):
                return requests  # with a limit the frontier releases them; what their pages are decides what follows
        self._leave(waiting.take(lambda one: True))
        return []

    def _is_known(self, one: DiscoveredUrl) -> bool:
        """Whether earlier runs have looked at it, and it need not be looked at now."""
        return not self._discovery.frontier.due(self._discovery.site.canonical(one.url), one.news, one.source)

    def _put(self, found: Sequence[DiscoveredUrl]) -> list[Request]:
        """Requests for those that are wanted; the others are accounted for."""
        requests = list(self._discovery.consider(found))
        self._leave(one for one in found if not self._discovery.frontier.is_new(one.url))
        return requests

    def _leave(self, found: Iterable[DiscoveredUrl]) -> None:
        """Account for links that are not looked at; those to lists have been read as such."""
        frontier = self._discovery.frontier
        fate = Fate.OVER_LIMIT if frontier.exhausted else Fate.UNLIKELY
        for one in found:
            if self._discovery.site.canonical(one.url) not in self._lists:
                frontier.leave(one, fate)

    def _considered(
        self, root: HtmlElement, base: str, links: list[Link], stories: list[DiscoveredUrl]
    ) -> tuple[bool, list[Request]]:
        """Whether a list brought anything new that is young enough, and requests for what need not wait."""
        discovery = self._discovery
        if self._waiting is None:
            requests = list(discovery.consider(stories))
            return bool(requests), requests
        days = days_of(root, base, {link.url: link.words for link in links}, root.get("lang"))
        young, at_once = list[DiscoveredUrl](), list[DiscoveredUrl]()
        for one in stories:
            if discovery.site.canonical(one.url) in self._lists:
                continue
            if (day := days.get(one.url)) is not None and day + A_DAY < discovery.scope.since:
                discovery.frontier.too_old(one)
            elif discovery.frontier.day_of(one.url) is not None:
                at_once.append(one)
            else:
                young.append(one)
        new, over = self._waiting.add(one for one in young if not discovery.frontier.knows(one.url))
        requests = self._put([*at_once, *over])
        return bool(new or requests), requests

    def no_front_page(self, failure: Failure) -> Iterator[Request]:
        """A site may have feeds all the same."""
        if isinstance(failure.value, RunStopped):
            yield from self._discovery.source_failed(failure)
            return
        if not (isinstance(failure.value, HttpError) and failure.value.response.status == 404):
            yield from self._discovery.source_failed(failure)
        if self._reads("feed"):
            yield from self._try_feed(USUAL_FEEDS)

    async def parse_tried_feed(self, response: Response, source: str, left: Sequence[str]) -> AsyncIterator[Request]:
        """The entries of a feed that was where feeds usually are, or the next place to try."""
        if _is(response, Kind.FEED):
            async for request in self._discovery.parse_feed(response, source):
                yield request
        else:
            for request in self._try_feed(left):
                yield request

    async def parse_tried_sitemap(self, response: Response, source: str, left: Sequence[str]) -> AsyncIterator[Request]:
        """What a sitemap names that was where sitemaps usually are, or the next place to try."""
        try:
            found = kind_of(document(response.body, response.url))
        except DiscoveryError as err:  # it is there, and damaged or too large
            self._discovery.counts.unread(source, err, response.url)
            found = Kind.OTHER
        if found in {Kind.SITEMAP, Kind.FEED}:
            self._discovery.reach.asked += 1
            async for request in self._discovery.parse_sitemap(response, source, Sitemap(), level=0):
                yield request
        else:
            for request in self._try_sitemap(left):
                yield request

    def _reads(self, kind: str) -> bool:
        return self._discovery.scope.reads(kind, None)

    def _try_feed(self, places: Sequence[str]) -> Iterator[Request]:
        if places and self._reads("feed"):
            yield self._try(places, self.parse_tried_feed, "rss", self._try_feed)

    def _try_sitemap(self, places: Sequence[str]) -> Iterator[Request]:
        if places and self._reads("sitemap"):
            yield self._try(places, self.parse_tried_sitemap, "sitemap", self._try_sitemap)

    def _try(self, places: Sequence[str], callback: Any, source: str, again: Any) -> Request:
        first, left = places[0], places[1:]

        def missing(failure: Failure) -> Iterator[Request]:
            if isinstance(failure.value, RunStopped):
                yield from self._discovery.source_failed(failure)
                return
            if is_missing(failure) or is_ignored(failure):  # robots.txt may forbid it
                logger.debug("Nothing at %s: %s", first, failure.value)
            else:
                what = f"Fetching {failure.request.url}"  # type: ignore[attr-defined]  # set by Scrapy
                logger.warning("%s", DiscoveryError(what, describe_failure(failure), OTHERS))
            yield from again(left)

        return self._ask(first, callback, source, failed=missing, left=left)

    def _ask(self, address: str, callback: Any, source: str, *, failed: Any = None, **kwargs: Any) -> Request:
        request = self._discovery.ask(address, callback, source, **kwargs)
        return request.replace(errback=failed) if failed else request

    def _is_other_section(self, response: Response, source: str) -> None:
        """Have it told that a list did not come; what is only taken for one may be where readers sign in."""
        judgement = in_its_place(response, self._discovery.site, bare=False)
        if judgement is not None and judgement.fate in {Fate.BLOCKED, Fate.MAINTENANCE}:
            self._discovery.is_other(response, source, bare=False)

    def _root(self, response: Response, source: str) -> HtmlElement | None:
        """The page's markup; None where there is none to read, which is told."""
        text = response.text if isinstance(response, TextResponse) else ""
        if response.body and not isinstance(response, TextResponse) and source != HOME:
            return None  # what was taken for a section is a file
        happened = "it is no page"
        if len(text) > LIST_BYTES:
            happened = f"it is larger than {LIST_BYTES // MIB} MiB"
        elif text.strip():
            try:
                return parsed(text, response.url)
            except PageTooLarge as err:
                happened = err.happened
        if text.strip() or not self._discovery.is_other(response, source):
            error = DiscoveryError(f"Reading the list {response.url}", happened, OTHERS)
            self._discovery.counts.unread(source, error, response.url)
        return None


def _is(response: Response, *kinds: Kind) -> bool:
    """Whether a document is of one of these kinds; one that cannot be unpacked is of none."""
    try:
        return kind_of(document(response.body, response.url)) in kinds
    except DiscoveryError:
        return False
