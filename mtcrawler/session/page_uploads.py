"""Kept pages on their way to the bucket: a thread beside all others, so that no article waits for them."""

from __future__ import annotations

import logging
import threading
from contextvars import copy_context
from typing import Final

from mtcrawler.model.errors import StoreError
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.session.plan import Plan
from mtcrawler.storage.pages.lifetime import note_days
from mtcrawler.storage.write.delivery import LOCAL

logger = logging.getLogger(__name__)

TICK: Final = 0.25
"""Seconds between looks at what is complete."""
PAUSE: Final = 15.0
"""Seconds after which it is tried again where the bucket did not take it."""


class PageUploads:
    """Works from the moment it is made until `end`; first it delivers what earlier runs left, and where no page is kept
    that is all.
    """

    def __init__(self, bucket: OpenBucket, plan: Plan) -> None:
        self._bucket, self._plan = bucket, plan
        self._ending = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._work,), name="page-uploads", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Complete the last segment and deliver it, unless the bucket is away; then it waits on disk, which is told."""
        pages = self._bucket.pages
        self._ending.set()
        self._thread.join()
        try:
            pages.cut()
            if not self._bucket.delivery.away:
                pages.upload()
        except (StoreError, *LOCAL) as err:
            logger.warning("Kept pages wait on disk; the next run delivers them. %s", err)
        finally:
            pages.close()

    def _work(self) -> None:
        pages, first, told = self._bucket.pages, True, False
        wait = 0.0
        while (first or self._plan.keep_pages != "never") and not self._ending.wait(wait):
            wait = TICK
            if self._bucket.delivery.away or not (first or pages.due):
                continue
            try:
                if first:
                    if self._plan.keep_pages != "never":
                        note_days(self._bucket.store, self._plan.keep_pages_days)
                    self._bucket.recover_pages()
                    first = False
                pages.upload()
                told = False
            except (StoreError, *LOCAL) as err:
                if not told:
                    logger.warning("Kept pages cannot be delivered now, and wait on disk: it is tried again. %s", err)
                told, wait = True, PAUSE
