"""Pages that are announced as plain text are told by how they begin, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse, TextResponse

from mtcrawler.fetch.network.content_types import as_page

URL = "https://paper.example/page"


@pytest.mark.parametrize("stated", ["text/plain", "TEXT/PLAIN; charset=utf-8"])
@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><p>caf\xc3\xa9", b"\xef\xbb\xbf\r\n <HTML><meta charset=utf-8>caf\xc3\xa9"]
)
def test_markup_that_is_called_text_is_a_page(stated: str, body: bytes) -> None:
    """It becomes a page, in the character set of its bytes."""
    found = as_page(TextResponse(URL, headers={"Content-Type": stated}, body=body))
    assert isinstance(found, HtmlResponse)
    assert "café" in found.text


@pytest.mark.parametrize(
    ("stated", "body", "status"),
    [
        ("text/plain", b"Sitemap: https://paper.example/<html>", 200),
        ("text/plain", b"<article>One", 200),
        ("text/plain", b" " * 5000 + b"<html>", 200),
        ("text/plain", b"", 200),
        ("text/plain", b"<html>", 404),
        ("text/plainer", b"<html>", 200),
        ("application/json", b"<html>", 200),
        ("", b"<html>", 200),
    ],
)
def test_what_is_no_page_beyond_doubt_stays_what_it_is(stated: str, body: bytes, status: int) -> None:
    """Another type, a refusal, and a text that does not begin as a page does, or not soon."""
    given = TextResponse(URL, status=status, headers={"Content-Type": stated}, body=body)
    assert as_page(given) is given
