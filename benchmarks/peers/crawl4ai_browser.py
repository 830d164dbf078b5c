"""The browser that all contenders share, for crawl4ai, which has no option for the path of one."""

from __future__ import annotations

from typing import Any

from crawl4ai.browser_manager import BrowserManager


def use_browser(path: str | None) -> None:
    """Complete what it starts Playwright with; None leaves it as it is."""
    made = BrowserManager._build_browser_args

    def completed(self: Any) -> dict[str, Any]:
        return {**made(self), **({"executable_path": path} if path else {})}

    BrowserManager._build_browser_args = completed
