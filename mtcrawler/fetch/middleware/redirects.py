"""Redirects, followed as Scrapy does: a loop is told as one at its first turn, and a common end is asked for once."""

from __future__ import annotations

from typing import Any, Final, Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from mtcrawler.answers.judgement import OtherPage
from mtcrawler.fetch.crawl_context import CrawlContext, SiteContext
from mtcrawler.fetch.politeness.redirect_ends import give_back

OK: Final = 200


class RedirectLoop(IgnoreRequest):
    """Redirects lead back to where they began, or do not end."""


class _Ending:
    """Ends a way that comes by the same address twice: without cookies the answer there is the same again."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        way = [*request.meta.get("redirect_urls", []), request.url]
        if redirected.url in way:
            raise RedirectLoop(f"{way[0]} redirects in a circle, by way of {redirected.url}")
        try:
            following: Request = super()._redirect(redirected, request, reason)  # type: ignore[misc]
        except IgnoreRequest as err:
            raise RedirectLoop(f"{way[0]} redirects more than {len(way) - 1} times") from err
        return following


class Redirects(_Ending, RedirectMiddleware):
    """Scrapy's own, which never goes in circles."""


class Refreshes(_Ending, MetaRefreshMiddleware):
    """The same for pages that name another one in a meta tag."""


class CommonEnds:
    """Asks once for a page that many articles redirect to and that is none of them: a login page, the front page.

    A downloader middleware nearer than all that ask again, so that it sees every answer and every failure. An end is
    known once its page was judged; one that redirects further (a silent sign-in) is asked for each time.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._context = CrawlContext.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises OtherPage where an article led to what is known to be none."""
        give_back(request.meta)  # a page that was asked for in turn named another one
        context = self._context
        if not isinstance(context, SiteContext) or not _led(request) or context.addresses.is_article(request.url):
            return
        async with context.shutdown.waiting(request):
            known = await context.redirect_ends.ask(request.url, request.meta)
        if known is not None:
            raise OtherPage(known)

    def process_response(self, request: Request, response: Response) -> Response:
        """The response; one that is no page is nothing to wait for, others are judged by the spider."""
        if response.status != OK:
            give_back(request.meta)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Whoever waits for the same end tries it."""
        give_back(request.meta)


def _led(request: Request) -> bool:
    """Whether this is an article over plain HTTP, after a redirect."""
    return bool(request.meta.get("redirect_urls")) and "target" in request.cb_kwargs and not request.meta.get("render")
