"""What a way of fetching does not use is not loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy.utils.misc import load_object

from mtcrawler.project.defaults import RETRY_EXCEPTIONS
from mtcrawler.storage.location import Location
from tests.fixtures.moody import crawled, moody, story

PATH = "/2026/11/20/ice"


def test_plain_http_loads_no_browser(bucket: Location, tmp_path: Path) -> None:
    """A crawl over plain HTTP stores its article without Playwright's library, which takes a tenth of its start."""
    with moody({PATH: story("ice")}) as paper:
        paper.lists(PATH)
        run, told = crawled(paper, bucket, tmp_path, E_PYTHONPROFILEIMPORTTIME="1")
    assert told["counts"]["articles"] == 1
    assert "mtcrawler.spider.news_spider" in run.said
    assert "playwright" not in run.said


@pytest.mark.parametrize(
    ("error", "again"), [(Error("gone"), True), (PlaywrightTimeout("late"), True), (KeyError(), False)]
)
def test_a_page_that_failed_in_the_browser_is_tried_again(error: Exception, again: bool) -> None:
    """Whatever Playwright raises is one of the errors after which Scrapy asks once more."""
    names = [one for one in RETRY_EXCEPTIONS if isinstance(one, str)]
    assert isinstance(error, tuple(load_object(one) for one in names)) is again
