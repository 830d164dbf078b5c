"""The posts of a WordPress site by its interface for programs (wp-json): their addresses and exact times, in parts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.discovery.failures import answer_without_page, may_be_refused
from mtcrawler.discovery.sitemaps import SitemapEntry, pages
from mtcrawler.markup.addresses import joined
from mtcrawler.markup.json_values import read
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import FEED_BYTES, MIB, POST_PARTS, POSTS, Cut
from mtcrawler.sites.sources import WordPress

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mtcrawler.discovery.discovery import Discovery

logger = logging.getLogger(__name__)

INTERFACE: Final = "https://api.w.org/"
"""The relation of the link by which a page names the interface of its site."""
TOTAL: Final = "X-WP-TotalPages"
FIELDS: Final = "link,date_gmt,modified_gmt"
A_DAY: Final = timedelta(days=1)
OTHERS: Final = "The other sources are still read."


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
                self._oldest = min(self._oldest or at.date(), at.date())

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
            entries = _entries(response)
        except DiscoveryError as err:
            if not self._discovery.is_other(response, source):
                counts.unread(source, err, response.url)
            return
        if part == 1:
            self._discovery.front_page.learn_names(one.url for one in entries)
        counts.listed(source, len(entries))
        yield from self._discovery.consider(pages(entries, source))
        total = (response.headers.get(TOTAL) or b"").decode("latin-1").strip()
        if not entries or not total.isdecimal() or len(total) > 9 or part >= int(total):
            return
        if part >= POST_PARTS:
            counts.cut(Cut.POST_PARTS, response.url)
            return
        counts.count("advanced")
        yield self._part(root, source, part + 1)

    def not_given(self, failure: Failure) -> Iterator[Request]:
        """Many sites give it to nobody, or forbid it in robots.txt: that is counted, and no failure."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        forbidden = isinstance(failure.value, IgnoreRequest) and not isinstance(failure.value, HttpError)
        if forbidden or answer_without_page(failure) is not None:
            self._discovery.counts.count(f"not_given/{WordPress.name}")
            logger.info("The posts at %s are not for us: %s", request.url, failure.value)
            return
        yield from self._discovery.source_failed(failure)


def _entries(response: Response) -> list[SitemapEntry]:
    """The posts that a part names; raises DiscoveryError where it is no list of posts."""
    if len(response.body) > FEED_BYTES:
        raise _unreadable(response.url, f"it is larger than {FEED_BYTES // MIB} MiB")
    try:
        said = read(response.body.decode("utf-8", "replace"))
    except ValueError as err:
        raise _unreadable(response.url, "it is no JSON") from err
    if not isinstance(said, list):
        raise _unreadable(response.url, "it is no list of posts")
    return [entry for one in said[:POSTS] if (entry := _entry(one, response.url)) is not None]


def _entry(post: Any, base: str) -> SitemapEntry | None:
    if not isinstance(post, dict) or not isinstance(link := post.get("link"), str) or not (url := joined(base, link)):
        return None
    return SitemapEntry(url, _moment(post.get("modified_gmt")), nested=False, published=_moment(post.get("date_gmt")))


def _moment(said: Any) -> datetime | None:
    """The moment of a text such as 2026-11-20T08:00:00, which is in UTC."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC) if isinstance(said, str) else None
    except ValueError:
        return None


def _unreadable(url: str, happened: str) -> DiscoveryError:
    return DiscoveryError(f"Reading the posts {url}", happened, OTHERS)
