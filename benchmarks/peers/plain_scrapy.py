"""Scrapy as it comes: plain HTTP, no browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from benchmarks.peers.task import Task

TASK = Task.given()
PACE: dict[str, Any] = {"DOWNLOAD_DELAY": TASK.delay, "DOWNLOAD_DELAY_JITTER": 0}


class Headlines(Spider):
    """The headline of each page."""

    name = "headlines"
    meta: dict[str, Any] = {}

    async def start(self) -> AsyncIterator[Any]:
        """One request for each address."""
        for url in TASK.addresses:
            yield Request(url, meta=dict(self.meta))

    def parse(self, response: Response, **_: Any) -> None:
        """Reads it."""
        TASK.answer(response.url, response.css("h1").xpath("string()").get())


if __name__ == "__main__":
    process = CrawlerProcess({"LOG_LEVEL": "WARNING", **PACE})
    process.crawl(Headlines)
    process.start()
