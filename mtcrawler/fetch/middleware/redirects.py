"""Redirects, followed as Scrapy does: a loop is told as one at its first turn, and a common end is asked for once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, Self
from urllib.parse import urldefrag

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from scrapy.utils.response import get_meta_refresh

from mtcrawler.answers.judgement import Judgement
from mtcrawler.fetch.crawl_context import CrawlContext, SiteContext
from mtcrawler.fetch.politeness.redirect_ends import RedirectEnds

OK: Final = 200
REFRESH_BYTES: Final = 4 * 4096
"""Scrapy looks for a refresh among 4,096 characters, of four bytes each at most."""
JUDGED: Final = 2.0
"""Seconds after which nobody waits for the judgement of a page that came: it may be none of the spider's."""


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
    """The same for pages that name another one in a meta tag. One that names itself, to be shown anew, is no redirect,
    and neither is one that can be read first (METAREFRESH_MAXDELAY).
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The response, or the request for what it names; most pages never say the word, and are not decoded for it."""
        head = response.body[:REFRESH_BYTES]
        if b"refresh" not in head.lower() and b"\0" not in head:  # as UTF-16 has between any two letters
            return response
        with suppress(ValueError):  # what it names is no address
            if isinstance(response, HtmlResponse):
                _, named = get_meta_refresh(response, self._ignore_tags)
                if named is not None and self._here(named) in {request.url, response.url}:
                    return response
            return super().process_response(request, response)
        return response

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        """The request for what a page names; what is the publisher's is asked of the mirror, where there is one."""
        return super()._redirect(redirected.replace(url=self._here(redirected.url)), request, reason)

    def _here(self, url: str) -> str:
        """The address without its fragment; what is the publisher's on the mirror, where there is one."""
        site = CrawlContext.of(self.crawler).site
        return site.fetchable(url) if site is not None and site.mirror is not None else urldefrag(url)[0]


class KnownEnd(IgnoreRequest):
    """A redirect leads to what an earlier one led to, and that is no article: it is not asked for again."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(judgement.why)
        self.judgement = judgement


class CommonEnds:
    """Asks once for a page that many articles redirect to and that is none of them: a login page, an error page.

    A downloader middleware that sees every answer and every failure, as it is closer to the downloader than everything
    that retries. An end is known once the spider has judged its page; one that redirects further (a silent sign-in) or
    fails is asked for each time.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._context = CrawlContext.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises KnownEnd where an article led to what is known to be none."""
        if (ends := self._ends(request)) is None:
            return
        async with self._context.shutdown.waiting(request):
            known = await ends.ask(request.url)
        if known is not None:
            raise KnownEnd(known)

    def process_response(self, request: Request, response: Response) -> Response:
        """The response. One that is no page is nothing to wait for; a page is judged by the spider, or by nobody."""
        if (ends := self._ends(request)) is not None:
            if response.status == OK:
                asyncio.get_running_loop().call_later(JUDGED, ends.settle, request.url)
            else:
                ends.settle(request.url)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Whoever waits for the same end tries it."""
        if not isinstance(exception, KnownEnd) and (ends := self._ends(request)) is not None:
            ends.settle(request.url)

    def _ends(self, request: Request) -> RedirectEnds | None:
        """The ends of the run, where this is an article over plain HTTP that a redirect led to what may be none."""
        context, told = self._context, request.cb_kwargs
        if not isinstance(context, SiteContext) or not request.meta.get("redirect_urls") or request.meta.get("render"):
            return None
        if "target" not in told or "draft" in told or "shown" in told or context.addresses.is_article(request.url):
            return None
        return context.redirect_ends
