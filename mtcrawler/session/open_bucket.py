"""A bucket that is open to write, with what this machine keeps for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing

from mtcrawler.session import local_files
from mtcrawler.session.plan import Plan
from mtcrawler.storage.connection import connect_to_write
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.erasing import erase_in
from mtcrawler.storage.pages.segments import PageSegments
from mtcrawler.storage.unreadable_objects import LeftOut
from mtcrawler.storage.write import rejected
from mtcrawler.storage.write.change_feed import ChangeFeed
from mtcrawler.storage.write.delivery import Delivery
from mtcrawler.storage.write.spool import Spool
from mtcrawler.storage.write.writer import Writer


class OpenBucket:
    """The store of a plan, the index of its articles, its change feed, and the articles that wait for it on disk.

    The feed is caught up with when it is made; with `latest` as `ArticleIndex.refresh` says, for visits that have to be
    cheap. Raises StoreError, and errors of the disk and of SQLite. `told` hears what becomes of each article that is
    delivered, as `Delivery.counts` names it.
    """

    def __init__(
        self,
        plan: Plan,
        location: Location,
        *,
        connections: int,
        left_out: LeftOut | None = None,
        latest: bool = False,
        told: Callable[[str], None] = lambda what: None,
    ) -> None:
        self.location, tag = location, location.tag
        self.journals = plan.state_dir / f"journal-{tag}"
        with ExitStack() as opened:
            self.store = connect_to_write(location, left_out=left_out, connections=connections, folder=plan.state_dir)
            opened.callback(self.store.close)
            local_files.close_to_others(plan, tag)
            table = plan.state_dir / f"known-{tag}.sqlite"
            snapshots.fetch(self.store, table)
            self.known = opened.enter_context(closing(ArticleIndex(table)))
            self._segments = self.known.segments()
            self.feed = ChangeFeed(
                self.store,
                self.known,
                self.journals,
                plan.run_id,
                every_lines=plan.feed_lines,
                every_seconds=plan.feed_seconds,
            )
            opened.callback(self.feed.close)
            # First what was removed: what earlier runs left may tell of it.
            self.known.refresh(self.store, latest=latest)
            if self.feed.recover():
                self.known.refresh(self.store)  # theirs are segments of runs that began long ago
            self.writer = Writer(self.store, self.feed, self.known, plan.run_id)
            waiting = plan.spool_dir / f"{tag}{rejected.PAGES}"
            self.pages = PageSegments(self.store, waiting, plan.run_id, plan.keep_pages_max_bytes)
            opened.callback(self.pages.close)
            self.spool = Spool(plan.spool_dir / tag, plan.spool_max_bytes)
            self.delivery = Delivery(
                self.writer, self.spool, pause=plan.retry_seconds, pause_max=plan.retry_seconds_max, told=told
            )
            opened.pop_all()

    @property
    def has_news(self) -> bool:
        """Whether the feed or the checks have another number of segments than this machine knew of before."""
        return self.known.segments() != self._segments

    @property
    def unreadable(self) -> int:
        """Files on this machine that could not be read, and were left out."""
        return self.spool.rejected + self.feed.rejected

    def recover_pages(self) -> int:
        """Deliver the kept pages that runs which are over left on disk, but none of a removed article; returns the
        number of segments. Raises StoreError.
        """
        return self.pages.recover({one.id for one in self.known.removed()}) if self.pages.waiting else 0

    def erase_removed_pages(self) -> None:
        """Erase kept pages of what was removed while this run, or one that left pages on the disk, had it under way.

        For whoever delivered pages, after that, and after a look for removals. Raises StoreError.
        """
        removals, pages = self.feed.removals, self.pages
        ever = {one.id for one in self.known.removed()} if pages.recovered else set()
        for keys, ids in ((pages.uploaded, removals.removed.keys()), (pages.recovered, ever)):
            for key in keys if ids else ():
                erase_in(self.store, key, ids)

    def close(self) -> None:
        """Close what is open on this machine; the store can still be written."""
        self.pages.close()
        self.feed.close()
        self.known.close()
