"""Crawlee's AdaptivePlaywrightCrawler, which learns which pages plain HTTP is enough for, as documented."""

from __future__ import annotations

import asyncio

from crawlee.crawlers import AdaptivePlaywrightCrawler, AdaptivePlaywrightCrawlingContext

from benchmarks.peers.crawlee_ways import common
from benchmarks.peers.task import Task


async def main() -> None:
    """All pages."""
    task = Task.given()
    crawler = AdaptivePlaywrightCrawler.with_parsel_static_parser(
        playwright_crawler_specific_kwargs={"browser_launch_options": task.launch_options}, **common(task)
    )

    async def headline(context: AdaptivePlaywrightCrawlingContext) -> None:
        found = await context.query_selector_one("h1")
        # What a handler tells must go through the context: it may run twice for a page, to compare.
        await context.push_data({"url": context.request.url, "headline": found and found.xpath("string()").get()})

    crawler.router.default_handler(headline)
    await crawler.run(list(task.addresses))
    for item in (await crawler.get_data()).items:
        task.answer(item["url"], item["headline"])


if __name__ == "__main__":
    asyncio.run(main())
