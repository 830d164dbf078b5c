"""A visit of the fleet: a site's crawl, of which the schedule hears what was new, and when it was published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from mtcrawler.discovery.feeds.hubs import HubOffer
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model.article import Article
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.spider.news_spider import NewsSpider
from mtcrawler.storage.location import Location
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.results import VisitResult
from mtcrawler.visits.visit import Visit

MOST: Final = 10_000
"""Times that are kept of a visit: a back-fill finds articles by the million."""


class SiteVisit(Visit):
    """`times` are those of the articles that the site gave, `changed` whether any of them was new or revised, `offers`
    the hubs that its sources name.
    """

    def __init__(
        self, plan: PlannedVisit, process: AsyncCrawlerProcess, location: Callable[[], Location | None]
    ) -> None:
        super().__init__(plan, process, new_run_id(), location)
        self.times: list[datetime] = []
        self.changed = False
        self.offers: Mapping[str, HubOffer | None] = {}

    async def _crawled(self) -> VisitResult:
        result = await super()._crawled()
        if self._crawler is not None and isinstance(self._crawler.spider, NewsSpider):
            self.offers = self._crawler.spider.discovery.feeds.hubs.offers
        if self._crawler is not None and self._crawler.stats is not None:
            stored = Counts.of(self._crawler.stats.get_stats()).stored
            self.changed = stored.new + stored.revised + stored.spooled > 0
        return result

    def _made(self, spidercls: type[Spider], location: Location | None) -> Crawler:
        crawler = super()._made(spidercls, location)
        crawler.signals.connect(self._stored, signals.item_scraped)
        return crawler

    def _stored(self, item: object) -> None:
        if isinstance(item, Article) and item.published_at is not None and len(self.times) < MOST:
            self.times.append(item.published_at)
