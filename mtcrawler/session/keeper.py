"""The keeper of an open bucket: a thread that writes segments when they are due and delivers what waits."""

from __future__ import annotations

import logging
import threading
from contextvars import copy_context
from typing import Final

from mtcrawler.model.errors import StoreError
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.storage.port import OUTAGES
from mtcrawler.storage.write.delivery import LOCAL

logger = logging.getLogger(__name__)

TICK: Final = 0.25
"""Seconds between looks at what is due."""


class Keeper:
    """Works from the moment it is made until `end`."""

    def __init__(self, bucket: OpenBucket) -> None:
        self._bucket = bucket
        self._ending = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._keep,), name="store-keeper", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let it finish what it is at, and wait for it."""
        self._ending.set()
        self._thread.join()

    def _keep(self) -> None:
        feed, delivery = self._bucket.feed, self._bucket.delivery
        hindered = False
        while not self._ending.wait(TICK):
            try:
                if feed.due and not delivery.away:
                    feed.flush()
                delivery.retry()
                hindered = False
            except OUTAGES as err:
                delivery.lost(err)
            except (StoreError, *LOCAL) as err:
                if not hindered:
                    logger.error("The change feed or the spool cannot be written now; it is tried again. %s", err)
                hindered = True
