"""Laws of what belongs to one crawl: there is one of each thing, and whoever asks gets that one."""

from __future__ import annotations

import pytest
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.crawl_context import CrawlContext, SiteContext
from mtcrawler.fetch.scheduler import WeighedScheduler
from mtcrawler.runs.run_recorder import RunRecorder
from tests.fixtures.sites import spider_named


def test_a_crawl_of_a_site_has_the_context_of_its_spider() -> None:
    """The spider makes it, and every part that Scrapy makes is given the same: its session, backlog and recorder."""
    crawler = get_crawler(spider_named("moscowtimes"))
    spider = spider_named("moscowtimes").from_crawler(crawler)
    assert CrawlContext.of(crawler) is SiteContext.of(crawler) is spider.context
    assert spider.context.session is spider.context.session
    assert WeighedScheduler.from_crawler(crawler).backlog is spider.discovery.backlog is spider.context.backlog
    recorder = RunRecorder.from_crawler(crawler)
    assert RunRecorder.from_crawler(crawler) is recorder is spider.context.recorder


def test_a_crawl_of_no_site_has_a_context_without_one() -> None:
    """It is made when it is first asked for; whoever needs a site is refused, and no other crawl shares it."""
    crawler, other = get_crawler(), get_crawler()
    context = CrawlContext.of(crawler)
    assert context is CrawlContext.of(crawler)
    assert (context.site, context.recorder) == (None, None)
    assert context is not CrawlContext.of(other)
    with pytest.raises(TypeError, match="DefaultSpider crawls no site"):
        SiteContext.of(crawler)
