"""Pages that name another page in a meta tag."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.middleware.redirects import REFRESH_BYTES, Refreshes

PAGE = "https://www.example.com/old"
NAMED = "https://www.example.com/new"
TAG = f'<meta http-equiv="REFRESH" content="0; url={NAMED}">'


def _answered(body: bytes, encoding: str, **kept: Any) -> tuple[Any, HtmlResponse]:
    request = Request(PAGE)
    response = HtmlResponse(PAGE, body=body, encoding=encoding, request=request, **kept)
    return Refreshes.from_crawler(get_crawler()).process_response(request, response), response


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-le"])
@pytest.mark.parametrize("late", [False, True])
def test_a_page_that_names_another_leads_to_it(encoding: str, late: bool) -> None:
    """Whatever it is encoded in, and wherever the tag stands among the first 4,096 characters, each of four bytes."""
    head = "<html><head>"
    before = f"<title>{chr(0x10348) * (4_096 - len(head) - len(TAG) - 15)}</title>" if late else ""
    answer, _ = _answered(f"{head}{before}{TAG}</head></html>".encode(encoding), encoding)
    assert isinstance(answer, Request)
    assert answer.url == NAMED


def test_a_page_that_names_none_is_not_decoded() -> None:
    """A page without the word is handed on as it came, without having been decoded for that."""
    answer, response = _answered(b"<p>Ferries run hourly.</p>" + b"<p>refresh</p>".rjust(REFRESH_BYTES), "utf-8")
    assert answer is response
    assert response._cached_ubody is None


@pytest.mark.parametrize(
    "named", ["javascript:alert(1)", "http://[::1", "https://www.example.com:99999/x", "file:///x"]
)
def test_what_is_no_address_leads_nowhere(named: str) -> None:
    """A page that names something that cannot be asked for is judged as it came."""
    answer, response = _answered(f'<meta http-equiv="refresh" content="0; url={named}">'.encode(), "utf-8")
    assert answer is response
