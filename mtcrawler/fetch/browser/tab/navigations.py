"""Where a shown page leads on by itself: no step is taken twice, and a way without end is cut."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Self

from playwright.async_api import CDPSession, Error, Page, Request
from playwright.async_api import Response as Answer
from playwright.async_api import TimeoutError as PlaywrightTimeout

from mtcrawler.fetch.browser.reload import main_frame
from mtcrawler.fetch.browser.tab.documents import on_document

MOST: Final = 20
"""Steps of one page, as many as Scrapy follows redirects."""
RELOADS: Final = 3
"""Times that a page may lead only to itself: some set a cookie first, and then another one."""
SCRIPTED: Final = "() => document.scripts.length > 0"
EVERY: Final = [{"resourceType": "Document"}]
LED_ON: Final = 3.0
"""Seconds in which what a page leads on to is shown, or the scripts of one that refuses lead to one that does not."""


class Navigations:
    """The steps of the page in one tab, by a meta tag or a script. HTTP redirects belong to the step that they end.

    A page may lead to another one and that one back to it, as some do to set a cookie, and to itself several times;
    what leads once more to where it led before leads in a circle. Such a step is not taken: the page stays, nothing is
    asked for, and `cut` says where it would have led. Requests for the documents of a site are held back until that is
    known, those for others' only once a page has led on: frames show them, and each request that is held back costs.
    """

    def __init__(self, page: Page, session: CDPSession, main: str, site: Iterable[str]) -> None:
        self._page, self._session, self._main = page, session, main
        self._site = [{"resourceType": "Document", "urlPattern": f"*://{host}/*"} for host in sorted(site)]
        self._arrived = asyncio.Event()
        self._holding: asyncio.Future[None] | None = None
        self._begin()

    @classmethod
    async def watch(cls, page: Page, site: Iterable[str]) -> Self:
        """The steps of whatever this tab shows from now on; `site` are the hosts of most of that, with their ports."""
        session = await page.context.new_cdp_session(page)
        steps = cls(page, session, await main_frame(session), site)
        session.on("Fetch.requestPaused", steps._paused)
        on_document(page, steps._committed)
        await steps._hold(steps._site)
        return steps

    async def begin(self) -> None:
        """The tab is about to show another page."""
        holding, self._holding = self._holding, None
        if holding is not None:
            await asyncio.shield(holding)
            await self._hold(self._site)
        self._begin()

    def _begin(self) -> None:
        self._taken: Counter[tuple[str, str]] = Counter()
        self._shown: Request | None = None
        self.cut: str | None = None
        self.ours()

    def ours(self) -> None:
        """The next step is none of the page's."""
        self._at: str | None = None
        self._held: str | None = None

    async def answer(self, seen: Answer | None) -> Answer | None:
        """The answer that is shown now, once it is another one than this; None where none comes."""
        with suppress(TimeoutError, Error):
            async with asyncio.timeout(LED_ON):
                while True:
                    self._arrived.clear()
                    answer = await self._shown.response() if self._shown else None
                    if answer not in (None, seen):
                        return answer
                    await self._arrived.wait()
        return None

    async def let_in(self, answer: Answer) -> Answer:
        """The answer that follows where the page's own scripts lead on from this one; else this one."""
        with suppress(PlaywrightTimeout):
            async with self._page.expect_navigation(wait_until="commit", timeout=LED_ON * 1000) as led_on:
                await self._page.wait_for_load_state("domcontentloaded", timeout=LED_ON * 1000)
                if not await self._page.evaluate(SCRIPTED):
                    return answer
            return await led_on.value or answer
        return answer

    def _committed(self, request: Request) -> None:
        """The page has come that this request asked for; what was held back is counted already."""
        self._shown = request
        self._arrived.set()
        while request.redirected_from is not None:
            request = request.redirected_from
        held, self._held = self._held, None
        if request.url != held:
            self._count(request.url)
        if self._taken and self._holding is None:
            self._holding = asyncio.ensure_future(self._hold(EVERY))

    async def _hold(self, documents: list[dict[str, str]]) -> None:
        with suppress(Error):  # the tab has closed
            await self._session.send("Fetch.enable", {"patterns": documents})

    async def _paused(self, event: dict[str, Any]) -> None:
        told, url = {"requestId": event["requestId"]}, event["request"]["url"]
        step = event.get("frameId") == self._main and "redirectedRequestId" not in event
        with suppress(Error):  # the page has moved on
            if step and self._ends_here(url):
                self.cut = url
                await self._session.send("Fetch.failRequest", {**told, "errorReason": "Aborted"})
            else:
                if step:
                    self._held = url
                    self._count(url)
                await self._session.send("Fetch.continueRequest", told)

    def _ends_here(self, url: str) -> bool:
        """Whether the step to this address is one too many."""
        if self._at is None:
            return False
        most = RELOADS if self._at == url else 1
        return self._taken[self._at, url] >= most or self._taken.total() >= MOST

    def _count(self, url: str) -> None:
        if self._at is not None:
            self._taken[self._at, url] += 1
        self._at = url


class Tabs:
    """The navigations of every tab that is open; `site` are the hosts that they show, with their ports."""

    def __init__(self, site: Iterable[str]) -> None:
        self._site = frozenset(site)
        self._open: dict[Page, Navigations] = {}

    async def navigations(self, page: Page) -> Navigations:
        """Those of this tab, which is watched from the first time on. Raises playwright's Error where it has closed."""
        if page not in self._open:
            self._open[page] = await Navigations.watch(page, self._site)
            page.once("close", self._closed)
        return self._open[page]

    def _closed(self, page: Page) -> None:
        self._open.pop(page, None)
