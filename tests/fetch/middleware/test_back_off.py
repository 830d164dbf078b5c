"""Laws of waiting for hosts that refuse: what a refusal says of the host, and what of one page only."""

from __future__ import annotations

import time

import pytest
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.middleware.back_off import BackOff
from mtcrawler.fetch.politeness.host import Host

GIVEN = {"BACKOFF_FIRST": 0.01, "REFUSALS_MAX": 3, "RETRY_TIMES": 2}


@pytest.mark.parametrize(
    ("status", "headers", "pages", "given_up"),
    [
        pytest.param(503, {}, 2, False, id="two pages fail"),
        pytest.param(503, {}, 4, True, id="every page fails"),
        pytest.param(503, {"Retry-After": "1"}, 1, True, id="one asks for waits"),
        pytest.param(429, {}, 1, True, id="one is asked too often"),
    ],
)
def test_a_page_that_is_broken_is_no_host_that_refuses(
    status: int, headers: dict[str, str], pages: int, given_up: bool
) -> None:
    """A page that goes on answering 503 and asks for no wait speaks once for its host, which other pages may answer."""
    assert refused(status, headers, pages).given_up is given_up


def refused(status: int, headers: dict[str, str], pages: int) -> Host:
    """The host, after so many of its pages were asked for, one after another, until they were let go."""
    crawler = get_crawler(settings_dict=GIVEN)
    back_off = BackOff(crawler)
    host = CrawlContext.of(crawler).hosts.of("https://paper.example/")
    for number in range(pages):
        asked: Request | Response = Request(f"https://paper.example/{number}")
        while isinstance(asked, Request):
            asked.meta["turn"] = time.monotonic()
            asked = back_off.process_response(asked, Response(asked.url, status=status, headers=headers))
    return host
