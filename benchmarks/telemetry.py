"""What keeping the telemetry of a run costs: CPU time a page and memory, by way of Scrapy's own signals.

Run as `python -m benchmarks.telemetry [PAGES]`; prints one JSON line. A page is shown, stored and told;
nothing is fetched.
"""

from __future__ import annotations

import json
import sys
import time
import tracemalloc

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from mtcrawler.runs.telemetry.run_telemetry import Telemetry
from tests.fixtures.store import make_article
from tests.runs.project.spiders import PaperSpider

ARTICLES = [make_article(number, section=f"section {number % 60}") for number in range(200)]


def crawl(crawler: Crawler, pages: int, telemetry: Telemetry | None) -> float:
    """CPU seconds for so many pages, told as Scrapy tells them."""
    began = time.process_time()
    for number in range(pages):
        article = ARTICLES[number % len(ARTICLES)]
        request = Request(article.url, meta={"download_latency": 0.2 + number % 13 / 10})
        response = HtmlResponse(article.url, body=b"x" * 50_000, request=request)
        send = crawler.signals.send_catch_log
        send(signals.response_downloaded, request=request, response=response, spider=None)
        send(signals.response_received, request=request, response=response, spider=None)
        if telemetry is not None:
            telemetry.settled(article.id, "new", 0.01)
        send(signals.item_scraped, item=article, response=response, spider=None)
    return time.process_time() - began


def main(pages: int) -> None:
    """With telemetry and without; then the memory that telemetry holds after a tenth, and after all of it."""
    without = min(crawl(get_crawler(PaperSpider), pages, None) for _ in range(3))
    timed = []
    for _ in range(3):
        crawler = get_crawler(PaperSpider)
        timed.append(crawl(crawler, pages, Telemetry.from_crawler(crawler)))
    crawler = get_crawler(PaperSpider)
    telemetry = Telemetry.from_crawler(crawler)
    tracemalloc.start()
    crawl(crawler, pages // 10, telemetry)
    early, _ = tracemalloc.get_traced_memory()
    crawl(crawler, pages - pages // 10, telemetry)
    late, _ = tracemalloc.get_traced_memory()
    told = {
        "pages": pages,
        "microseconds_a_page": round(1e6 * (min(timed) - without) / pages, 1),
        "kilobytes_after_a_tenth": round(early / 1024),
        "kilobytes_after_all": round(late / 1024),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
