"""Crawlee with trafilatura, as their documentations show: each page that the sitemaps name is fetched and extracted.

With `http` as an argument pages are fetched over plain HTTP, else by the crawler that learns where that is enough.
Links are not followed: neither of them tells an article from a list, so that would store more lists than articles here
and cost twice as much. A page counts as an article where trafilatura finds a text and a date.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import trafilatura
from crawlee import ConcurrencySettings, service_locator
from crawlee.crawlers import AdaptivePlaywrightCrawler, ParselCrawler
from crawlee.http_clients import ImpitHttpClient
from crawlee.request_loaders import SitemapRequestLoader
from crawlee.storage_clients import MemoryStorageClient

from benchmarks.crawlers.tools.task import Task


async def main() -> None:
    """Crawls the site."""
    task, plain = Task.given(), "http" in sys.argv
    client = ImpitHttpClient()
    service_locator.set_storage_client(MemoryStorageClient())
    robots = await client.send_request(f"{task.origin}/robots.txt")
    lines = (await robots.read()).decode().splitlines()
    maps = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:")]
    async with SitemapRequestLoader(maps, client) as loader:
        at_once = task.at_once if plain else task.tabs
        common: dict[str, Any] = {
            "http_client": client,
            "request_manager": await loader.to_tandem(),
            "concurrency_settings": ConcurrencySettings(desired_concurrency=at_once, max_concurrency=at_once),
            "respect_robots_txt_file": True,
        }
        if plain:
            crawler: Any = ParselCrawler(**common)
        else:
            crawler = AdaptivePlaywrightCrawler.with_parsel_static_parser(
                playwright_crawler_specific_kwargs={"browser_launch_options": task.launch_options}, **common
            )
        crawler.router.default_handler(over_http if plain else as_shown)
        await crawler.run()
        for item in (await crawler.get_data()).items:
            task.answer(**item)


async def over_http(context: Any) -> None:
    """A page as it came."""
    await store(context, context.selector.get())


async def as_shown(context: Any) -> None:
    """A page as it came or as the browser shows it, whichever it was; what is told goes through the context."""
    await store(context, (await context.parse_with_static_parser()).get())


async def store(context: Any, html: str) -> None:
    """What trafilatura reads on the page, if it is an article."""
    url = context.request.loaded_url or context.request.url
    found = trafilatura.bare_extraction(html, url=url, with_metadata=True, include_comments=False)
    if found is not None and found.text and found.date:
        await context.push_data(
            {
                "url": url,
                "headline": found.title,
                "text": found.text,
                "published": found.date,
                "authors": [name.strip() for name in (found.author or "").split(";") if name.strip()],
                "image": found.image,
            }
        )


if __name__ == "__main__":
    asyncio.run(main())
