"""The posts of a WordPress site by its interface for programs (wp-json): their addresses and exact times, in parts."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from mtcrawler.discovery.failures import answer_without_page, is_ignored, may_be_refused
from mtcrawler.discovery.sitemaps import SitemapEntry, pages
from mtcrawler.discovery.source_counts import OTHERS
from mtcrawler.frontier.remembered import Remembered
from mtcrawler.markup.addresses import joined, joined_page
from mtcrawler.markup.dates import moment_or_day
from mtcrawler.markup.json_values import read
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import FEED_BYTES, FEED_ENTRIES, MIB, POST_PARTS, POSTS, Cut
from mtcrawler.sites.sources import WordPress

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mtcrawler.discovery.discovery import Discovery

logger = logging.getLogger(__name__)

INTERFACE: Final = "https://api.w.org/"
"""The relation of the link by which a page names the interface of its site."""
TOTAL: Final = "X-WP-TotalPages"
"""The header that says how many parts there are; many servers that stand before a site leave it out."""
PAST_THE_END: Final = frozenset({400, 404})
"""What is answered to a part after the last one."""
FIELDS: Final = "link,date_gmt,modified_gmt"
A_DAY: Final = timedelta(days=1)


class PostReader:
    """Reads the posts of one crawl for its `discovery`.

    A site that is described names the interface as a source. One that is not is asked once, where its front page names
    the interface and neither sitemaps nor feeds name anything older than the days that the crawl is asked for: a usual
    visit costs no request.
    """

    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery
        self._found: str | None = None
        self._oldest: date | None = None
        self._named: defaultdict[tuple[str, str], Remembered] = defaultdict(Remembered)

    def named_by(self, root: HtmlElement, base: str) -> None:
        """Keep what a front page says of the interface."""
        rels = ((link, (link.get("rel") or "").lower().split()) for link in root.iter("link"))
        named = next((joined(base, link.get("href")) for link, rel in rels if INTERFACE in rel), None)
        if named and self._discovery.site.owns(named) and self._discovery.scope.reads(WordPress.kind, None):
            self._found = named

    def reached(self, entries: Iterable[SitemapEntry]) -> None:
        """Learn how far back sitemaps and feeds reach."""
        for one in entries:
            if not one.nested and (at := one.published or one.lastmod) is not None:
                self.reached_back_to(at.date())

    def reached_back_to(self, day: date) -> None:
        """Learn that a sitemap or a feed names something of that day."""
        self._oldest = min(self._oldest or day, day)

    def requests(self) -> list[Request]:
        """The request for a site that is not described, once, where nothing else reaches as far."""
        root, self._found = self._found, None
        if root is None or (self._oldest is not None and self._oldest < self._discovery.scope.since):
            return []
        return [may_be_refused(self._part(root, WordPress.name, 1).replace(errback=self.not_given))]

    def of(self, source: WordPress) -> Request:
        """The first request of a source that a definition names."""
        return self._part(self._discovery.site.fetchable(source.address), source.counted_as, 1)

    def _part(self, root: str, source: str, part: int) -> Request:
        scope = self._discovery.scope
        # Sites compare the bounds with times in their own zone.
        asked = {"per_page": POSTS, "orderby": "date", "order": "desc", "_fields": FIELDS, "page": part}
        asked["after"] = f"{scope.since - A_DAY:%Y-%m-%d}T00:00:00"
        if scope.until < date.max - 2 * A_DAY:
            asked["before"] = f"{scope.until + 2 * A_DAY:%Y-%m-%d}T00:00:00"
        mark = "&" if urlsplit(root).query else "?"
        address = f"{root.rstrip('/')}/wp/v2/posts{mark}{urlencode(asked)}"
        return self._discovery.ask(address, self.parse, source, root=root, part=part)

    def parse(self, response: Response, source: str, root: str, part: int) -> Iterator[Request]:
        """The articles that a part names, and the next part."""
        counts = self._discovery.counts
        try:
            told = _posts(response)
        except DiscoveryError as err:
            if not self._discovery.is_other(response, source):
                counts.unread(source, err, response.url)
            return
        told = counts.up_to(FEED_ENTRIES, told, Cut.FEED, response.url)
        entries = [entry for one in told if (entry := _entry(one, response.url)) is not None]
        if unusable := len(told) - len(entries):
            counts.unusable(source, response.url, unusable, len(told))
        if part == 1:
            self._discovery.front_page.learn_names(one.url for one in entries)
        new, total = self._new((source, root), entries), _total(response)
        counts.listed(source, new)
        yield from self._discovery.consider(pages(entries, source))
        if part >= total if total is not None else len(told) < POSTS:
            return
        if not told or (entries and not new):
            if total is not None:
                happened = f"it is part {part} of {total} and names nothing that is new"
                counts.unread(source, _unreadable(response.url, happened), response.url)
            return
        if part >= POST_PARTS:
            counts.cut(Cut.POST_PARTS, response.url)
            return
        counts.count("advanced")
        following = self._part(root, source, part + 1)
        yield may_be_refused(following.replace(errback=self._past_the_end)) if total is None else following

    def _new(self, listed: tuple[str, str], entries: Iterable[SitemapEntry]) -> int:
        """How many of these no part of the same list named before."""
        named = self._named[listed]
        before = len(named)
        for one in entries:
            named.add(one.url)
        return len(named) - before

    def _past_the_end(self, failure: Failure) -> Iterator[Request]:
        """Where nothing says how many parts there are, one that is not there is the end."""
        if (without := answer_without_page(failure)) is None or without.status not in PAST_THE_END:
            yield from self._discovery.source_failed(failure)

    def not_given(self, failure: Failure) -> Iterator[Request]:
        """Many sites give it to nobody, or forbid it in robots.txt: that is counted, and no failure."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        if is_ignored(failure) or answer_without_page(failure) is not None:
            self._discovery.counts.count(f"not_given/{WordPress.name}")
            logger.info("The posts at %s are not given to us: %s", request.url, failure.value)
            return
        yield from self._discovery.source_failed(failure)


def _posts(response: Response) -> list[Any]:
    """What a part holds; raises DiscoveryError where it is no list of posts."""
    if len(response.body) > FEED_BYTES:
        raise _unreadable(response.url, f"it is larger than {FEED_BYTES // MIB} MiB")
    try:
        said = read(response.body.decode("utf-8-sig", "replace"))
    except ValueError as err:
        raise _unreadable(response.url, "it is no JSON") from err
    if not isinstance(said, list):
        raise _unreadable(response.url, "it is no list of posts")
    return said


def _total(response: Response) -> int | None:
    """How many parts there are; None where nothing says so."""
    said = (response.headers.get(TOTAL) or b"").decode("latin-1").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 9 else None


def _entry(post: Any, base: str) -> SitemapEntry | None:
    link = post.get("link") if isinstance(post, dict) else None
    if not isinstance(link, str) or not (url := joined_page(base, link)):
        return None
    return SitemapEntry(url, _moment(post.get("modified_gmt")), nested=False, published=_moment(post.get("date_gmt")))


def _moment(said: Any) -> datetime | None:
    """The moment of a text such as 2026-11-20T08:00:00, which is in UTC where it names no offset."""
    return moment_or_day(said, UTC) if isinstance(said, str) else None


def _unreadable(url: str, happened: str) -> DiscoveryError:
    return DiscoveryError(f"Reading the posts {url}", happened, OTHERS)
