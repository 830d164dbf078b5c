"""Between cleaning and comparing: articles behind a wall are kept as what every reader gets, or left out."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article


class Walled(DropItem):
    """Only a part of the article is free to read, and such articles are not wanted."""


class Walls:
    """Passes every article on with WALLED_ARTICLES=keep; with skip, only whole ones, and the feed tells of the rest."""

    def __init__(self, crawler: Crawler) -> None:
        self._skip = settings_of(crawler.settings).WALLED_ARTICLES == "skip"
        self._session = CrawlContext.of(crawler).session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Walls:
        """The stage of this crawl."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """The same article, or Walled; what is no article passes."""
        if self._skip and isinstance(item, Article) and not item.access.complete:
            self._session.submit_walled(item)
            raise Walled(f"{item.url}: only a part is free to read ({item.access.tier})", log_level="INFO")
        return item
