"""Articles as rows of CSV (RFC 4180, UTF-8): texts as they are, what is nested as JSON, and no cell a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from mtcrawler.security.untrusted import parsed_object
from mtcrawler.storage.read.forms.column_names import NAMES

_FORMULA: Final = re.compile("'*+[-=+@\t\r\n\uff0b\uff0d\uff1d\uff20]")
"""How a text begins that a spreadsheet may take for a formula, or that came of one here: so it can be undone."""


def header() -> bytes:
    """The first line: the names of the columns."""
    return _lines([NAMES])


def rows(articles: Iterable[tuple[str, bytes]]) -> bytes:
    """Lines for articles: the date each lies under, and its bytes. Raises ValueError for bytes that are no object."""
    return _lines([_cell(article.get(name)) for name in NAMES] for article in map(_dated, articles))


def _dated(article: tuple[str, bytes]) -> dict[str, Any]:
    date, body = article
    return {**parsed_object(body), "date": date}


def _cell(value: Any) -> str:
    """Nothing for null, JSON for what is no text. A text like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(cells: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(cells)
    return text.getvalue().encode("utf-8", "replace")
