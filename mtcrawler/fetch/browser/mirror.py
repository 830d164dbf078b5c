"""A mirrored site: whatever names the publisher's own hosts is answered by the mirror, redirects included."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error, Page
from playwright.async_api import Response as Answer
from scrapy.http import Request, Response

from mtcrawler.fetch.browser.reload import DECODED, main_frame
from mtcrawler.markup.addresses import Site, in_header, joined

logger = logging.getLogger(__name__)

REDIRECTS: Final = 5
"""In a row, of one thing that a page loads."""
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one thing that a page loads."""
PATIENCE: Final = 20.0
"""Seconds that one thing may take."""

ERROR_PAGE: Final = "chrome-error://"
ERROR_SHOWN: Final = 5_000
"""Milliseconds within which the browser shows that nobody answered."""

Fetch = Callable[[Request], Awaitable[Response]]


class MirrorRoutes:
    """Sends a page's requests for the publisher's hosts to the mirror; does nothing where there is none.

    Only those requests leave the browser; what a page asks of the mirror itself is none of ours. `fetch` is the crawl's
    own HTTP client, behind its guard: it raises whatever it likes, and then the browser hears that nobody answered.
    """

    def __init__(self, site: Site, fetch: Fetch) -> None:
        self._site, self._fetch = site, fetch

    async def install(self, page: Page) -> None:
        """For every page that this tab will show."""
        mirror = self._site.mirror
        if mirror is None or urlsplit(mirror).hostname in self._site.hosts:
            return
        session = await page.context.new_cdp_session(page)
        main = await main_frame(session)  # while a navigation is paused nobody answers, and a tab keeps its main frame

        async def paused(event: dict[str, Any]) -> None:
            with suppress(Error):  # the page has moved on
                await self._answer(page, session, main, event)

        session.on("Fetch.requestPaused", paused)
        patterns = [{"urlPattern": f"{scheme}://{host}/*"} for host in self._site.hosts for scheme in ("http", "https")]
        await session.send("Fetch.enable", {"patterns": patterns})

    async def redirected(self, page: Page, url: str) -> str | None:
        """Where the mirror redirects this address to, as an address on the mirror; the browser does not get there."""
        target = _target(await self.asked(page, url))
        return self._site.fetchable(target) if target and self._site.owns(target) else None

    async def follow(self, page: Page, url: str) -> Answer | None:
        """Show where the mirror redirects this address to, and give the answer; None where it does not redirect it."""
        target = await self.redirected(page, url)
        if target is None or target == url:
            return None
        with suppress(Error):
            # The browser is about to show an error in that host's place, which would come in between.
            await page.wait_for_url(f"{ERROR_PAGE}**", wait_until="commit", timeout=ERROR_SHOWN)
        return await page.goto(target, wait_until="commit")

    async def asked(self, page: Page, url: str) -> Response:
        """The answer to one request, with the cookies that the browser would send there."""
        cookies = await page.context.cookies(url)
        told = {"Cookie": "; ".join(f"{each['name']}={each['value']}" for each in cookies)} if cookies else {}
        meta = {"download_maxsize": LARGEST, "download_timeout": PATIENCE, "verbatim_url": True}
        return await self._fetch(Request(url, headers=told, meta=meta))

    async def _answer(self, page: Page, session: CDPSession, main: str, event: dict[str, Any]) -> None:
        paused = {"requestId": event["requestId"]}
        if event["resourceType"] == "Document" and event.get("frameId") == main:
            await session.send("Fetch.failRequest", {**paused, "errorReason": "NameNotResolved"})
            return
        try:
            response = await self._fetched(page, event["request"]["url"])
        except Exception as err:
            logger.debug("Not had from the mirror: %s (%s)", event["request"]["url"], type(err).__name__)
            await session.send("Fetch.failRequest", {**paused, "errorReason": "ConnectionFailed"})
            return
        # The page is at the mirror's origin and asks another one: without this its scripts could not read it.
        told = [
            {"name": name.decode(), "value": value.decode("latin-1")}
            for name, values in response.headers.items()
            for value in values
            if name.decode().lower() not in DECODED | {"access-control-allow-origin"}
        ]
        fulfilled = {
            **paused,
            "responseCode": response.status,
            "responseHeaders": [*told, {"name": "access-control-allow-origin", "value": "*"}],
            "body": b64encode(response.body).decode(),
        }
        await session.send("Fetch.fulfillRequest", fulfilled)

    async def _fetched(self, page: Page, url: str) -> Response:
        url = self._site.fetchable(url)
        for _ in range(REDIRECTS):
            response = await self.asked(page, url)
            target = _target(response)
            if target is None or not self._site.owns(target):
                break  # what lies elsewhere is asked for by the browser, or by nobody
            url = self._site.fetchable(target)
        return response


def _target(response: Response) -> str | None:
    """Where it redirects to; None where it does not, or to nowhere."""
    location = in_header(response.headers.get("Location"))
    return joined(response.url, location) if 300 <= response.status < 400 else None
