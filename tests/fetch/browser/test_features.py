"""Laws of what Chromium is told to do without."""

from __future__ import annotations

import psutil
from playwright.async_api import async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.features import FEATURES_OFF


async def test_what_playwright_switches_off_stays_off() -> None:
    """Of the flags that switch features off the last one counts; ours takes back nothing of Playwright's."""
    options = find_browser().launch_options
    options["args"] = [*options["args"], FEATURES_OFF]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**options)
        lines = [_line(process) for process in psutil.Process().children(recursive=True)]
        await browser.close()
    given = [
        [set(each.removeprefix("--disable-features=").split(",")) for each in line if "disable-features" in each]
        for line in lines
        if "--remote-debugging-pipe" in line
    ]
    assert given
    for theirs, ours in given:
        assert theirs < ours
        assert ours - theirs == {"RenderDocument"}


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
