"""How a saved page is read: as the crawl reads it, without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from mtcrawler.extraction.drafting import draft_of
from mtcrawler.model.article import Article, Provenance
from mtcrawler.spider.news_spider import NewsSpider
from pipelines.normalize import normalize

FOLDER = Path(__file__).parent
# What no page says: when and how it was fetched.
OF_THE_RUN = frozenset({"url", "overlays", "provenance", "revision", "previous_hash", "similar_to", "cluster_id"})


def spiders() -> dict[str, type[NewsSpider]]:
    """Every spider of the project by name."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))
    return {name: loader.load(name) for name in loader.list()}  # type: ignore[misc]


def article_in(spider: type[NewsSpider], html: str, url: str) -> Article:
    """The article of this page, extracted and normalised; raises MissingField."""
    page = spider.page(html, url, spider.site, {})
    now = datetime.now(UTC)
    draft = draft_of(
        page,
        publisher=spider.publisher,
        spider=spider.name,
        known_as=(),
        overlays=(),
        access=page.access,
        provenance=Provenance(
            run_id="-",
            crawler_version="-",
            fetched_at=now,
            discovered_via="url",
            rendered="browser",
            status=200,
            extractor="-",
        ),
    )
    return normalize(draft)


def record(name: str, html: str, url: str) -> dict[str, Any]:
    """The article of this page as it would be stored, without what depends on the run."""
    article: dict[str, Any] = json.loads(article_in(spiders()[name], html, url).to_json())
    return {field: value for field, value in article.items() if field not in OF_THE_RUN}
