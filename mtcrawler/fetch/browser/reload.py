"""A page asked for a second time by the browser itself, its bytes held before the browser reads them."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import urldefrag

from playwright.async_api import CDPSession, Error, Page

from mtcrawler.fetch.browser.truncation import WHOLE, ended, packed
from mtcrawler.markup.document import BYTES
from mtcrawler.model.errors import PageTooLarge, RenderError

CHUNK: Final = 256 * 1024
ENDING: Final = 2.0
"""Seconds that the browser may take to let go of the second answer."""
# A number whatever the page has put in the place of its performance entries.
SIZE = """() => {
  const size = +performance.getEntriesByType("navigation")[0]?.decodedBodySize;
  return size > 0 ? size : 0;
}"""
DECODED: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that are true of the bytes on the wire and not of a body that was unpacked."""


@asynccontextmanager
async def asked_again(page: Page) -> AsyncIterator[PausedAnswer]:
    """The second answer to the address of this page, unchecked; if `show` is not called, the page does not change.

    Raises Error where the browser gets none.
    """
    url, _ = urldefrag(page.url)  # with its fragment it would only be scrolled
    size = await page.evaluate(SIZE)  # Playwright evaluates nothing while a page is being asked for
    session = await page.context.new_cdp_session(page)
    paused: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    session.on("Fetch.requestPaused", paused.put_nowait)
    main = await main_frame(session)
    await session.send("Fetch.enable", {"patterns": [{"resourceType": "Document", "requestStage": "Response"}]})
    going = asyncio.ensure_future(page.goto(url, wait_until="domcontentloaded"))
    try:
        held = PausedAnswer(session, url, await _document(session, paused, going, main), size)
        try:
            yield held
        finally:
            if not held.shown:
                await held.drop()
        with suppress(*(() if held.shown else (Error,))):  # what was dropped never arrives
            await going
    finally:
        going.cancel()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(ENDING):  # also where the page's own time is over
                await session.detach()  # whatever else it has paused goes on


async def main_frame(session: CDPSession) -> str:
    """The identifier of the frame that is the page itself."""
    tree: dict[str, Any] = await session.send("Page.getFrameTree")
    name: str = tree["frameTree"]["frame"]["id"]
    return name


async def _document(
    session: CDPSession, paused: asyncio.Queue[dict[str, Any]], going: asyncio.Future[Any], main: str
) -> dict[str, Any]:
    """The event that holds the page; frames on it are let go on. Raises Error where the browser gets no answer."""
    while True:
        next_one = asyncio.ensure_future(paused.get())
        await asyncio.wait({next_one, going}, return_when=asyncio.FIRST_COMPLETED)
        if not next_one.done():
            next_one.cancel()
            await going
            raise Error("The page was not asked for again")
        event = next_one.result()
        if event.get("frameId") == main:
            return event
        with suppress(Error):  # a frame that is gone
            await session.send("Fetch.continueResponse", {"requestId": event["requestId"]})


class PausedAnswer:
    """An answer whose body nobody has read; `size` is how long the first one's was, in bytes, or 0."""

    def __init__(self, session: CDPSession, url: str, event: dict[str, Any], size: int) -> None:
        self._session, self._url, self._size = session, url, size
        self._id = {"requestId": event["requestId"]}
        self._asked: str = event["request"]["url"]
        self._failed: str | None = event.get("responseErrorReason")
        self._status: int = event.get("responseStatusCode", 0)
        self._headers: list[dict[str, str]] = event.get("responseHeaders", [])
        self.shown = False

    @property
    def foreign(self) -> bool:
        """Whether it is another place's, or leads there."""
        return self._asked != self._url or 300 <= self._status < 400

    def check(self) -> None:
        """Raises RenderError where this is not the page that was shown a moment ago."""
        kind = self._header("content-type") or "html"
        if self._failed:
            raise self._error(f"asked for again, it could not be fetched ({self._failed})")
        if self._asked != self._url:
            raise self._error("asked for again, it led to another address")
        if not 200 <= self._status < 300:
            raise self._error(f"asked for again, the site answered {self._status}")
        if "html" not in kind.lower():
            raise self._error(f"asked for again, it is of type {kind.split(';')[0].strip()[:50]}")

    async def body(self) -> bytes:
        """All of it, unpacked; raises PageTooLarge, or RenderError where it has broken off."""
        stream = (await self._session.send("Fetch.takeResponseBodyAsStream", self._id))["stream"]
        parts, length = [], 0
        while True:
            part = await self._session.send("IO.read", {"handle": stream, "size": CHUNK})
            parts.append(b64decode(part["data"]) if part.get("base64Encoded") else part["data"].encode())
            length += len(parts[-1])
            if length > BYTES:
                raise PageTooLarge.of(self._url, f"it is over {BYTES >> 20} MiB long when asked for again")
            if part["eof"]:
                break
        body, told = b"".join(parts), self._header("content-length")
        if packed(self._header("content-encoding")):
            short = length < self._size and not ended(body)
        else:
            short = bool(told and told.isdecimal() and length < int(told[:18]))
        if short or length < WHOLE * self._size:
            raise self._error("asked for again, it broke off")
        return body

    async def show(self, body: bytes, content_type: str) -> None:
        """Have the browser read this instead; it is shown once its markup is whole."""
        headers = [each for each in self._headers if each["name"].lower() not in DECODED | {"content-type"}]
        headers.append({"name": "Content-Type", "value": content_type})
        shown = {"responseCode": self._status, "responseHeaders": headers, "body": b64encode(body).decode()}
        await self._session.send("Fetch.fulfillRequest", {**self._id, **shown})
        self.shown = True
        await self._session.send("Fetch.disable")

    async def drop(self) -> None:
        """Leave the page as it is."""
        with suppress(Error, TimeoutError):  # a page that is gone, or hangs
            async with asyncio.timeout(ENDING):
                await self._session.send("Fetch.failRequest", {**self._id, "errorReason": "Aborted"})

    def _header(self, name: str) -> str | None:
        return next((each["value"] for each in self._headers if each["name"].lower() == name), None)

    def _error(self, happened: str) -> RenderError:
        return RenderError(f"Rendering {self._url} in its true character set", happened, "It is tried again.")
