"""How gently a host is asked: as the settings say, or gentler where its definition does; our own machine needs none."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from mtcrawler.config.reading import settings_of
from mtcrawler.markup.addresses import Site
from mtcrawler.security.loopback import is_loopback
from mtcrawler.sites.definition import Pace

logger = logging.getLogger(__name__)

DELAY = "DOWNLOAD_DELAY"
UNHURRIED = {DELAY: 0, "AUTOTHROTTLE_ENABLED": False}


@dataclass(frozen=True)
class SitePace:
    """The pace of one crawl; `apply` must run before the settings freeze."""

    crawler: Crawler
    site: Site
    pace: Pace = field(default_factory=Pace)

    def apply(self) -> None:
        """Takes the waits away where the site is a mirror on loopback; a wish on the command line still wins.

        Elsewhere the definition may ask for more room than the settings give, and never for less.
        """
        if self.site.mirror is None or not is_loopback(urlsplit(self.site.mirror).hostname or ""):
            if not settings_of(self.crawler.settings).CONTACT:
                logger.warning("No contact address is set: set MTCRAWLER_CONTACT to a web page or a mail address.")
            self._give_room()
            return
        tabs = settings_of(self.crawler.settings).RENDER_TABS
        pace = {**UNHURRIED, "CONCURRENT_REQUESTS_PER_DOMAIN": tabs + 4, "CONCURRENT_REQUESTS": tabs + 4}
        for name, value in pace.items():
            self.crawler.settings.set(name, value, priority="spider")

    def _give_room(self) -> None:
        settings, typed = self.crawler.settings, settings_of(self.crawler.settings)
        if self.pace.delay is not None and self.pace.delay > typed.DOWNLOAD_DELAY:
            settings.set("DOWNLOAD_DELAY", self.pace.delay, priority="spider")
        if (most := self.pace.at_once) and most < typed.CONCURRENT_REQUESTS_PER_DOMAIN:
            settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", most, priority="spider")


def delay_of(settings: BaseSettings, site: Site, pace: Pace) -> float:
    """Seconds between two requests of one who asks a site once after the other, by what a crawl's pace would be."""
    typed = settings_of(settings)
    if site.mirror is not None and is_loopback(urlsplit(site.mirror).hostname or ""):
        wished = (settings.getpriority(DELAY) or 0) > SETTINGS_PRIORITIES["spider"]
        return typed.DOWNLOAD_DELAY if wished else 0.0
    first = typed.AUTOTHROTTLE_START_DELAY if typed.AUTOTHROTTLE_ENABLED else 0.0
    return max(typed.DOWNLOAD_DELAY, first, pace.delay or 0.0)
