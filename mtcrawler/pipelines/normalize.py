"""Draft to article: every text cleaned, the text built, the article identified; or dropped, the missing field named."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import StatsCollector

from mtcrawler.extraction.language.model import read_model
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article, Draft
from mtcrawler.runs.outcome.counts import NOT_ARTICLES


class MissingField(DropItem):
    """The page lacks something that every article has."""


logger = logging.getLogger(__name__)


class Normalize:
    """The first stage: takes a Draft, returns an Article. `models` is where the language model is kept unpacked.

    An Article, and whatever else a project's own spiders yield, passes as it came.
    """

    def __init__(self, models: Path | None = None, stats: StatsCollector | None = None) -> None:
        self._models, self._stats = models, stats
        self._told: set[type] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(CrawlContext.of(crawler).session.plan.models_dir, crawler.stats)

    async def process_item(self, item: Any) -> Any:
        """The article of this draft; raises MissingField. What is no draft passes."""
        if not isinstance(item, Draft):
            if not isinstance(item, Article):
                self._pass_on(item)
            return item
        if not (reading := read_model(self._models)).done():
            await asyncio.wrap_future(reading)  # the first articles wait for it, and the crawl goes on
        return normalize(item)

    def _pass_on(self, item: object) -> None:
        if self._stats is not None:
            self._stats.inc_value(NOT_ARTICLES)
        if type(item) not in self._told:
            self._told.add(type(item))
            name = type(item).__name__
            logger.info("Items of the type %s are no articles: they are passed on, and not stored.", name)


def normalize(draft: Draft) -> Article:
    """The article of this draft; raises MissingField naming the address and the field."""
    try:
        return article_of(draft)
    except Incomplete as err:
        raise MissingField(str(err)) from err
