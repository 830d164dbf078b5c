"""One crawl's dealings with its bucket: opened once, shared by every stage, closed last."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.model.article import Article
from mtcrawler.model.errors import MtcrawlerError, StoreError
from mtcrawler.session import local_files
from mtcrawler.session.plan import Plan
from mtcrawler.session.waiting_duplicates import WaitingDuplicates
from mtcrawler.storage.connection import connect_to_write
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.claims import Claim, Claims
from mtcrawler.storage.layout import run_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import JSON, OUTAGES, ObjectStore
from mtcrawler.storage.unreadable_objects import LeftOut
from mtcrawler.storage.write.change_feed import ChangeFeed
from mtcrawler.storage.write.delivery import Delivery
from mtcrawler.storage.write.near_duplicates import NearDuplicates
from mtcrawler.storage.write.spool import Spool
from mtcrawler.storage.write.writer import Saved, Writer

logger = logging.getLogger(__name__)

TICK = 0.25  # seconds between looks at what is due
LOCAL = (OSError, sqlite3.Error)  # failures of this machine's disk


class Session:
    """The bucket as a crawl uses it: claim, relate, store, tell; articles wait on disk while the store is away.

    `failure` is what kept the end of the run from being written, once it is closed: its articles are in the bucket,
    the rest waits on disk. `left_out` is told of every object that could not be read, also by who reads beside it.
    `open` and `close` may be called by several stages at once; the first call does the work. `relate`, `submit` and
    `submit_duplicate` work in threads of the session's own and return at once, so a reactor is never held up.
    """

    location: Location
    client: ObjectStore
    known: ArticleIndex
    memory: RecrawlPolicy
    writer: Writer

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.error: MtcrawlerError | None = None
        self.failure: StoreError | None = None
        self.left_out = LeftOut()
        self._opening, self._closing = threading.Lock(), threading.Lock()
        self._opened = self._closed = False
        self._ending = threading.Event()
        self._last_works: list[Callable[[ObjectStore], None]] = []
        self._waiting = WaitingDuplicates()

    @property
    def run_id(self) -> str:
        """The run's name, as it stands in keys and lines."""
        return self.plan.run_id

    @property
    def counts(self) -> dict[str, int]:
        """Articles by what became of them (`Delivery.counts`), how many wait on disk now, and what was unreadable."""
        if not self._opened:
            return {}
        found = {**self._delivery.counts, "waiting": len(self._spool)}
        return {**found, "unreadable": self.unreadable} if self.unreadable else found

    @property
    def unreadable(self) -> int:
        """Objects of the bucket and files on disk that could not be read, and were left out."""
        return len(self.left_out) + (self._spool.rejected + self._feed.rejected if self._opened else 0)

    @property
    def away(self) -> bool:
        """Whether the store does not answer at the moment."""
        return self._opened and self._delivery.away

    @property
    def fullness(self) -> float:
        """How full the spool is, from 0 to 1."""
        return self._spool.fullness

    def open(self) -> None:
        """Find the bucket, learn how it behaves, catch up with the feed, deliver what earlier runs left.

        Raises StoreError or SettingError, the same again for every later caller.
        """
        with self._opening:
            if self.error is not None:
                raise self.error
            if self._opened:
                return
            try:
                with local_files.named(self.plan):
                    self._open()
            except BaseException as err:
                self._give_up()
                self.error = err if isinstance(err, MtcrawlerError) else None
                raise
            self._opened = True

    def claim(self, article: Article) -> Claim:
        """Whether this article may be stored or another was first; never waits for the store."""
        return self._claims.claim(article)

    def relate(self, article: Article) -> Future[Article]:
        """The claimed article with the near-duplicates it has by now; later articles may name it from then on."""
        return self._pool.submit(self._relate, article)

    def submit(self, article: Article) -> Future[Saved]:
        """Store a claimed article, or let it wait on disk; the future fails with SpoolFull or another StoreError."""
        return self._pool.submit(self._store, article)

    def submit_duplicate(self, article: Article, first_id: str) -> None:
        """Tell, once the first is stored, that this article is another address of it."""
        if not (self._claims.taken(first_id) and self._waiting.wait_for(first_id, article)):
            self._pool.submit(self._duplicate, article, first_id)

    def submit_walled(self, article: Article) -> None:
        """Tell that only a part of this article is free to read, and that it is not stored."""
        self._pool.submit(self._walled, article)

    def tell_gone(self, article_id: str) -> bool:
        """Tell the feed that the publisher took an article away; it is kept. False if that is told already."""
        return self.writer.tell_gone(article_id)

    def at_the_end(self, work: Callable[[ObjectStore], None]) -> None:
        """Have this done before the bucket is closed; where it fails (StoreError) only the next run is slower."""
        self._last_works.append(work)

    @property
    def opened(self) -> bool:
        """Whether the bucket could be opened."""
        return self._opened

    def put_run_file(self, run_id: str, date: str, name: str, body: bytes, content_type: str = JSON) -> str:
        """Write a file of a run (manifest, report, evidence/…); returns its key. Works after `close` too.

        `date` is the run's day, YYYY-MM-DD. Raises StoreError.
        """
        key = run_key(date, run_id, name)
        self.client.put(key, body, content_type=content_type, metadata={"run-id": run_id})
        return key

    def close(self) -> None:
        """Finish what is under way, deliver what waits if the store lets us, and write the rest of the feed.

        What cannot be written stays on disk for the next run.
        """
        with self._closing:
            if self._closed or not self._opened:
                return
            self._closed = True
            self._pool.shutdown(wait=True)
            self._ending.set()
            self._keeper.join()
            for first_id, article in self._waiting.left():
                self._duplicate(article, first_id)
            for step in (self._deliver_last, self._flush_last, self._feed.close, self._remember, self.known.close):
                try:
                    step()
                except LOCAL as err:
                    self.failure = self.failure or local_files.unfinished(self.plan.state_dir, err)

    def _open(self) -> None:
        plan = self.plan
        self.location = plan.location or Embedded(plan.store_dir).up()
        self.client = connect_to_write(self.location, left_out=self.left_out, connections=plan.threads + 4)
        if not self.client.conditional:
            logger.warning(
                "%s does not honour conditional writes: articles are looked for before they are written, which is "
                "safe for one crawler at a time only.",
                self.location.where,
            )
        tag = self.location.tag
        local_files.close_to_others(plan, tag)
        local_files.tell_rejected(plan, tag)
        table = plan.state_dir / f"known-{tag}.sqlite"
        snapshots.fetch(self.client, table)
        self.known = ArticleIndex(table)
        self._feed = ChangeFeed(
            self.client,
            self.known,
            plan.state_dir / f"journal-{tag}",
            plan.run_id,
            every_lines=plan.feed_lines,
            every_seconds=plan.feed_seconds,
        )
        self._feed.recover()
        self.known.refresh(self.client)
        self.memory = RecrawlPolicy(self.client, self.known, plan.schedule, plan.run_id)
        self.writer = Writer(self.client, self._feed, self.known, plan.run_id)
        self._spool = Spool(plan.spool_dir / tag, plan.spool_max_bytes)
        self._delivery = Delivery(self.writer, self._spool, pause=plan.retry_seconds, pause_max=plan.retry_seconds_max)
        self._delivery.retry(now=True)
        self._claims = Claims(self.known)
        self._near_duplicates = NearDuplicates(self.client, self.known)
        self._pool = ThreadPoolExecutor(plan.threads, thread_name_prefix="store")
        self._keeper = threading.Thread(target=self._keep, name="store-keeper", daemon=True)
        self._keeper.start()

    def _give_up(self) -> None:
        """Close what was opened of a session that could not be."""
        for opened in [self.__dict__[name] for name in ("_feed", "known") if name in self.__dict__]:
            opened.close()

    def _relate(self, article: Article) -> Article:
        try:
            return self._near_duplicates.relate(article)
        except BaseException:
            self._claims.release(article)
            self._settle(article.id)
            raise

    def _store(self, article: Article) -> Saved:
        try:
            saved = self._delivery.store(article)
            self.memory.looked(article, saved.outcome)
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
            if self._delivery.duplicate(article, first_id):
                self.memory.looked(article, "unchanged")
        except StoreError as err:
            self._claims.release(article)
            logger.error("%s", err)

    def _walled(self, article: Article) -> None:
        try:
            self.writer.tell_walled(article)
        except StoreError as err:
            logger.error("%s", err)

    def _keep(self) -> None:
        """Write segments when they are due and deliver what waits, until the session closes."""
        hindered = False
        while not self._ending.wait(TICK):
            try:
                if self._feed.due and not self._delivery.away:
                    self._feed.flush()
                self._delivery.retry()
                hindered = False
            except OUTAGES as err:
                self._delivery.lost(err)
            except (StoreError, *LOCAL):
                if not hindered:
                    logger.exception("The change feed or the spool cannot be written now; it is tried again")
                hindered = True

    def _deliver_last(self) -> None:
        deadline = time.monotonic() + self.plan.closing_seconds
        self._delivery.retry(now=True)
        while len(self._spool) and time.monotonic() < deadline:
            time.sleep(TICK)
            self._delivery.retry()
        if len(self._spool):
            logger.warning("%d articles wait in %s; the next run delivers them.", len(self._spool), self._spool.folder)

    def _remember(self) -> None:
        """What makes the next run quicker; a run is none the worse without."""
        try:
            self.memory.flush()
            for work in self._last_works:
                work(self.client)
        except StoreError as err:
            logger.info("What pages were looked at is not written down; the next run looks again. %s", err)
            return
        try:
            snapshots.keep(self.client, self.known, self.run_id, self.plan.snapshot_segments)
        except (StoreError, *LOCAL) as err:
            logger.info("No snapshot of the feed is written; a later run writes one. %s", err)

    def _flush_last(self) -> None:
        try:
            self._feed.flush()
        except StoreError as err:
            waits = "its end waits on disk", f"Run again: nothing is lost, and the next run delivers it. {err}"
            self.failure = StoreError("writing the change feed", *waits)
            logger.warning("%s", self.failure)
