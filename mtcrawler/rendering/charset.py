"""Pages that declare the wrong character set, read again in the right one."""

from __future__ import annotations

from charset_normalizer import from_bytes
from playwright.async_api import Page, Route

SUSPECT = "() => document.characterSet !== 'UTF-8' || document.documentElement.textContent.includes('\\uFFFD')"


async def reread(page: Page) -> bool:
    """Shows the page again where its bytes are not in the character set it declares; whether it did.

    The page's own scripts have to see the right text too, so it is not enough to mend the result.
    """
    if not await page.evaluate(SUSPECT):
        return False
    declared: str = await page.evaluate("document.characterSet")
    answer = await page.context.request.get(page.url)
    body = await answer.body()
    if (charset := true_charset(body, declared)) is None:
        return False

    async def again(route: Route) -> None:
        headers = {**answer.headers, "content-type": f"text/html; charset={charset}"}
        await route.fulfill(status=answer.status, body=body, headers=headers)

    await page.route(page.url, again, times=1)
    await page.goto(page.url, wait_until="domcontentloaded")
    return True


def _mostly_utf8(body: bytes) -> bool:
    """Whether a few bytes are spoilt in a text that is in UTF-8 otherwise; in another set hardly any would fit."""
    text = body.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    return sum(not sign.isascii() for sign in text) > 2 * spoilt


def true_charset(body: bytes, declared: str) -> str | None:
    """The character set of these bytes where it is not the declared one; None where the declaration stands."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        if declared.lower() != "utf-8" or _mostly_utf8(body):
            return None
        best = from_bytes(body).best()
        return best.encoding if best else None
    return "utf-8" if declared.lower() != "utf-8" and not body.isascii() else None
