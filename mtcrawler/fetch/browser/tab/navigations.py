"""Where a shown page leads on by itself: no step is taken twice, and a way without end is cut."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any, Final, Self

from playwright.async_api import CDPSession, Error, Frame, Page
from playwright.async_api import Response as Answer
from playwright.async_api import TimeoutError as PlaywrightTimeout

from mtcrawler.fetch.browser.reload import main_frame

MOST: Final = 20
"""Steps of one page, as many as Scrapy follows redirects."""
RELOADS: Final = 3
"""Times that a page may lead only to itself: some set a cookie first, and then another one."""
SCRIPTED: Final = "() => document.scripts.length > 0"
LED_ON: Final = 3.0
"""Seconds in which what a page leads on to is shown, or the scripts of one that refuses lead to one that does not."""


class Navigations:
    """The steps of the page in one tab, by a meta tag or a script. HTTP redirects belong to the step that they end.

    A page may lead to another one and that one back to it, as some do to set a cookie, and to itself several times;
    what leads once more to where it led before leads in a circle. Such a step is not taken: the page stays, nothing is
    asked for, and `cut` says where it would have led. Answers are listened for from a page's first step on: most pages
    take none, and each answer that is told of costs.
    """

    def __init__(self, page: Page, session: CDPSession, main: str) -> None:
        self._page, self._session, self._main = page, session, main
        self._arrived = asyncio.Event()
        self._listening = False
        self.begin()

    @classmethod
    async def watch(cls, page: Page) -> Self:
        """The steps of whatever this tab shows from now on."""
        session = await page.context.new_cdp_session(page)
        steps = cls(page, session, await main_frame(session))
        session.on("Fetch.requestPaused", steps._paused)
        await session.send("Fetch.enable", {"patterns": [{"resourceType": "Document"}]})
        return steps

    def begin(self) -> None:
        """The tab is about to show another page."""
        self._taken: Counter[tuple[str, str]] = Counter()
        self._answer: Answer | None = None
        self._coming: Answer | None = None
        self.cut: str | None = None
        self._listen(False)
        self.ours()

    def ours(self) -> None:
        """The next step is none of the page's."""
        self._at: str | None = None

    async def answer(self, seen: Answer | None) -> Answer | None:
        """The answer that is shown now, once it is another one than this; None where none comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LED_ON):
                while self._answer in (None, seen):
                    self._arrived.clear()
                    await self._arrived.wait()
        return None if self._answer is seen else self._answer

    async def let_in(self, answer: Answer) -> Answer:
        """The answer that follows where the page's own scripts lead on from this one; else this one."""
        with suppress(PlaywrightTimeout):
            async with self._page.expect_navigation(wait_until="commit", timeout=LED_ON * 1000) as led_on:
                await self._page.wait_for_load_state("domcontentloaded", timeout=LED_ON * 1000)
                if not await self._page.evaluate(SCRIPTED):
                    return answer
            return await led_on.value or answer
        return answer

    def _listen(self, on: bool) -> None:
        if on is self._listening:
            return
        self._listening = on
        turn = self._page.on if on else self._page.remove_listener
        turn("response", self._answered)
        turn("framenavigated", self._committed)

    def _answered(self, answer: Answer) -> None:
        if answer.request.is_navigation_request() and answer.frame == self._page.main_frame:
            self._coming = answer

    def _committed(self, frame: Frame) -> None:
        if frame == self._page.main_frame and self._coming is not None:
            self._answer, self._coming = self._coming, None
            self._arrived.set()

    async def _paused(self, event: dict[str, Any]) -> None:
        told = {"requestId": event["requestId"]}
        taken = event.get("frameId") != self._main or "redirectedRequestId" in event or self._take(event["request"])
        with suppress(Error):  # the page has moved on
            if taken:
                await self._session.send("Fetch.continueRequest", told)
            else:
                await self._session.send("Fetch.failRequest", {**told, "errorReason": "Aborted"})

    def _take(self, request: dict[str, Any]) -> bool:
        """Whether the step to what is asked for is taken."""
        url: str = request["url"]
        if self._at is not None:
            step = (self._at, url)
            most = RELOADS if self._at == url else 1
            if self._taken[step] >= most or self._taken.total() >= MOST:
                self.cut = url
                return False
            self._taken[step] += 1
            self._listen(True)
        self._at = url
        return True


class Tabs:
    """The navigations of every tab that is open."""

    def __init__(self) -> None:
        self._open: dict[Page, Navigations] = {}

    async def navigations(self, page: Page) -> Navigations:
        """Those of this tab, which is watched from the first time on. Raises playwright's Error where it has closed."""
        if page not in self._open:
            self._open[page] = await Navigations.watch(page)
            page.once("close", self._closed)
        return self._open[page]

    def _closed(self, page: Page) -> None:
        self._open.pop(page, None)
