"""Draft to article: every text cleaned, the text built, the article identified; or dropped, the missing field named."""

from __future__ import annotations

import asyncio

from scrapy.exceptions import DropItem

from mtcrawler.extraction.language import read_model
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.model.article import Article, Draft


class MissingField(DropItem):
    """The page lacks something that every article has."""


class Normalize:
    """The first stage: takes a Draft, returns an Article."""

    async def process_item(self, item: object) -> Article:
        """The article of this draft; raises MissingField."""
        if not isinstance(item, Draft):
            raise TypeError(f"Normalize takes drafts, not {type(item).__name__}")
        if not (reading := read_model()).done():
            await asyncio.wrap_future(reading)  # the first articles wait for it, and the crawl goes on
        return normalize(item)


def normalize(draft: Draft) -> Article:
    """The article of this draft; raises MissingField naming the address and the field."""
    try:
        return article_of(draft)
    except Incomplete as err:
        raise MissingField(str(err)) from err
