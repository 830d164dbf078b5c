"""Laws of a site's own pace: a definition may ask for more room than the settings give, and never for less."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from mtcrawler.fetch.politeness.site_pace import SitePace
from tests.fixtures.sites import described, spider_named


@pytest.mark.parametrize(
    ("pace", "delay", "at_once"),
    [({}, 1, 2), ({"delay": 5.0, "at_once": 1}, 5, 1), ({"delay": 0.1, "at_once": 8}, 1, 2)],
)
def test_a_site_is_asked_no_faster_than_the_settings_say(pace: dict[str, Any], delay: float, at_once: int) -> None:
    """Of settings and definition the gentler one holds, for the delay and for requests at once."""
    given = {"DOWNLOAD_DELAY": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, "CONTACT": "https://a.example"}
    crawler = Crawler(spider_named("moscowtimes"), Settings(given, priority="project"))
    paper = described(pace=pace)
    SitePace(crawler, paper.site, paper.pace).apply()
    assert crawler.settings.getfloat("DOWNLOAD_DELAY") == delay
    assert crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == at_once


def test_a_wish_on_the_command_line_wins() -> None:
    """Who starts the crawl has the last word."""
    crawler = Crawler(spider_named("moscowtimes"), Settings({"DOWNLOAD_DELAY": 3}, priority="cmdline"))
    paper = described(pace={"delay": 5.0})
    SitePace(crawler, paper.site, paper.pace).apply()
    assert crawler.settings.getfloat("DOWNLOAD_DELAY") == 3
