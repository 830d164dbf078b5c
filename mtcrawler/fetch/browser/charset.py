"""Pages that declare the wrong character set, read again in the right one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from charset_normalizer import from_bytes

from mtcrawler.model.errors import RenderError

if TYPE_CHECKING:
    from playwright.async_api import Page

# A page may have put functions of its own in the place of those that are called here: types and lengths cannot lie.
SUSPECT = "() => !!(document.characterSet !== 'UTF-8' || document.documentElement.textContent.includes('\\uFFFD'))"
DECLARED = "() => { const set = document.characterSet; return typeof set === 'string' && set.length < 50 ? set : ''; }"
SAMPLE: Final = 32 * 1024
"""Bytes by which a character set is guessed; more of them take longer and make no guess better."""
MOST: Final = 16 * SAMPLE
SHOWN: Final = f"""() => {{
  const text = document.documentElement.textContent.slice(0, {MOST});
  return typeof text === "string" && text.length <= {MOST} ? text : "";
}}"""
"""What tells whether a page looks right as it is."""
AROUND: Final = 16
"""ASCII bytes that a sample keeps on either side of others."""
OTHERS: Final = re.compile(rb"[\x80-\xff]+")


async def reread(page: Page) -> bool | None:
    """Shows the page again where its bytes are not in the character set it declares; whether it did.

    None where that could not be found out and the page looks right: it stays as it was shown.

    The page's own scripts have to see the right text too, so it is not enough to mend the result. The browser itself
    asks again, so that nobody else connects to anything. Raises RenderError where the second answer is another place's,
    or is of no use and the page looks wrong; PageTooLarge where it is too large.
    """
    from mtcrawler.fetch.browser.reload import asked_again  # noqa: PLC0415 - plain HTTP does without Playwright

    if not await page.evaluate(SUSPECT):
        return False
    declared: str = await page.evaluate(DECLARED)
    right = looks_right(await page.evaluate(SHOWN), declared)  # nothing can be evaluated while it is asked for
    async with asked_again(page) as held:
        try:
            held.check()
            body = await held.body()
        except RenderError:
            if held.foreign or not right:
                raise
            return None
        if (charset := true_charset(body, declared)) is not None:
            await held.show(body, f"text/html; charset={charset}")
    return held.shown


def looks_right(text: str, declared: str) -> bool:
    """Whether a text as it is shown has neither lost characters nor comes of UTF-8 that was taken for this set."""
    if "\ufffd" in text:
        return False
    try:
        return not _mostly_utf8(_sample(text.encode(declared, "ignore")))
    except LookupError:  # a set that Python does not know by that name
        return False


def true_charset(body: bytes, declared: str) -> str | None:
    """The character set of these bytes where it is not the declared one; None where the declaration stands."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        if declared.lower() != "utf-8":
            return None
        sample = _sample(body)
        best = None if _mostly_utf8(sample) else from_bytes(sample).best()
        return best.encoding if best else None
    return "utf-8" if declared.lower() != "utf-8" and not body.isascii() else None


def _sample(body: bytes) -> bytes:
    """What tells one character set from another: the bytes that are not ASCII and their surroundings, the first ones.

    A page may begin with a hundred kilobytes of scripts.
    """
    parts, length, end = [], 0, 0
    for found in OTHERS.finditer(body):
        begin = max(end, found.start() - AROUND)
        end = min(found.end() + AROUND, begin + SAMPLE - length)
        parts.append(body[begin:end])
        length += len(parts[-1])
        if length >= SAMPLE:
            break
    return b"".join(parts)


def _mostly_utf8(sample: bytes) -> bool:
    """Whether a few bytes are spoilt in a text that is in UTF-8 otherwise; in another set hardly any would fit."""
    text = sample.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    return sum(not sign.isascii() for sign in text) > 2 * spoilt
