"""The stage before the last: each article learns which stored articles it resembles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mtcrawler.session.session import Session


class Similarity:
    """Adds `similar_to` and `cluster_id`. Takes and returns Article, and drops none.

    The article must have been claimed (Deduplicate): from here on later articles may name it. The comparison runs in
    the session's threads; the reactor never waits.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Similarity:
        """Share the crawl's session with the other stages."""
        return cls(CrawlContext.of(crawler).session)

    async def process_item(self, item: Any) -> Any:
        """The same article with its near-duplicates; what is no article passes."""
        if not isinstance(item, Article):
            return item
        return await asyncio.wrap_future(self._session.relate(item))
