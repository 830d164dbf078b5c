"""Section lists, part by part: the articles they link to, and the further lists they lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy.http import Request, Response, TextResponse

from mtcrawler.discovery.section_lists import linked_from, read_listing
from mtcrawler.markup.css import css
from mtcrawler.model import limits
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import Cut
from mtcrawler.sites.sources import Listing

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mtcrawler.discovery.discovery import Discovery


ANY_LINK: Final = css("a[href]")


class ListReader:
    """Reads the lists of one crawl for its discovery."""

    def __init__(self, discovery: Discovery) -> None:
        self._all = discovery

    def requests(self, listings: Iterable[Listing]) -> Iterator[Request]:
        """For the first part of each list; a page that several lists begin with is asked for once."""
        beginning: defaultdict[str, list[Listing]] = defaultdict(list)
        for one in sorted(listings, key=lambda one: bool(one.backfill)):  # a back-fill may end with its first part
            beginning[self._all.site.fetchable(one.part(None))].append(one)
        for first, *others in beginning.values():
            yield self.first_part(first, tuple(others))

    def first_part(self, listing: Listing, others: tuple[Listing, ...] = ()) -> Request:
        """For the first part of a list, which is that of these others, too."""
        told = {"listing": listing, "offset": None, "others": others}
        request = self._all.ask(listing.part(None), self.parse, listing.name, **told)
        return self._all.memory.asking(request) if all(map(_tells_all, (listing, *others))) else request

    def parse(
        self,
        response: Response,
        source: str,
        listing: Listing,
        offset: int | None,
        missing: int = 0,
        others: tuple[Listing, ...] = (),
    ) -> Iterator[Request]:
        """Articles of a section list; its next part while this one held any as young as the crawl asks for."""
        if (again := self._all.memory.unchanged(response)) is not None:
            yield from self._all.consider(again)
            return
        text = response.text if isinstance(response, TextResponse) else ""
        try:
            found = list(islice(read_listing(text, response.url, listing.links, source), limits.LIST_LINKS + 1))
        except DiscoveryError as err:
            self._all.counts.unread(source, err, response.url)
            found = []
        found = self._all.counts.up_to(limits.LIST_LINKS, found, Cut.LINKS, response.url)
        named = [one for one in found if self._all.site.owns(one.url) and self._all.counts.short(one.url, response.url)]
        articles = [one for one in named if self._all.frontier.is_article(one.url)]
        part = offset is not None or bool(listing.backfill)
        if not articles:
            self._all.is_other(response, source, bare=not found and not part, part=part)
        told = len(articles) if offset is None and not listing.backfill else 0
        if offset is None and not listing.backfill:
            self._all.counts.listed(source, told)
            self._all.feeds.hubs.read(response.url, response.headers.getlist("Link"))
        yield from self._all.consider(articles or named)
        self._all.memory.read(response, source, articles or named, told)
        yield from self._further_lists(listing, named)
        days = [day for one in articles if (day := self._all.frontier.day_of(one.url))]
        if self._all.reach.goes_on(listing, (self._all.site.canonical(one.url) for one in articles)):
            self._all.counts.count("advanced")
            if listing.numbered or not days or max(days) >= self._all.scope.since:
                yield from self.next_part(source, listing, offset, 0)
        elif listing.numbered:
            yield from self.next_part(source, listing, offset, missing + 1)
        for other in others:
            yield from self.parse(response, other.name, other, None)

    def next_part(self, source: str, listing: Listing, offset: int | None, missing: int) -> Iterator[Request]:
        """The part that follows, unless `missing` in a row named nothing or there is none."""
        following = listing.following(offset)
        if following is None or missing >= limits.LISTS_MISSING:
            return
        assert listing.first is not None
        address = listing.part(following)
        if following >= listing.first + limits.LIST_PARTS * listing.step:
            self._all.counts.cut(Cut.PARTS, address)
            return
        told = {"listing": listing, "offset": following, "missing": missing}
        request = self._all.ask(address, self.parse, source, **told)
        first = self._all.site.fetchable(listing.part(None))
        yield self._all.memory.asking(request, first) if _tells_all(listing) else request

    def _further_lists(self, listing: Listing, named: Iterable[DiscoveredUrl]) -> Iterator[Request]:
        """The lists that these links lead to, each once."""
        own = {urlsplit(self._all.site.canonical(one.url)).path for one in named} if listing.nested else set()
        for path in sorted(path for path in own if listing.nested and listing.nested.fullmatch(path)):
            left_out = self._all.reach.listing(path, backfill=bool(listing.backfill))
            if isinstance(left_out, Cut):
                self._all.counts.cut(left_out, path)
            elif not left_out:
                self._all.counts.count("advanced")
                yield self._all.source_request(listing.inner(path))

    def of_page(self, root: HtmlElement, base: str) -> Iterator[Request]:
        """The lists of the back-fills that are asked for, where this article's page leads to them."""
        for one in self._all.sources:
            if (
                isinstance(one, Listing)
                and one.backfill
                and one.nested
                and self._all.scope.reads(one.kind, one.backfill)
            ):
                named = linked_from(root, base, ANY_LINK, one.backfill)
                yield from self._further_lists(one, (found for found in named if self._all.site.owns(found.url)))


def _tells_all(listing: Listing) -> bool:
    """Whether there is nothing new in any part of a list where its first part is as it was."""
    return not (listing.nested or listing.numbered or listing.backfill)
