"""What is known of tabs: as long as they are open, and no longer."""

from __future__ import annotations

import gc
import weakref
from collections import Counter

import pytest
from playwright.async_api import Error, Route, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.tab.navigations import Navigations, Tabs


async def test_a_tab_that_is_closed_is_let_go() -> None:
    """The navigations of a tab are one and the same while it is open; once it has closed nothing holds them."""
    tabs = Tabs(["www.example.org"])
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


@pytest.mark.parametrize("away", [False, True])
async def test_a_circle_is_cut_wherever_it_leads(away: bool) -> None:
    """Of pages that lead to each other the last answer is known at once, and none is asked for again and again, on
    the site or by way of another one.
    """
    other = f"http://{'other' if away else 'www'}.example/two"
    leads = {"http://www.example/one": other, other: "http://www.example/one"}
    asked: Counter[str] = Counter()

    async def said(route: Route) -> None:
        asked[route.request.url] += 1
        script = f"<p>{route.request.url}<script>location.href = '{leads[route.request.url]}'</script>"
        await route.fulfill(body=script, content_type="text/html", headers={"x-times": str(sum(asked.values()))})

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        page = await browser.new_page()
        await page.route("**/*", said)
        steps = await Tabs(["www.example"]).navigations(page)
        await steps.begin()
        async with page.expect_event("requestfailed", lambda request: request.url == other):
            first = await page.goto("http://www.example/one", wait_until="commit")
            answer = await steps.answer(first)
        assert answer is not None
        assert answer.url in leads
        assert (steps.cut, asked) == (other, {"http://www.example/one": 2, other: 1})
        await steps.begin()
        assert steps.cut is None
        await browser.close()
