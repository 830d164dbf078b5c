"""Which layout a page has: its kind and where its headline stands, and the parts its article is put together from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from mtcrawler.extraction.extractor import ExtractedPage

# A token with a digit names one element (post-91034, css-1x0k2), not a part of a layout.
NUMBERED = re.compile(r"\d")
# Without any class these still say that something is to come from elsewhere.
TELLING = frozenset("iframe embed object video audio form template slot".split())


def template_of(page: ExtractedPage) -> str:
    """The name of the page's template, such as "news-3f09c1d2".

    Two pages share it where they are of one kind and their headlines stand in the same chain of elements, told by tag
    and first class. What an article may have or lack (a photo, tags) and modifiers (`--opinion`) do not matter.
    """
    headline = page.headline_element
    chain = ">".join(_chain(headline)) if headline is not None else "none"
    return f"{page.kind}-{hashlib.sha256(chain.encode()).hexdigest()[:8]}"


def parts_of(page: ExtractedPage) -> frozenset[str]:
    """What the article's element is put together from: classes and scripts; where there is no class, tags and hooks.

    A part that was in no page compared so far may be one that scripts fill.
    """
    parts: set[str] = set()
    scripts: set[str] = set()
    for element in page.scope.iter("*"):
        if element.tag == "script":
            scripts.add(_script(element))
        elif names := element.get("class"):
            parts.update(names.split())
        elif element.tag in TELLING or "-" in element.tag:
            parts.add(f"<{element.tag}>")
        else:
            parts.update(f"[{name}]" for name in element.keys() if name.startswith("data-"))  # noqa: SIM118 - not a dict
    return frozenset({*(part for part in parts if not NUMBERED.search(part)), *scripts})


def _script(element: HtmlElement) -> str:
    """A script by its address, or by what it does: the numbers in it may be the page's own."""
    if source := element.get("src"):
        return f"script {NUMBERED.sub('', source.partition('?')[0].rpartition('/')[2])}"
    digest = hashlib.sha256(NUMBERED.sub("", element.text or "").encode()).hexdigest()
    return f"script {element.get('type', '')} {digest[:8]}"


def _chain(element: HtmlElement) -> Iterator[str]:
    for each in (element, *element.iterancestors()):
        names = (each.get("class") or "").split()
        first = next((name for name in names if "--" not in name and not NUMBERED.search(name)), "")
        yield f"{each.tag}.{first}"
