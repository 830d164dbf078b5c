"""A mirrored site: whatever names the publisher's own hosts is answered by the mirror, redirects included."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import APIResponse, CDPSession, Error, Page
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from mtcrawler.discovery.addresses import Site, joined

REDIRECTS = 5  # in a row, of one thing that a page loads
DECODED = ("content-encoding", "transfer-encoding", "content-length")


class MirrorRoutes:
    """Sends a page's requests for the publisher's hosts to the mirror; does nothing where there is none.

    Only those requests leave the browser; what a page asks of the mirror itself is none of ours.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    async def install(self, page: Page) -> None:
        """For every page that this tab will show."""
        mirror = self._site.mirror
        if mirror is None or urlsplit(mirror).hostname in self._site.hosts:
            return
        session = await page.context.new_cdp_session(page)

        async def paused(event: dict[str, Any]) -> None:
            with suppress(Error):  # the page has moved on
                await self._answer(page, session, event)

        session.on("Fetch.requestPaused", paused)
        patterns = [{"urlPattern": f"{scheme}://{host}/*"} for host in self._site.hosts for scheme in ("http", "https")]
        await session.send("Fetch.enable", {"patterns": patterns})

    async def redirected(self, page: Page, url: str) -> str | None:
        """Where the mirror redirects this address to, as an address on the mirror; the browser does not get there."""
        answer = await page.context.request.get(url, max_redirects=0)
        target = joined(url, answer.headers.get("location"))
        return self._site.fetchable(target) if target and self._site.owns(target) else None

    async def _answer(self, page: Page, session: CDPSession, event: dict[str, Any]) -> None:
        paused = {"requestId": event["requestId"]}
        if event["resourceType"] == "Document" and event.get("frameId") == await self._main(session):
            await session.send("Fetch.failRequest", {**paused, "errorReason": "NameNotResolved"})
            return
        try:
            response = await self._fetched(page, event["request"]["url"])
        except Error:
            await session.send("Fetch.failRequest", {**paused, "errorReason": "ConnectionFailed"})
            return
        # The page is at the mirror's origin and asks another one: without this its scripts could not read it.
        headers = {**response.headers, "access-control-allow-origin": "*"}
        fulfilled = {
            **paused,
            "responseCode": response.status,
            "responseHeaders": [
                {"name": name, "value": value} for name, value in headers.items() if name not in DECODED
            ],
            "body": b64encode(await response.body()).decode(),
        }
        await session.send("Fetch.fulfillRequest", fulfilled)

    @staticmethod
    async def _main(session: CDPSession) -> str:
        tree: dict[str, Any] = await session.send("Page.getFrameTree")
        name: str = tree["frameTree"]["frame"]["id"]
        return name

    async def _fetched(self, page: Page, url: str) -> APIResponse:
        url = self._site.fetchable(url)
        for _ in range(REDIRECTS):
            response = await page.context.request.get(url, max_redirects=0)
            target = joined(url, response.headers.get("location"))
            if not 300 <= response.status < 400 or target is None or not self._site.owns(target):
                break  # what lies elsewhere is asked for by the browser, or by nobody
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
