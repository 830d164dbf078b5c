"""Text as markup."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from typing import Any

TAG = re.compile(r"<[^>]+>")


def esc(text: str) -> str:
    """Text that is safe in an element and in an attribute."""
    return html.escape(text, quote=True)


def lines(text: str) -> str:
    """Text whose line breaks are shown."""
    return esc(text).replace("\n", "<br />\n")


def plain(markup: str) -> str:
    """Markup as the templates strip it for teasers and descriptions: tags gone, entities resolved, one line."""
    return " ".join(html.unescape(TAG.sub("", markup)).split())


def cut(text: str, limit: int) -> str:
    """The text, shortened at a word."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + "..."


def shown(time: datetime) -> str:
    """A time as a reader sees it."""
    return f"{time:%b. %d, %Y}"


def structured(value: dict[str, Any], *, broken: bool = False) -> str:
    """Structured data as the templates print it; a broken one has lost its end."""
    data = json.dumps(value, ensure_ascii=True).replace("/", "\\/")
    if broken:
        data = data[: len(data) * 2 // 3]
    return f'<script type="application/ld+json" data-json-ld-for-pagemetadata>\n\t{data}\n</script>'
