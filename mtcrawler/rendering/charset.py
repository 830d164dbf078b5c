"""Pages that declare the wrong character set, read again in the right one."""

from __future__ import annotations

from charset_normalizer import from_bytes
from playwright.async_api import Page, Response, Route

SUSPECT = "() => document.characterSet !== 'UTF-8' || document.documentElement.textContent.includes('\\uFFFD')"


async def reread(page: Page) -> bool:
    """Shows the page again where its bytes are not in the character set it declares; whether it did.

    The page's own scripts have to see the right text too, so it is not enough to mend the result.
    """
    if not await page.evaluate(SUSPECT):
        return False
    declared: str = await page.evaluate("document.characterSet")
    answer: Response | None = None

    async def again(route: Route) -> None:
        nonlocal answer
        fetched = await route.fetch()
        body = await fetched.body()
        charset = true_charset(body, declared)
        headers = {**fetched.headers, "content-type": f"text/html; charset={charset}"} if charset else fetched.headers
        await route.fulfill(response=fetched, body=body, headers=headers)

    address = page.url
    await page.route(address, again, times=1)
    answer = await page.goto(address, wait_until="domcontentloaded")
    return answer is not None


def true_charset(body: bytes, declared: str) -> str | None:
    """The character set of these bytes where it is not the declared one; None where the declaration stands."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        if declared.lower() != "utf-8":
            return None
        best = from_bytes(body).best()
        return best.encoding if best else None
    return "utf-8" if declared.lower() != "utf-8" and not body.isascii() else None
