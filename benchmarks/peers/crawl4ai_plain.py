"""crawl4ai as its documentation has it; with `overlays` as an argument its removal of overlays is on."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import lxml.html
from crawl4ai import AsyncWebCrawler, BrowserConfig, CacheMode, CrawlerRunConfig

from benchmarks.peers.crawl4ai_browser import use_browser
from benchmarks.peers.task import Task


async def main() -> None:
    """All pages."""
    task = Task.given()
    use_browser(task.browser)
    run = CrawlerRunConfig(
        cache_mode=CacheMode.BYPASS, stream=True, verbose=False, remove_overlay_elements="overlays" in sys.argv
    )
    browser = BrowserConfig(headless=True, verbose=False, extra_args=list(task.arguments))
    async with AsyncWebCrawler(config=browser) as crawler:
        if not task.delay:
            async for result in await crawler.arun_many(list(task.addresses), config=run):
                tell(task, result)
            return
        clock = asyncio.get_running_loop().time
        for url in task.addresses:
            begin = clock()
            tell(task, await crawler.arun(url, config=run))
            await asyncio.sleep(begin + task.delay - clock())


def tell(task: Task, result: Any) -> None:
    """The headline in the markup it hands out."""
    found = lxml.html.fromstring(result.html).find(".//h1") if result.success else None
    task.answer(result.url, None if found is None else found.text_content())


if __name__ == "__main__":
    asyncio.run(main())
