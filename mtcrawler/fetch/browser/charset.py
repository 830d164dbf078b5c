"""Pages that declare the wrong character set, read again in the right one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from charset_normalizer import from_bytes
from w3lib.encoding import resolve_encoding

from mtcrawler.model.errors import RenderError
from mtcrawler.security.untrusted import NO_CHARSETS

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
WESTERN: Final = frozenset({"windows-1252", "cp1252", "iso-8859-1", "latin-1"})
"""What servers say of every page, unless they are told otherwise."""
META: Final = re.compile(rb"<meta[^>]{1,200}charset\s*+=\s*+[\"']?\s*+([\w-]{1,40})", re.IGNORECASE)
HEAD: Final = 256 * 1024
"""Bytes in which a declaration is looked for; some pages begin with long scripts."""
AROUND: Final = 16
"""ASCII bytes that a sample keeps on either side of others."""
ENOUGH: Final = 60
"""Bytes that are not ASCII from which on letters can be told."""
DENSE: Final = 0.3
"""The share of such bytes in a sample, which has some ASCII around them; Western texts have a third of that at most."""
SPOILT: Final = 0.01
"""Signs that may be spoilt, for each byte of the sample that is not ASCII."""
KINDS: Final = 16
"""Different bytes that are letters in Western sets; a Western text has a dozen, with capitals."""
FIRST_LETTER: Final = 0xC0
OTHER_SETS: Final = frozenset(
    """
    gb2312 gbk gb18030 big5 big5hkscs cp950 euc_jp euc_jis_2004 euc_jisx0213 shift_jis shift_jis_2004 shift_jisx0213
    cp932 euc_kr cp949 cp1251 koi8_r koi8_u
    """.split()
)
"""The sets that such pages are written in."""
OTHERS: Final = re.compile(rb"[\x80-\xff]+")
CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
VOWELS: Final = frozenset("оеаиОЕАИ")
USUAL: Final = 0.2
"""The share that these have of the letters of every text in Cyrillic, at least."""
REPEATED: Final = re.compile(rb"([\x80-\xff])\1{2,}")


async def reread(page: Page, asking: Callable[[], None] = lambda: None) -> bool | None:
    """Shows the page again where its bytes are not in the character set it declares; whether it did.

    None where that could not be found out and the page looks right: it stays as it was shown. `asking` hears when the
    page is about to be asked for.

    The page's own scripts have to see the right text too, so it is not enough to mend the result. The browser itself
    asks again, so that nobody else connects to anything. Raises RenderError where the second answer is another place's,
    or is of no use and the page looks wrong; PageTooLarge where it is too large.
    """
    from mtcrawler.fetch.browser.reload import asked_again  # noqa: PLC0415 - plain HTTP does without Playwright

    if not await page.evaluate(SUSPECT):
        return False
    declared: str = await page.evaluate(DECLARED)
    right = looks_right(await page.evaluate(SHOWN), declared)  # nothing can be evaluated while it is asked for
    asking()
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
        if declared.lower() in WESTERN:
            return declared_in(body, declared) or _of_other_letters(body)
        if declared.lower() != "utf-8":
            return None
        sample = _sample(body)
        best = None if _mostly_utf8(sample) else from_bytes(sample).best()
        return best.encoding if best else None
    return "utf-8" if declared.lower() != "utf-8" and not body.isascii() else None


def declared_in(body: bytes, known: str | None) -> str | None:
    """The character set that the page's own markup declares, where that is not the known one and fits all bytes."""
    found = META.search(body[:HEAD])
    if found is None or body.isascii():
        return None
    with suppress(LookupError, UnicodeError):
        name = resolve_encoding(found[1].decode())
        if codecs.lookup(name or "").name in NO_CHARSETS:
            return None
        body.decode(name or "")
        return name if name != resolve_encoding(known or "") else None
    return None


def _of_other_letters(body: bytes) -> str | None:
    """The character set of a page that says none, or the Western one, and is written in other letters than Western.

    Those stand here and there between ASCII ones, and are few; in other letters few bytes are ASCII. The same byte
    several times is an indent or a rule.
    """
    judged, sample = _sample(REPEATED.sub(b" ", body)), _sample(body)
    if len({byte for byte in judged if byte >= FIRST_LETTER}) < KINDS:
        return None
    runs = [len(found[0]) for found in OTHERS.finditer(judged)]
    if sum(runs) < ENOUGH or sum(runs) < DENSE * len(judged):
        return None
    best = from_bytes(sample).best()
    if best is None or best.encoding not in OTHER_SETS:
        return None
    text = body.decode(best.encoding, "replace")
    cyrillic = CYRILLIC.findall(text)
    if len(cyrillic) > 0.5 * sum(runs) and sum(letter in VOWELS for letter in cyrillic) < USUAL * len(cyrillic):
        return None  # another alphabet of single bytes
    return best.encoding if text.count("\ufffd") <= SPOILT * sum(runs) else None


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
    others = sum(not sign.isascii() for sign in text)
    return others > 0 and others >= 2 * spoilt
