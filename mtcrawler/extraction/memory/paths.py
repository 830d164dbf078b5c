"""Where an element stands on the pages of a site: the chain of elements around it, by tag and class names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from zlib import crc32

from lxml.html import HtmlElement

STEPS: Final = 4
"""Elements of a path that is written out, the innermost last."""
NAMES: Final = 2
"""Class names of an element that are part of its path."""
LONGEST: Final = 200
"""Characters of a path that is written out."""
_CHANGING: Final = re.compile(r"\d|--")
"""What names one element or its state (post-91034, card--wide), and no layout."""
_ODD: Final = re.compile("[^A-Za-z0-9_-]")


@lru_cache(maxsize=16_384)
def _step(tag: str, names: str) -> str:
    plain = [name for name in names.split() if not _CHANGING.search(name)][:NAMES]
    return ".".join([_ODD.sub("_", tag), *(_ODD.sub("_", name) for name in plain)])[: LONGEST // STEPS - 1]


def step_of(element: HtmlElement) -> str:
    """An element by its tag and its first class names that are no numbers: `div.story_body`."""
    tag = element.tag if isinstance(element.tag, str) else "_"
    return _step(tag, (element.get("class") or "")[:LONGEST])


def path_of(element: HtmlElement) -> str:
    """The element and the three around it, the innermost last: `article>div.head>p.meta>span.author`."""
    steps = [step_of(element)]
    for above in element.iterancestors():
        if len(steps) == STEPS:
            break
        steps.append(step_of(above))
    return ">".join(reversed(steps))


class Chains:
    """The chains of the elements of one page, from the root down, as eight hex digits; each is worked out once."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement, int] = {}

    def of(self, element: HtmlElement) -> str:
        """The chain of this element."""
        value = self._known.get(element)
        if value is None:
            way = [element]
            for above in element.iterancestors():
                if (value := self._known.get(above)) is not None:
                    break
                way.append(above)
            value = value or 0
            for one in reversed(way):
                value = self._known[one] = crc32(step_of(one).encode(), value)
        return f"{value:08x}"
