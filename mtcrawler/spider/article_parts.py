"""Articles that go on over several pages: the further parts are fetched one after the other, and joined."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from scrapy.http import Request, Response
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import OtherPage
from mtcrawler.discovery.discovery import FIRST
from mtcrawler.discovery.failures import describe_failure, is_missing
from mtcrawler.extraction.drafting import no_larger
from mtcrawler.extraction.parts.joining import with_part, without_part
from mtcrawler.extraction.parts.pagination import is_same_part, next_part, whole_of
from mtcrawler.fetch.fetched import Fetched
from mtcrawler.fetch.look import Look
from mtcrawler.fetch.middleware.robots import Disallowed
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.markup.addresses import Site
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import ExtractorFailed, PageTooLarge, RunStopped
from mtcrawler.spider.failures import Failures
from mtcrawler.spider.page_reader import PageReader

logger = logging.getLogger(__name__)

LATER: Final = "The article is stored as not complete; the next run tries again."
PARTS: Final = 30
"""Parts of an article that are fetched; a longer one is not complete."""


@dataclass(frozen=True)
class Parted:
    """An article of which some parts have come: the last of them has this number.

    `first` is the address of the first part, `here` that of the last one, or of the one that is asked for. `size`
    counts their characters.
    """

    draft: Draft
    target: CrawlTarget
    first: str
    here: str
    number: int
    size: int
    shown: bool


class ArticleParts:
    """Fetches the further parts of one crawl's articles, in the way in which the first part came."""

    def __init__(self, site: Site, pages: PageReader, failures: Failures) -> None:
        self._site, self._pages, self._failures = site, pages, failures

    def whole(self, fetched: Fetched) -> str | None:
        """The address of the article that this page is a later part of, as the page links to it."""
        found = whole_of(fetched.page.root, fetched.page.base, fetched.response.url, self._site)
        return found if found and self._site.owns(found) else None

    def begin(self, fetched: Fetched, target: CrawlTarget, draft: Draft) -> Iterator[Draft | Request]:
        """The draft, or the request for the second part."""
        first, shown = fetched.response.url, fetched.rendered is not None
        yield self._on(Parted(draft, target, first, first, 1, fetched.page.size, shown), fetched)

    def parse(self, response: Response, parted: Parted) -> Iterator[Draft | Request]:
        """The draft with this part, or the request for the next one; without it, where it is none."""
        try:
            fetched, part = self._pages.read(response, parted.target)
            if self._site.canonical(response.url) == self._site.canonical(parted.first):  # there is no further part
                yield parted.draft
                return
            if why := self._is_another(fetched, part, parted):
                yield self._withheld(parted, response.url, why)
                return
            if not part.body:
                yield self._without(parted, response.url, "it holds no text")
                return
            size = parted.size + fetched.page.size
            joined = with_part(parted.draft, part)
            if joined is None:  # the last part shows what came before
                yield parted.draft
                return
            whole = no_larger(joined, size)
            self._pages.keep_part(parted.draft, fetched)
            yield self._on(replace(parted, draft=whole, number=parted.number + 1, size=size), fetched)
        except (PageTooLarge, ExtractorFailed) as err:
            yield self._without(parted, response.url, err.happened)
        except OtherPage as other:
            yield self._without(parted, response.url, f"{other.judgement.fate}, {other.judgement.why}")

    def failed(self, failure: Failure) -> Iterator[Draft]:
        """A part did not come: the draft says that it is not whole. Where the run was stopped there is no draft."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        parted, error, why = request.cb_kwargs["parted"], failure.value, describe_failure(failure)
        if isinstance(error, RunStopped):
            self._failures.stopped(error, parted.target)
        elif isinstance(error, Disallowed):
            yield self._withheld(parted, request.url, "robots.txt forbids to ask for it")
        elif is_missing(failure):
            yield self._withheld(parted, request.url, why)
        else:
            yield self._without(parted, request.url, why)

    def _is_another(self, fetched: Fetched, part: Draft, parted: Parted) -> str | None:
        """Why the page is no part of this article; None where it is one.

        It is where it was asked for, and has the article's headline, if only in its title.
        """
        if not is_same_part(parted.first, parted.here, fetched.response.url, self._site):
            return f"its address leads to {fetched.response.url}"
        headline, page = _folded(parted.draft.headline), fetched.page
        titles = [part.headline, *(one.text_content() for one in page.root.iterfind(".//title"))]
        if page.is_article and any(headline in _folded(title) for title in titles):
            return None
        return "the page there has another headline"

    def _on(self, parted: Parted, fetched: Fetched) -> Draft | Request:
        following = next_part(fetched.page.root, fetched.page.base, parted.first, parted.here, self._site)
        if following is None or not self._site.owns(following):
            return parted.draft
        if parted.number >= PARTS:
            return self._without(parted, following, f"the article has more than {PARTS} parts", again=False)
        parted = replace(parted, here=following)
        way = {"render": True} if parted.shown else {"plain": True}
        request = Request(
            self._site.fetchable(following),
            self.parse,
            errback=self.failed,
            cb_kwargs={"parted": parted},
            meta={"verbatim_url": True, **way},
            priority=FIRST,
            dont_filter=True,
        )
        return Look.PART.of(request)

    def _without(self, parted: Parted, where: str, why: str, *, again: bool = True) -> Draft:
        """The draft without a part that should have come. The next run tries again, unless that is no use."""
        later = LATER if again else "The article is stored as not complete."
        logger.error("Fetching part %d of an article, %s: %s. %s", parted.number + 1, where, why.rstrip("."), later)
        self._failures.part_missing(where, why, parted.draft.canonical_url if again else None)
        return without_part(parted.draft, f"part {parted.number + 1}: {why}")

    def _withheld(self, parted: Parted, where: str, why: str) -> Draft:
        """The draft without a part that the site does not have, or does not give: to ask again would bring nothing."""
        logger.warning(
            "Part %d of an article, %s, is not to be had: %s. The article is stored as not complete.",
            parted.number + 1,
            where,
            why,
        )
        self._failures.part_withheld()
        return without_part(parted.draft, f"part {parted.number + 1}: {why}")


def _folded(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
