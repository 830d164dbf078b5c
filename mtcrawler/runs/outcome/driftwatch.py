"""A run held against its publisher's baseline in the bucket: looked at before it is judged, remembered after."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import crawls_of
from mtcrawler.model.errors import StoreError
from mtcrawler.runs.outcome.drift import Drift, DriftLimits, drifts, is_news, marked, recall, remember, series_of
from mtcrawler.runs.outcome.profile import Profile

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from mtcrawler.session.session import Session

logger = logging.getLogger(__name__)


class DriftWatch:
    """One run's look at drift; it does nothing where the run has no bucket or was asked for single articles.

    A bucket that cannot be read or written costs the look, never the run. The methods wait for the bucket: call them
    in a thread. `before` is what earlier runs gave, together, once it was looked at; None where there are none.
    """

    def __init__(self, crawler: Crawler, session: Session, profile: Profile) -> None:
        self._settings, self._crawls, self._profile = crawler.settings, crawls_of(crawler.spidercls), profile
        self._series = series_of(self._settings.getdict("RUN_ARGUMENTS"))
        self._session = session
        self._found: list[Drift] = []
        self._earlier: list[Profile] = []
        self.before: Profile | None = None

    def look(self) -> list[Drift]:
        """What fell against earlier runs."""
        if self._series is None or not self._session.opened:
            return []
        limits = DriftLimits.of(settings_of(self._settings))
        try:
            baseline, _ = recall(self._session.client, self._crawls)
        except StoreError as err:
            logger.warning("Drift could not be checked. %s", err)
            return []
        earlier = self._earlier = baseline.earlier(self._series, limits.since)
        self.before = Profile.together(earlier)
        self._found = drifts(earlier, self._profile, limits)
        return self._found

    def remember(self) -> None:
        """Keep what this run gave for the next ones, where that is more than they would know without."""
        if self._series is None or not self._session.opened:
            return
        if not is_news(self._earlier, marked(self._profile, self._found)):
            return
        try:
            remember(self._session.client, self._crawls, self._series, marked(self._profile, self._found))
        except StoreError as err:
            logger.warning("This run could not be added to the drift baseline. %s", err)
