"""The articles that a crawl hands in: claimed, related and stored, in threads of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, TypeVar

from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.model.article import Article
from mtcrawler.model.errors import StoreError
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.session.waiting_duplicates import WaitingDuplicates
from mtcrawler.storage.index.claims import Claim, Claims
from mtcrawler.storage.write.delivery import LOCAL
from mtcrawler.storage.write.writer import Saved

if TYPE_CHECKING:
    from mtcrawler.storage.write.near_duplicates import NearDuplicates

logger = logging.getLogger(__name__)

_Given = TypeVar("_Given")


class Submissions:
    """What becomes of each article of a crawl in its bucket; `recrawl_policy` is told what was looked at.

    All methods but `finish` return at once.
    """

    def __init__(self, bucket: OpenBucket, recrawl_policy: RecrawlPolicy, threads: int) -> None:
        self._bucket, self._recrawl_policy = bucket, recrawl_policy
        self._claims = Claims(bucket.known)
        self._near_duplicates: NearDuplicates | None = None
        self._comparing = threading.Lock()
        self._waiting = WaitingDuplicates()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="store")

    def claim(self, article: Article) -> Claim:
        """Whether this article may be stored or another was first."""
        return self._claims.claim(article)

    def relate(self, article: Article) -> Future[Article]:
        """The claimed article with the near-duplicates it has by now; later articles may name it from then on."""
        return self._submit(self._relate, article)

    def store(self, article: Article) -> Future[Saved]:
        """Store a claimed article, or let it wait on disk; the future fails with SpoolFull or another StoreError."""
        return self._submit(self._store, article)

    def duplicate(self, article: Article, first_id: str) -> None:
        """Tell, once the first is stored, that this article is another address of it."""
        if not (self._claims.taken(first_id) and self._waiting.wait_for(first_id, article)):
            self._submit(self._duplicate, article, first_id)

    def walled(self, article: Article) -> None:
        """Tell that only a part of this article is free to read, and that it is not stored."""
        self._submit(self._walled, article)

    def _submit(self, work: Callable[..., _Given], *arguments: Any) -> Future[_Given]:
        """Have this done by a thread of the pool, whose log lines are the crawl's."""
        return self._pool.submit(copy_context().run, work, *arguments)

    def finish(self) -> None:
        """Wait for everything that is under way; no further article is taken."""
        self._pool.shutdown(wait=True)

    def tell_left(self) -> None:
        """Tell the duplicates whose first article never came."""
        for first_id, article in self._waiting.left():
            self._duplicate(article, first_id)

    def _relate(self, article: Article) -> Article:
        try:
            return self._compared_with().relate(article)
        except BaseException:
            self._claims.release(article)
            self._settle(article.id)
            raise

    def _compared_with(self) -> NearDuplicates:
        """What articles are compared with, once there is one to compare."""
        with self._comparing:
            if self._near_duplicates is None:
                from mtcrawler.storage.write.near_duplicates import NearDuplicates  # noqa: PLC0415 - it needs numpy

                self._near_duplicates = NearDuplicates(self._bucket.store, self._bucket.known)
            return self._near_duplicates

    def _store(self, article: Article) -> Saved:
        try:
            saved = self._bucket.delivery.store(article)
            self._recrawl_policy.looked(article, saved.outcome)
            return saved
        except StoreError:
            self._claims.release(article)
            raise
        finally:
            self._settle(article.id)

    def _settle(self, article_id: str) -> None:
        """The article is stored or given up: what waits for it is told."""
        for duplicate in self._waiting.settle(article_id):
            self._duplicate(duplicate, article_id)

    def _duplicate(self, article: Article, first_id: str) -> None:
        try:
            if self._bucket.delivery.duplicate(article, first_id):
                self._recrawl_policy.looked(article, "unchanged")
        except StoreError as err:
            self._claims.release(article)
            logger.error("%s", err)

    def _walled(self, article: Article) -> None:
        try:
            self._bucket.writer.tell_walled(article)
        except (StoreError, *LOCAL) as err:
            logger.error("%s", err)
