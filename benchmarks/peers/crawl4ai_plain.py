"""crawl4ai as its documentation has it; with `overlays` as an argument its removal of overlays is on."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import lxml.html
from crawl4ai import AsyncWebCrawler, BrowserConfig, CacheMode, CrawlerRunConfig
from crawl4ai.browser_manager import BrowserManager

from benchmarks.peers.task import Task


def use_browser(task: Task) -> None:
    """It has no option for the browser's path, so what it starts Playwright with is completed."""
    made = BrowserManager._build_browser_args

    def completed(self: Any) -> dict[str, Any]:
        return {**made(self), **({"executable_path": task.browser} if task.browser else {})}

    BrowserManager._build_browser_args = completed


async def main() -> None:
    """All pages."""
    task = Task.given()
    use_browser(task)
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
