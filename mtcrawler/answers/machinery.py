"""What a page is made of without what its readers read: scripts, and the attributes that scripts and servers go by.

An article about challenges shows their words and their code. It has neither in its own machinery.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.answers.challenges import READ

# A link may lead anywhere, and a meta tag describes the text.
_FOR_READERS: Final = frozenset({"a", "area", "meta"})
_NAMES: Final = frozenset({"id", "class", "name", "src", "action", "href"})
_SCRIPTS: Final = ("javascript", "ecmascript", "module")
_LONGEST: Final = 300
"""Characters of an attribute; in a longer one a text may stand."""


def machinery(root: HtmlElement) -> str:
    """The tags of a page with the names and addresses in them, and its scripts, in their order."""
    found: list[str] = []
    size = 0
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag in _FOR_READERS:
            continue
        piece = f"<{' '.join((tag, *_attributes(element)))}>"
        if tag == "script" and _runs(element):
            piece += f"{element.text or ''}</script>"
        found.append(piece)
        size += len(piece)
        if size > READ:
            break
    return "".join(found)


def _attributes(element: HtmlElement) -> Iterator[str]:
    for name, value in element.items():
        if name in _NAMES and len(value) <= _LONGEST:
            yield f'{name}="{value}"'
        elif name.startswith("data-"):
            yield name


def _runs(script: HtmlElement) -> bool:
    """Whether it is run at all: data for scripts holds the article's text on many pages."""
    kind = script.get("type", "").lower()
    return not kind or any(known in kind for known in _SCRIPTS)
