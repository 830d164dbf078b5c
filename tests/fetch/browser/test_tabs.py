"""What is known of tabs: as long as they are open, and no longer."""

from __future__ import annotations

import gc
import weakref

import pytest
from playwright.async_api import Error, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.tab.navigations import Navigations, Tabs


async def test_a_tab_that_is_closed_is_let_go() -> None:
    """The navigations of a tab are one and the same while it is open; once it has closed nothing holds them."""
    tabs = Tabs()
    held: list[weakref.ref[Navigations]] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        for _ in range(3):
            page = await browser.new_page()
            known = await tabs.navigations(page)
            assert await tabs.navigations(page) is known
            held.append(weakref.ref(known))
            await page.close()
            with pytest.raises(Error):
                await tabs.navigations(page)
            del known
        del page
        gc.collect()
        assert [one() for one in held[:2]] == [None, None]
        await browser.close()
