"""Crawlee's PlaywrightCrawler as its documentation has it."""

from __future__ import annotations

import asyncio

from crawlee.crawlers import PlaywrightCrawler, PlaywrightCrawlingContext

from benchmarks.peers.crawlee_ways import common
from benchmarks.peers.task import Task


async def main() -> None:
    """All pages."""
    task = Task.given()
    crawler = PlaywrightCrawler(browser_launch_options=task.launch_options, **common(task))

    async def headline(context: PlaywrightCrawlingContext) -> None:
        task.answer(context.request.url, await context.page.locator("h1").first.text_content())

    crawler.router.default_handler(headline)
    await crawler.run(list(task.addresses))


if __name__ == "__main__":
    asyncio.run(main())
