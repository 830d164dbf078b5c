"""Whether a shown page came whole: Chromium shows a packed page that broke off as if it had ended there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import Error
from playwright.async_api import Response as Answer
from scrapy.http import Response

from mtcrawler.model.errors import IncompleteBody

logger = logging.getLogger(__name__)

LAST: Final = 4 * 1024
"""Bytes within which the last tag of a whole page is looked for; notes of caches and scripts may follow it."""
WHOLE: Final = 0.9
"""Of another answer's size: what is shorter has broken off, as a page changes little from one moment to the next."""


def ended(body: bytes) -> bool:
    """Whether the markup closes itself; a page may be whole and not do so."""
    return b"</html" in body[-LAST:].lower()


def packed(encoding: str | None) -> bool:
    """Whether a body with this Content-Encoding is packed."""
    return (encoding or "").strip().lower() not in {"", "identity"}


async def came_whole(answer: Answer, ask: Callable[[str], Awaitable[Response]]) -> bool | None:
    """True for a whole page; None where that could not be found out. Raises IncompleteBody where it broke off.

    Only a packed page can break off unseen. Where its markup does not close itself the same address is asked for once
    more by `ask`, the crawl's own HTTP client, which sees the end of what is packed.
    """
    if not packed(answer.headers.get("content-encoding")):
        return True
    try:
        body = await answer.body()
    except Error:  # the page has moved on, or the browser kept no body of this size
        body = None
    if body is not None and ended(body):
        return True
    try:
        copy = await ask(answer.url)
    except IncompleteBody as err:
        raise IncompleteBody.of(answer.url, "its markup does not end, and over HTTP it breaks off, too") from err
    except Exception as err:
        logger.debug("Not had over HTTP: %s (%s)", answer.url, type(err).__name__)
        return None
    if body is None or copy.status != answer.status:
        return None
    if ended(copy.body) or _begins(copy.body, body):
        raise IncompleteBody.of(answer.url, "the browser got a part of what there is over HTTP")
    return True


def _begins(whole: bytes, part: bytes) -> bool:
    """Whether the second is the beginning of the first, or so much shorter that it can only be a part."""
    return len(part) < WHOLE * len(whole) or (len(part) < len(whole) and whole.startswith(part))
