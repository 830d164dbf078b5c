"""The end of a session: the last articles and lines go to the bucket, and what makes the next run quicker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.model.errors import StoreError
from mtcrawler.session import local_files
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.session.plan import Plan
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.write.delivery import LOCAL

logger = logging.getLogger(__name__)


class Ending:
    """The last steps with a bucket, in their order; one that fails costs no other.

    `failure` is what kept the end of the run from being written: the rest waits on disk for the next run.
    """

    def __init__(self, plan: Plan, bucket: OpenBucket, recrawl_policy: RecrawlPolicy) -> None:
        self._plan, self._bucket, self._recrawl_policy = plan, bucket, recrawl_policy
        self.failure: StoreError | None = None
        self._knows_removals = True

    def run(self, last_works: Sequence[Callable[[ObjectStore], None]]) -> None:
        """Do all of them; `last_works` are those of other parts of the crawl."""
        for step in (
            self._deliver,
            self._flush,
            self._bucket.feed.close,
            self._take_back,
            lambda: self._remember(last_works),
            self._bucket.known.close,
        ):
            try:
                step()
            except LOCAL as err:
                self.failure = self.failure or local_files.unfinished(self._plan.state_dir, err)

    def _deliver(self) -> None:
        self._bucket.delivery.finish(self._plan.closing_seconds)
        if waiting := len(self._bucket.spool):
            logger.warning("%d articles wait in %s; the next run delivers them.", waiting, self._bucket.spool.folder)

    def _flush(self) -> None:
        try:
            self._bucket.feed.flush()
        except StoreError as err:
            waits = "its end waits on disk", f"Run again: nothing is lost, and the next run delivers it. {err}"
            self.failure = StoreError("writing the change feed", *waits)
            logger.warning("%s", self.failure)

    def _take_back(self) -> None:
        """Learn what was removed meanwhile, and erase its pages. A run that writes nothing asks for nothing."""
        bucket = self._bucket
        pages = bucket.pages.uploaded or bucket.pages.recovered
        if not (bucket.delivery.counts or pages or len(bucket.known.checks) or bucket.has_news):
            return
        self._knows_removals = False
        try:
            bucket.feed.removals.look()
            self._knows_removals = True
            bucket.erase_removed_pages()
        except StoreError as err:
            if pages:
                remedy = f"Run mtcrawler remove again for what was removed while this run lasted. {err}"
                self.failure = self.failure or StoreError(
                    "erasing kept pages of removed articles", "the bucket could not be asked for all of them", remedy
                )
                logger.warning("%s", self.failure)

    def _remember(self, last_works: Sequence[Callable[[ObjectStore], None]]) -> None:
        """What makes the next run quicker; a run is none the worse without."""
        store = self._bucket.store
        if not self._knows_removals:
            logger.info("When pages were checked is not saved, as the bucket does not say what was removed meanwhile.")
            return
        try:
            self._recrawl_policy.flush()
            for work in last_works:
                work(store)
        except StoreError as err:
            logger.info("When pages were checked could not be saved; the next run checks them again. %s", err)
            return
        if not self._bucket.has_news:  # the run that wrote the last segment saw to it, or the next one with news does
            return
        try:
            snapshots.keep(store, self._bucket.known, self._plan.run_id, self._plan.snapshot_segments)
        except (StoreError, *LOCAL) as err:
            logger.info("No snapshot of the feed is written; the next run with news writes one. %s", err)
