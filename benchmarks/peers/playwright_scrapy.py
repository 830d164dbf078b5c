"""scrapy-playwright as its documentation has it: a new page for each request, which is done when all is loaded."""

from __future__ import annotations

from scrapy.crawler import CrawlerProcess

from benchmarks.peers.plain_scrapy import PACE, TASK, Headlines

HANDLER = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"


class RenderedHeadlines(Headlines):
    """The headline of each page as the browser shows it."""

    meta = {"playwright": True}


if __name__ == "__main__":
    process = CrawlerProcess(
        {
            "LOG_LEVEL": "WARNING",
            "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
            "PLAYWRIGHT_LAUNCH_OPTIONS": TASK.launch_options,
            **PACE,
        }
    )
    process.crawl(RenderedHeadlines)
    process.start()
