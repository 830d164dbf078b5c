"""Laws of the watchdog: what counts as progress."""

from __future__ import annotations

import pytest
from scrapy.utils.test import get_crawler

from mtcrawler.runs.process.watchdog import Watchdog
from tests.fixtures.sites import spider_named


@pytest.mark.parametrize(
    ("count", "progress"),
    [
        ("response_received_count", False),
        ("downloader/exception_count", False),
        ("run/status/200", False),
        ("discovery/repeated", False),
        ("discovery/found/sitemap", True),
        ("discovery/advanced", True),
        ("page/not_modified", True),
        ("item_scraped_count", True),
        ("store/new", True),
    ],
)
async def test_answers_alone_are_no_progress(count: str, progress: bool) -> None:
    """A crawl that is answered for ever and hears of no new address, and finishes none, has stalled."""
    crawler = get_crawler(spider_named("moscowtimes"))
    crawler.spider = crawler.spidercls.from_crawler(crawler)
    watchdog = Watchdog.from_crawler(crawler)
    before = watchdog._done()
    crawler.stats.inc_value(count)
    assert (watchdog._done() > before) == progress
