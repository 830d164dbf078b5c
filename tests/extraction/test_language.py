"""Laws of the language of a text: what is read for it, and when."""

from __future__ import annotations

from scrapy.utils.test import get_crawler

from mtcrawler.extraction.language import read_model
from tests.fixtures.sites import spider_named


def test_the_model_is_read_while_the_first_page_is_fetched() -> None:
    """Whoever asks for a page has the model read aside, once; whoever asks for lists alone does without it."""
    read_model.cache_clear()
    crawler = get_crawler(spider_named("moscowtimes"))
    spider = spider_named("moscowtimes").from_crawler(crawler)
    list(spider.discovery.source_requests())
    assert read_model.cache_info().currsize == 0
    for number in range(2):
        wanted = spider.frontier.ask(f"https://www.themoscowtimes.com/2026/11/02/bridge-a{number}")
        assert wanted is not None
        spider.requests.page(wanted)
    assert read_model.cache_info().misses == 1
