"""What a page may not load, decided inside the browser: nothing that its article does not need."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Error, Page

from mtcrawler.discovery.addresses import Site

# Their addresses are in the markup; that is all an article keeps of them.
NO_IMAGES = "--blink-settings=imagesEnabled=false"
NO_FONTS = "--disable-remote-fonts"
NOWHERE = "~NOTFOUND"


@cache
def strangers() -> frozenset[str]:
    """Hosts of advertising, tracking, sharing and players, subdomains included; walls and consent tools are none."""
    lines = files(__package__).joinpath("strangers.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def launch_arguments(site: Site) -> list[str]:
    """Chromium's arguments for pages of this site: what is not loaded, and hosts that do not exist.

    A mirrored crawl must never reach the publisher itself: its hosts then do not exist either.
    """
    foreign = {host for host in strangers() if not any(own == host or own.endswith("." + host) for own in site.hosts)}
    away = site.hosts if site.mirror else frozenset[str]()
    names = [f"MAP {name} {NOWHERE}" for host in sorted(foreign) for name in (host, f"*.{host}")]
    names += [f"MAP {host} {NOWHERE}" for host in sorted(away)]
    return [NO_IMAGES, NO_FONTS, "--host-resolver-rules=" + ", ".join(names)]


async def refuse_media(page: Page) -> None:
    """Films and sound are never fetched in this tab; Chromium has no switch for them."""
    session = await page.context.new_cdp_session(page)

    async def refuse(event: dict[str, Any]) -> None:
        with suppress(Error):  # the page has moved on
            failed = {"requestId": event["requestId"], "errorReason": "BlockedByClient"}
            await session.send("Fetch.failRequest", failed)

    session.on("Fetch.requestPaused", refuse)
    await session.send("Fetch.enable", {"patterns": [{"resourceType": "Media"}]})
