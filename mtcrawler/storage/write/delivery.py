"""Getting articles into the bucket whether the store is there or not: at once, or by way of the spool."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ObjectRefused, SpoolFull, StoreError
from mtcrawler.storage.port import OUTAGES
from mtcrawler.storage.write.spool import Spool, Waiting
from mtcrawler.storage.write.writer import Saved, Writer

logger = logging.getLogger(__name__)

LOCAL: Final = (OSError, sqlite3.Error)
"""Failures of this machine's disk."""
TICK: Final = 0.25
"""Seconds between looks at whether it is time to try again."""
SPOOLED: Final = Saved("spooled", "", 0)


class Delivery:
    """Stores articles, lets them wait on disk while the store is away, and delivers them when it answers again.

    The store is away from the first failure that is the store's own; then nothing is sent to it but one trial after
    a pause that doubles from `pause` to `pause_max` seconds, with jitter. What hinders one article alone (something
    unreadable under its key, our own disk) lets that one wait and no other. Only what the store refuses as an object
    that it never takes is kept aside (`rejected`). `told` hears of each count. `trouble` is the last failure of any
    of these kinds, in one line. Safe for threads.
    """

    def __init__(
        self,
        writer: Writer,
        spool: Spool,
        *,
        pause: float,
        pause_max: float,
        told: Callable[[str], None] = lambda what: None,
    ) -> None:
        self._writer, self._spool, self._told = writer, spool, told
        self._pause_min, self._pause_max = pause, pause_max
        self._guard, self._retrying = threading.Lock(), threading.Lock()
        self._away = False
        self._pause, self._try_at = pause, 0.0
        self._counts: Counter[str] = Counter()
        self._hindered: set[str] = set()
        self.trouble = ""

    @property
    def away(self) -> bool:
        """Whether the store did not answer last time."""
        return self._away

    @property
    def counts(self) -> dict[str, int]:
        """Articles by what became of them: new, revised, unchanged, duplicate, spooled, delivered, failed,
        removed (it was taken out on request).
        """
        with self._guard:
            return dict(self._counts)

    def store(self, article: Article) -> Saved:
        """Store an article, or let it wait. Raises SpoolFull, or ObjectRefused for an article that no store takes."""
        if not self._away:
            try:
                saved = self._writer.save(article)
            except OUTAGES as err:
                self.lost(err)
            except ObjectRefused as err:
                self._refused(article, err)
                raise
            except (StoreError, *LOCAL) as err:
                self._hinder(article, err)
            else:
                self._count(saved.outcome)
                return saved
        self._spool.add(self._writer.placed(article))
        self._count("spooled")
        return SPOOLED

    def duplicate(self, article: Article, first_id: str) -> bool:
        """Tell that an article is another address of a stored one; False where it waits. Raises as `store` does.

        It waits while anything waits, as the first may be among that; where the first never came to be stored, this
        one is stored in its place.
        """
        try:
            return self._duplicate(article, first_id)
        except SpoolFull:
            self._count("failed")  # nobody waits for a duplicate's storing, so nobody else counts it
            raise

    def _duplicate(self, article: Article, first_id: str) -> bool:
        if self._writer.bars(article, first_id):
            self._count("removed")
            return True
        if not self._away and len(self._spool) == 0:
            try:
                if self._writer.tell_duplicate(article, first_id):
                    self._count("duplicate")
                    return True
            except OUTAGES as err:
                self.lost(err)
            except ObjectRefused as err:
                self._refused(article, err, first_id)
                raise
            except (StoreError, *LOCAL) as err:
                self._hinder(article, err)
            else:
                self.store(article)
                return True
        self._spool.add(self._writer.placed(article), first_id)
        self._count("spooled")
        return False

    def lost(self, err: StoreError) -> None:
        """The store does not answer: say so once, and leave it alone for a while."""
        with self._guard:
            first, self._away = not self._away, True
            self.trouble = _told(err)
            self._rest()
        if first:
            logger.warning("The store is away, articles wait in %s. %s", self._spool.folder, err)

    def retry(self, *, now: bool = False) -> int:
        """Deliver what waits, when it is time (or now); returns how many articles were delivered."""
        with self._retrying:
            if not now and time.monotonic() < self._try_at:
                return 0
            if not self._away and len(self._spool) == 0:
                return 0
            delivered = 0
            try:
                if self._away:
                    self._writer.check()
                delivered = self._spool.deliver(self._deliver)
            except OUTAGES as err:
                self.lost(err)
                return 0
            self._found(delivered)
            return delivered

    def finish(self, seconds: float) -> None:
        """Deliver what waits, and wait for a store that is away while it has something to get: as long as it takes
        something within so many seconds each time, for one that is slow or asks for patience is one that answers.
        """
        self.retry(now=True)
        ends, waiting = time.monotonic() + seconds, len(self._spool)
        while self._away and waiting and time.monotonic() < ends:
            time.sleep(TICK)
            self.retry()
            if len(self._spool) < waiting:
                ends = time.monotonic() + seconds
            waiting = len(self._spool)

    def _deliver(self, waiting: Waiting) -> bool:
        """Store what waited; False where it has to go on waiting."""
        try:
            if self._writer.bars(waiting.article, waiting.duplicate_of):
                outcome = "removed"
            elif waiting.duplicate_of and self._writer.tell_duplicate(waiting.article, waiting.duplicate_of):
                outcome = "duplicate"
            else:
                outcome = self._writer.save(waiting.article).outcome
        except OUTAGES:
            raise
        except ObjectRefused as err:
            self._refused(waiting.article, err, waiting.duplicate_of)
        except (StoreError, *LOCAL) as err:
            self._hinder(waiting.article, err)
            return False
        else:
            self._count("delivered")
            self._count(outcome)
        return True

    def _hinder(self, article: Article, err: Exception) -> None:
        """Say, once for each article, what it has to wait for."""
        with self._guard:
            first = article.id not in self._hindered
            self.trouble = _told(err)
            self._hindered.add(article.id)
        if first:
            waits = f"The article {article.canonical_url} waits in {self._spool.folder}; the next run delivers it."
            logger.error("%s %s", _told(err), waits)

    def _refused(self, article: Article, err: StoreError, duplicate_of: str | None = None) -> None:
        """Keep an article that the store does not take, and say where."""
        self._count("failed")
        self.trouble = _told(err)
        try:
            place = self._spool.set_aside(self._writer.placed(article), duplicate_of)
        except OSError as why:
            logger.error("%s The article %s cannot be kept either (%s).", err, article.canonical_url, why)
        else:
            logger.error(
                "%s The article %s is kept in %s; `mtcrawler store redeliver` tries it again.",
                err,
                article.canonical_url,
                place,
            )

    def _found(self, delivered: int) -> None:
        with self._guard:
            was_away, self._away = self._away, False
            if delivered or was_away:
                self._pause = self._pause_min
            if len(self._spool):  # what is hindered is not tried again and again
                self._rest()
        if was_away or delivered:
            logger.info("The store answers: %d articles that waited are delivered.", delivered)

    def _rest(self) -> None:
        # Jitter, so that the crawlers of one bucket do not all come back at the same moment.
        self._try_at = time.monotonic() + self._pause * random.uniform(0.5, 1.5)  # noqa: S311
        self._pause = min(self._pause * 2, self._pause_max)

    def _count(self, what: str) -> None:
        with self._guard:
            self._counts[what] += 1
        self._told(what)


def _told(err: Exception) -> str:
    """An error as one line."""
    return " ".join(str(err).split())
