"""The words of a text in Markdown, to be held against a text without marks."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = (
    (re.compile(r"!\[([^\[\]]*)\]\([^()]*\)"), ""),  # pictures
    (re.compile(r"\[([^\[\]]*)\]\([^()]*\)"), r"\1"),  # links
    (re.compile(r"^[ \t]*(?:#{1,6}|>|[*+-]|\d+\.)[ \t]+", re.MULTILINE), ""),  # headings, quotations, items
    (re.compile(r"\*\*|__|[*_`]"), ""),
)


def plain(markdown: str) -> str:
    """The text without its marks; of a link its words stay, of a picture nothing does."""
    for mark, instead in _MARKS:
        markdown = mark.sub(instead, markdown)
    return markdown
