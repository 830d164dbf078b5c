"""What the server sent for a page that the browser was to show."""

from __future__ import annotations

from playwright.async_api import Error
from playwright.async_api import Response as Answer

from mtcrawler.fetch.network.content_types import OK, PLAIN, is_plain_markup


async def sent(answer: Answer) -> bytes | None:
    """The body as it was sent, unpacked; None where the browser keeps it no more."""
    try:
        return await answer.body()
    except Error:
        return None


async def plain_markup(answer: Answer) -> bytes:
    """The body where it is a page that is announced as plain text, which the browser shows as text; else nothing."""
    stated = answer.headers.get("content-type", "")
    body = await sent(answer) if answer.status == OK and stated.lower().startswith(PLAIN) else None
    return body if body and is_plain_markup(stated, body) else b""
