"""What a page may not load, decided inside the browser: nothing that its article does not need."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error, Page

from mtcrawler.fetch.browser.browser import Browser
from mtcrawler.fetch.browser.features import FEATURES_OFF
from mtcrawler.markup.addresses import Site
from mtcrawler.overlays.view import draw_a_corner

# Their addresses are in the markup; that is all an article keeps of them.
NO_IMAGES = "--blink-settings=imagesEnabled=false"
NO_FONTS = "--disable-remote-fonts"
# What goes over UDP could not be relayed, and so is not sent.
NO_WAY_AROUND = (
    "--disable-quic",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
NOWHERE = "socks5://127.0.0.1:1"
"""A proxy that is none."""


@cache
def blocked_hosts() -> frozenset[str]:
    """Hosts of advertising, tracking, sharing and players, subdomains included; walls and consent tools are none."""
    lines = files(__package__).joinpath("blocked_hosts.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def launch_options(browser: Browser, site: Site, socks_proxy: int) -> dict[str, Any]:
    """Playwright's options to start this browser for pages of this site; `socks_proxy` is the port of the only way out.

    Playwright's driver can fetch as well (`page.request`): `proxy` binds it to the proxy, too. What it makes of it for
    Chromium stands before the arguments here, and Chromium listens to the last one.
    """
    options = browser.launch_options
    options["args"] = [*options["args"], *launch_arguments(site, socks_proxy)]
    options["proxy"] = {"server": f"socks5://127.0.0.1:{socks_proxy}", "bypass": "<-loopback>"}
    return options


def shared_options(browser: Browser) -> dict[str, Any]:
    """Playwright's options to start this browser for contexts of many sites: each has a way out of its own
    (`context_proxy`), and whatever is in none of them has none.
    """
    options = browser.launch_options
    options["args"] = [*options["args"], *_arguments(NOWHERE, "<-loopback>")]
    options["proxy"] = {"server": NOWHERE, "bypass": "<-loopback>"}
    return options


def context_proxy(site: Site, socks_proxy: int) -> dict[str, str]:
    """Playwright's `proxy` of a context for pages of this site in such a browser; it binds what the driver fetches for
    the context, too.
    """
    return {"server": f"socks5://127.0.0.1:{socks_proxy}", "bypass": ",".join(["<-loopback>", *_left_alone(site)])}


def launch_arguments(site: Site, socks_proxy: int) -> list[str]:
    """Chromium's arguments for pages of this site: what it does without, and hosts that do not exist."""
    return _arguments(f"socks5://127.0.0.1:{socks_proxy}", ";".join(["<-loopback>", *_left_alone(site)]))


def _left_alone(site: Site) -> list[str]:
    """Names of hosts that do not exist for pages of this site.

    They go around the proxy, to a resolver that knows no name. A mirrored crawl must never reach the publisher itself:
    its hosts are among them.
    """
    foreign = {
        host for host in blocked_hosts() if not any(own == host or own.endswith("." + host) for own in site.hosts)
    }
    names = [name for host in sorted(foreign) for name in (host, f"*.{host}")]
    return names + (sorted(site.hosts - {urlsplit(site.mirror).hostname}) if site.mirror else [])


def _arguments(proxy: str, bypass: str) -> list[str]:
    return [
        NO_IMAGES,
        NO_FONTS,
        FEATURES_OFF,
        *NO_WAY_AROUND,
        f"--proxy-server={proxy}",
        f"--proxy-bypass-list={bypass}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]


async def furnish(page: Page) -> None:
    """Make a new tab one for articles: what they do not need is not fetched in it, and next to nothing is drawn."""
    session = await page.context.new_cdp_session(page)
    await _refuse_media(session)
    await draw_a_corner(page, session)


async def _refuse_media(session: CDPSession) -> None:
    """Films and sound are never fetched; Chromium has no switch for them."""

    async def refuse(event: dict[str, Any]) -> None:
        with suppress(Error):  # the page has moved on
            failed = {"requestId": event["requestId"], "errorReason": "BlockedByClient"}
            await session.send("Fetch.failRequest", failed)

    session.on("Fetch.requestPaused", refuse)
    await session.send("Fetch.enable", {"patterns": [{"resourceType": "Media"}]})
