"""The spider of the small project: asks for the paths it is given and makes each page an article."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from mtcrawler.model.article import Access, Article, Rights
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.provenance import Provenance
from mtcrawler.runs.run_recorder import RunRecorder


class PaperSpider(Spider):
    """Arguments: site (an origin), paths (separated by commas), linger=yes to wait for ever at the end."""

    name = "paper"
    renders = False

    @classmethod
    def check(cls, arguments: dict[str, str]) -> None:
        """Refuse a crawl without a site."""
        if "site" not in arguments:
            raise ArgumentError("reading -a site", "it is missing", "Give -a site=http://….")

    def __init__(self, site: str, paths: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = [f"{site}/{path}" for path in paths.split(",") if path]

    async def start(self) -> AsyncIterator[Request]:
        """Ask for every page."""
        for url in self.urls:
            self.crawler.stats.inc_value("discovery/found/list")
            yield Request(url, dont_filter=True)

    async def parse(self, response: Response) -> AsyncIterator[Article]:
        """Make the page an article; its body is the headline."""
        headline = response.text.strip()
        if headline == "explode":
            raise KeyError("byline")
        if headline == "stuck":
            await RunRecorder.from_crawler(self.crawler).keep_screenshot("A 1", "donation stuck", b"png")
        for article in articles(response.url, headline):
            yield article


class RenderedSpider(PaperSpider):
    """The same, in need of a browser."""

    name = "rendered"
    renders = True


def articles(url: str, headline: str) -> Iterator[Article]:
    """The article of a page."""
    yield Article(
        id="6b0a6e8e-0000-5000-8000-000000000001",
        content_hash="0" * 64,
        url=url,
        canonical_url=url,
        alternate_urls=[],
        site="localhost",
        publisher="Paper",
        spider="paper",
        kind="news",
        language="en",
        headline=headline,
        subtitle=None,
        summary=None,
        section=None,
        tags=[],
        authors=[],
        published_at=None,
        modified_at=None,
        image=None,
        body=[],
        text="",
        word_count=0,
        media=[],
        access=Access(),
        overlays=[],
        rights=Rights(),
        provenance=Provenance(
            run_id="r",
            crawler_version="0",
            fetched_at=datetime.now(UTC),
            discovered_via="list",
            rendered="http",
            status=200,
            extractor="paper",
        ),
    )
