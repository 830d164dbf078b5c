"""Pages whose server calls them plain text: told by how they begin."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import Final

from scrapy.http import HtmlResponse, Response

HEAD: Final = 4 * 1024
"""Bytes in which a page begins."""
BEGINS: Final = (b"<!doctype html", b"<html")
OK: Final = 200
PLAIN: Final = "text/plain"


def is_plain_markup(content_type: str, body: bytes) -> bool:
    """Whether a body that is announced as plain text is a page beyond doubt: nothing else begins so."""
    if content_type.partition(";")[0].strip().lower() != PLAIN:
        return False
    return body[:HEAD].removeprefix(BOM_UTF8).lstrip().lower().startswith(BEGINS)


def as_page(response: Response) -> Response:
    """The response as a page where it is one; else as it is."""
    stated = (response.headers.get("Content-Type") or b"").decode("latin-1")
    if response.status != OK or not is_plain_markup(stated, response.body):
        return response
    return response.replace(cls=HtmlResponse, encoding=None)  # its character set may be written in it
