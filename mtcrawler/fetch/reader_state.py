"""As whom a site is read in one crawl: everyone, or a subscriber by their own session; and when its meter trips."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.sessions import ReaderSession
from mtcrawler.model.article import Tier
from mtcrawler.model.errors import SessionExpired

logger = logging.getLogger(__name__)


class PaywallMeterReached(IgnoreRequest):
    """The site's free articles are used up for now; it is not asked for walled pages."""


class ReaderState:
    """The reader's side of a crawl of the site at `host`; what it saw of walls is in the stats.

    They stand there under `wall/` and `session/`.
    """

    def __init__(self, crawler: Crawler, host: str) -> None:
        self._crawler, self._host = crawler, host
        self._session: ReaderSession | None = None
        self._tripped = False

    @property
    def subscribes(self) -> bool:
        """Whether a subscriber's session is meant to be used."""
        return self._host in settings_of(self._crawler.settings).READER_SESSIONS

    @cached_property
    def context(self) -> dict[str, Any]:
        """What the browser's context is made with: its own for each crawl, so no session meets another site."""
        settings = self._crawler.settings
        made: dict[str, Any] = settings.getdict("RENDER_CONTEXT")
        if path := settings_of(settings).READER_SESSIONS.get(self._host):
            try:
                self._session = session = ReaderSession.open(self._host, Path(path))
            except SessionExpired as err:
                self._expired(err)
            else:
                made["storage_state"] = session.state
        return made

    def saw(self, wall: Tier | None, url: str) -> None:
        """Takes note of a wall that stands on a page."""
        if wall is None:
            return
        self._crawler.stats.inc_value(f"wall/{wall}")
        if self._session is not None:
            self._expired(self._session.expired(f"{url} stands behind a wall although a session is used"))
        if wall == "metered" and not self._tripped:
            self._tripped = True
            logger.warning("The paywall meter was reached at %s: this run fetches no more of the site's pages.", url)

    def check_meter(self, url: str) -> None:
        """Raises PaywallMeterReached once it has."""
        if self._tripped:
            self._crawler.stats.inc_value("wall/not-asked")
            raise PaywallMeterReached(f"{url}: the site's paywall meter was reached")

    def _expired(self, err: SessionExpired) -> None:
        if not self._crawler.stats.get_value("session/expired"):
            logger.error("%s", err)
        self._crawler.stats.set_value("session/expired", 1)
