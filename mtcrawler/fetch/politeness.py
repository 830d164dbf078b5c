"""How gently a host is asked: as the settings say, except that a loopback address is our own machine."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from mtcrawler.markup.addresses import Site

logger = logging.getLogger(__name__)

UNHURRIED = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}


@dataclass(frozen=True)
class Politeness:
    """The pace of one crawl; `apply` must run before the settings freeze."""

    crawler: Crawler
    site: Site

    def apply(self) -> None:
        """Takes the waits away where the site is a mirror on loopback; a wish on the command line still wins."""
        if self.site.mirror is None or not is_loopback(urlsplit(self.site.mirror).hostname or ""):
            if not self.crawler.settings.get("CONTACT"):
                logger.warning("The site is not told whom to write to: set MTCRAWLER_CONTACT to a page or an address.")
            return
        tabs = self.crawler.settings.getint("RENDER_TABS")
        pace = {**UNHURRIED, "CONCURRENT_REQUESTS_PER_DOMAIN": tabs + 4, "CONCURRENT_REQUESTS": tabs + 4}
        for name, value in pace.items():
            self.crawler.settings.set(name, value, priority="spider")


def is_loopback(host: str) -> bool:
    """Whether the host name is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
