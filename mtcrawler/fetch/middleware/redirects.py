"""Redirects, followed as Scrapy does; a loop is told as one at its first turn."""

from __future__ import annotations

from typing import Any

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request


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
