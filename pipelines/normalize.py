"""Draft to article: every text cleaned, the text built, the article identified; or dropped, the missing field named."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from mtcrawler.extraction.language.model import read_model
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article, Draft


class MissingField(DropItem):
    """The page lacks something that every article has."""


class Normalize:
    """The first stage: takes a Draft, returns an Article. `models` is where the language model is kept unpacked."""

    def __init__(self, models: Path | None = None) -> None:
        self._models = models

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(CrawlContext.of(crawler).session.plan.models_dir)

    async def process_item(self, item: object) -> Article:
        """The article of this draft; raises MissingField."""
        if not isinstance(item, Draft):
            raise TypeError(f"Normalize takes drafts, not {type(item).__name__}")
        if not (reading := read_model(self._models)).done():
            await asyncio.wrap_future(reading)  # the first articles wait for it, and the crawl goes on
        return normalize(item)


def normalize(draft: Draft) -> Article:
    """The article of this draft; raises MissingField naming the address and the field."""
    try:
        return article_of(draft)
    except Incomplete as err:
        raise MissingField(str(err)) from err
