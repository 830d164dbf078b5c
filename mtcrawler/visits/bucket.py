"""The bucket that all visits of a process write to; the embedded store is started once, and again where it ended."""

from __future__ import annotations

import threading

from scrapy.settings import BaseSettings

from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from mtcrawler.visits.turn import stores


class VisitedBucket:
    """Safe for threads."""

    def __init__(self, settings: BaseSettings) -> None:
        self._plan = plan_of(settings) if stores(settings) else None
        self._guard = threading.Lock()
        self._embedded: Location | None = None

    def location(self) -> Location | None:
        """Where it is; None where nothing is stored. Raises SettingError or StoreError."""
        if self._plan is None or self._plan.location is not None:
            return self._plan.location if self._plan else None
        store = Embedded(self._plan.store_dir)
        with self._guard:
            if self._embedded is None or not store.status().running:
                self._embedded = store.up()
            return self._embedded
