"""Playwright and nothing else: warm tabs, unneeded things blocked inside the browser; what a browser can do at most."""

from __future__ import annotations

import asyncio

from playwright.async_api import BrowserContext, async_playwright

from benchmarks.peers.task import Task

TABS = 4


async def work(context: BrowserContext, task: Task, left: asyncio.Queue[str]) -> None:
    """One tab, from page to page until none is left."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setBlockedURLs", {"urls": list(task.blocked)})
    clock = asyncio.get_running_loop().time
    while not left.empty():
        url, begin = left.get_nowait(), clock()
        await page.goto(url, wait_until="domcontentloaded")
        task.answer(url, await page.locator("h1").first.text_content())
        if task.delay:
            await asyncio.sleep(begin + task.delay - clock())


async def main() -> None:
    """All pages, with as many tabs as are worth it; at a pace, one after another."""
    task, left = Task.given(), asyncio.Queue[str]()
    for url in task.addresses:
        left.put_nowait(url)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**task.launch_options)
        context = await browser.new_context()
        await asyncio.gather(*(work(context, task, left) for _ in range(1 if task.delay else TABS)))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
