"""The second stage: each article once, each text under one address."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article
from mtcrawler.model.errors import MtcrawlerError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mtcrawler.session.session import Session


class Duplicate(DropItem):
    """The article, or its text at another address, is there already."""


class Removed(DropItem):
    """The article, or its text at another address of the site, was taken out of the bucket on request."""


class Deduplicate:
    """Drops an article that was taken out on request, or seen before in this run, and a text that is stored, or about
    to be, under another address.

    Such another address is put on the first article and told in the change feed. Takes and returns Article; looking
    and claiming are one step, so of several articles under way at once the first to come here stays.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Deduplicate:
        """Share the crawl's session with the other stages."""
        return cls(CrawlContext.of(crawler).session)

    async def open_spider(self) -> None:
        """Wait for what is known; where the bucket cannot be opened Store says why and ends the crawl."""
        with suppress(MtcrawlerError):
            await asyncio.to_thread(self._session.open)

    def process_item(self, item: Any) -> Any:
        """The same article, or Duplicate, or Removed; what is no article passes."""
        if not isinstance(item, Article):
            return item
        claim = self._session.claim(item)
        if claim.verdict == "removed":
            raise Removed(f"{item.url}: it was taken out of the bucket on request", log_level="INFO")
        if claim.verdict == "seen":
            raise Duplicate(f"{item.url}: the article was seen before in this run", log_level="INFO")
        if claim.verdict == "same text" and claim.first_id is not None:
            self._session.submit_duplicate(item, claim.first_id)
            raise Duplicate(f"{item.url}: the same text as {claim.first_url}", log_level="INFO")
        return item
