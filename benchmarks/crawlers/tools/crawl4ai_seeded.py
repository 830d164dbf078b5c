"""crawl4ai as its documentation has it: addresses seeded from the sitemap, the text as pruned Markdown.

Its seeder looks for /sitemap.xml, and asks robots.txt over HTTPS alone, which a newspaper on loopback does not have: it
is told where the sitemap is. What finds fields without a definition or a language model is its metadata.
"""

from __future__ import annotations

import asyncio
from typing import Any

from crawl4ai import AsyncUrlSeeder, AsyncWebCrawler, BrowserConfig, CacheMode, CrawlerRunConfig
from crawl4ai.async_dispatcher import MemoryAdaptiveDispatcher
from crawl4ai.content_filter_strategy import PruningContentFilterLXML
from crawl4ai.markdown_generation_strategy import DefaultMarkdownGenerator

from benchmarks.crawlers.tools.markdown import plain
from benchmarks.crawlers.tools.task import Task
from benchmarks.peers.crawl4ai_browser import use_browser


async def main() -> None:
    """Crawls the site."""
    task = Task.given()
    use_browser(task.browser)
    async with AsyncUrlSeeder() as seeder:
        addresses = [url async for url in seeder._iter_sitemap(f"{task.origin}/sitemap/sitemap.xml")]
    run = CrawlerRunConfig(
        cache_mode=CacheMode.BYPASS,
        stream=True,
        verbose=False,
        check_robots_txt=True,
        markdown_generator=DefaultMarkdownGenerator(content_filter=PruningContentFilterLXML()),
    )
    browser = BrowserConfig(headless=True, verbose=False, extra_args=list(task.arguments))
    async with AsyncWebCrawler(config=browser) as crawler:
        dispatcher = MemoryAdaptiveDispatcher(max_session_permit=task.tabs)
        async for result in await crawler.arun_many(addresses, config=run, dispatcher=dispatcher):
            if result.success:
                store(task, result)


def store(task: Task, result: Any) -> None:
    """What it hands out of a page."""
    said = result.metadata or {}
    task.answer(
        url=result.url,
        headline=said.get("og:title") or said.get("title"),
        text=plain(result.markdown.fit_markdown or ""),
        published=said.get("article:published_time"),
        authors=[said["author"]] if said.get("author") else [],
        image=said.get("og:image"),
    )


if __name__ == "__main__":
    asyncio.run(main())
