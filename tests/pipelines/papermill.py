"""A crawl without a web: yields the articles it is given and sends them through the real pipelines (run with -m)."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from mtcrawler.model.article import Article


class Papermill(Spider):
    """Has a page for every article, and reads them as fast as they are taken."""

    name = "papermill"
    articles: list[Any]

    async def start(self) -> AsyncIterator[Any]:
        """A page that holds its article's number, for each."""
        for number in range(len(self.articles)):
            yield Request(f"data:,{number}", callback=self.parse_page)

    def parse_page(self, response: Response) -> Iterator[Article]:
        """The article of that number."""
        yield Article.model_validate(self.articles[int(response.text)])


def main() -> None:
    """Read articles and settings from stdin, crawl, print the stats."""
    given = json.load(sys.stdin)
    process = AsyncCrawlerProcess(
        {
            "ITEM_PIPELINES": {
                "mtcrawler.pipelines.deduplicate.Deduplicate": 200,
                "mtcrawler.pipelines.similarity.Similarity": 250,
                "mtcrawler.pipelines.store.Store": 300,
            },
            "TELNETCONSOLE_ENABLED": False,
            "LOG_LEVEL": "INFO",
            **given["settings"],
        }
    )
    crawler = process.create_crawler(Papermill)
    process.crawl(crawler, articles=given["articles"])
    process.start()
    assert crawler.stats is not None
    json.dump(crawler.stats.get_stats(), sys.stdout, default=str)


if __name__ == "__main__":
    main()
