"""Playwright's driver, started with an environment of its own: no secret of the crawl reaches it, or the browser.

The driver and the browser inherit what the driver is started with, and Playwright has no option for that. So the one
function from which it takes the driver's environment is replaced, for good and before the first start; the process's
own environment is never touched, as other threads read it. Import Playwright's entry points from here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playwright._impl import _driver, transport
from playwright.async_api import async_playwright

from mtcrawler.fetch.browser import browser

if TYPE_CHECKING:
    from playwright.async_api._context_manager import PlaywrightContextManager as AsyncManager
    from playwright.sync_api._context_manager import PlaywrightContextManager

__all__ = ["async_playwright", "command", "environment", "process_of", "sync_playwright"]

PASSED: Final = frozenset(
    """PATH HOME USER LOGNAME TMPDIR TZ LD_LIBRARY_PATH
    LANG LANGUAGE LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME
    DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS
    XDG_CACHE_HOME XDG_CONFIG_DIRS XDG_CONFIG_HOME XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR XDG_SESSION_TYPE
    FONTCONFIG_FILE FONTCONFIG_PATH FONTCONFIG_SYSROOT
    PLAYWRIGHT_BROWSERS_PATH PLAYWRIGHT_HOST_PLATFORM_OVERRIDE PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS
    PW_LANG_NAME PW_LANG_NAME_VERSION PW_CLI_DISPLAY_VERSION""".split()
)
"""The variables that the driver and the browser get, where they are set; nothing else."""


def sync_playwright() -> PlaywrightContextManager:
    """Playwright for commands that do nothing else meanwhile."""
    from playwright import sync_api  # noqa: PLC0415 - a crawl does without it

    return sync_api.sync_playwright()


def process_of(manager: AsyncManager) -> int:
    """The process id of the driver that this has started; Playwright keeps it to itself."""
    client: Any = manager._client
    return int(client._transport._proc.pid)


def environment() -> dict[str, str]:
    """The variables of this process that the driver gets, and those that Playwright adds.

    Unless it is told where browsers lie, it looks where deploy/setup puts one: in the virtual environment, which other
    users see as well, when there is one; else in the user's own cache.
    """
    passed = {name: value for name, value in _driver.get_driver_env().items() if name in PASSED}
    return {"PLAYWRIGHT_BROWSERS_PATH": str(browser.BROWSERS), **passed} if browser.BROWSERS.is_dir() else passed


def command(*arguments: str) -> list[str]:
    """The command line of Playwright's own command; to be run with `environment`."""
    return [*_driver.compute_driver_executable(), *arguments]


transport.get_driver_env = environment  # type: ignore[attr-defined]  # imported there by name
