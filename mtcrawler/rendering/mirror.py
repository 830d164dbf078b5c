"""A mirrored site: whatever names the publisher's own hosts is answered by the mirror, redirects included."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import APIResponse, Error, Page, Route
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from mtcrawler.discovery.addresses import Site, joined

REDIRECTS = 5  # in a row, of one thing that a page loads


def resolver_rule(site: Site) -> str:
    """A Chromium argument that keeps a mirrored crawl from ever reaching the publisher itself."""
    return "--host-resolver-rules=" + ", ".join(f"MAP {host} ~NOTFOUND" for host in sorted(site.hosts))


class MirrorRoutes:
    """Sends a page's requests for the publisher's hosts to the mirror; does nothing where there is none."""

    def __init__(self, site: Site) -> None:
        self._site = site
        hosts = "|".join(re.escape(host) for host in sorted(site.hosts))
        self._own = re.compile(rf"^https?://({hosts})(:\d+)?/")

    async def install(self, page: Page) -> None:
        """Must be called before every navigation, after other routes: the route that was added last goes first."""
        mirror = self._site.mirror
        if mirror is None or urlsplit(mirror).hostname in self._site.hosts:
            return
        await page.unroute(self._own)
        await page.route(self._own, self._answer)

    async def redirected(self, page: Page, url: str) -> str | None:
        """Where the mirror redirects this address to, as an address on the mirror; the browser does not get there."""
        answer = await page.context.request.get(url, max_redirects=0)
        target = joined(url, answer.headers.get("location"))
        return self._site.fetchable(target) if target and self._site.owns(target) else None

    async def _answer(self, route: Route) -> None:
        if route.request.resource_type in {"image", "media", "font"}:
            await route.abort()
            return
        try:
            response = await self._fetched(route)
            # The page is at the mirror's origin and asks another one: without this its scripts could not read it.
            await route.fulfill(response=response, headers={**response.headers, "access-control-allow-origin": "*"})
        except Error:
            await route.abort()

    async def _fetched(self, route: Route) -> APIResponse:
        url = self._site.fetchable(route.request.url)
        for _ in range(REDIRECTS):
            response = await route.fetch(url=url, max_redirects=0)
            target = joined(url, response.headers.get("location"))
            if not 300 <= response.status < 400 or target is None:
                break
            url = self._site.fetchable(target)
        return response


class MirrorRedirects:
    """A downloader middleware that keeps a mirror's redirects on the mirror; it stands nearer than Scrapy's own."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> MirrorRedirects:
        """Made by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The same response, its Location on the mirror."""
        site: Site | None = getattr(self._crawler.spider, "site", None)
        location = response.headers.get("Location")
        if site is None or site.mirror is None or location is None:
            return response
        target = joined(response.url, location.decode("latin-1"))
        return (
            response.replace(headers={**response.headers, "Location": site.fetchable(target)}) if target else response
        )
