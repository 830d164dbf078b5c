"""One crawl's dealings with its bucket: opened once, shared by every stage, closed last."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.model.article import Article
from mtcrawler.model.errors import MtcrawlerError, StoreError
from mtcrawler.session import local_files
from mtcrawler.session.ending import Ending
from mtcrawler.session.keeper import Keeper
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.session.page_uploads import PageUploads
from mtcrawler.session.plan import Plan
from mtcrawler.session.submissions import Submissions
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.claims import Claim
from mtcrawler.storage.layout import run_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.keeping import PagesUnderWay
from mtcrawler.storage.port import JSON, ObjectStore, StorePatience
from mtcrawler.storage.unreadable_objects import LeftOut
from mtcrawler.storage.write.writer import Saved, Writer

logger = logging.getLogger(__name__)


class Session:
    """The bucket as a crawl uses it: claim, relate, store, tell; articles wait on disk while the store is away.

    `failure` is what kept the end of the run from being written, once it is closed: its articles are in the bucket,
    the rest waits on disk. `pages` are those whose articles are under way. `left_out` is told of every object that
    could not be read, also by who reads beside it.
    `open` and `close` may be called by several stages at once; the first call does the work. While the store is busy
    `open` waits as long as `patience` lasts. `relate`, `submit` and `submit_duplicate` work in threads of the session's
    own and return at once, so a reactor is never held up.
    """

    bucket: OpenBucket
    location: Location
    client: ObjectStore
    known: ArticleIndex
    recrawl_policy: RecrawlPolicy
    writer: Writer

    def __init__(self, plan: Plan, patience: StorePatience | None = None) -> None:
        self.plan, self._patience = plan, patience or StorePatience()
        self.error: MtcrawlerError | None = None
        self.failure: StoreError | None = None
        self.left_out = LeftOut()
        self.pages = PagesUnderWay(plan.keep_pages)
        self._opening, self._closing = threading.Lock(), threading.Lock()
        self.opened = self._closed = False
        self._last_works: list[Callable[[ObjectStore], None]] = []

    @property
    def run_id(self) -> str:
        """The run's name, as it stands in keys and lines."""
        return self.plan.run_id

    @property
    def counts(self) -> dict[str, int]:
        """Articles by what became of them (`Delivery.counts`), how many wait on disk now, and what was unreadable."""
        if not self.opened:
            return {}
        found = {**self.bucket.delivery.counts, "waiting": len(self.bucket.spool)}
        more = {"unreadable": self.unreadable, "replaced": self.writer.replaced}
        return {**found, **{name: number for name, number in more.items() if number}}

    @property
    def unreadable(self) -> int:
        """Objects of the bucket and files on disk that could not be read, and were left out."""
        return len(self.left_out) + (self.bucket.unreadable if self.opened else 0)

    @property
    def away(self) -> bool:
        """Whether the store does not answer at the moment."""
        return self.opened and self.bucket.delivery.away

    @property
    def trouble(self) -> str:
        """The last failure that made articles wait, or kept one from being stored; "" where there was none."""
        return self.bucket.delivery.trouble if self.opened else ""

    @property
    def fullness(self) -> float:
        """How full the spool is, from 0 to 1."""
        return self.bucket.spool.fullness

    def open(self) -> None:
        """Find the bucket, learn how it behaves, catch up with the feed, deliver what earlier runs left.

        Raises StoreError or SettingError, the same again for every later caller.
        """
        with self._opening:
            if self.error is not None:
                raise self.error
            if self.opened:
                return
            try:
                with local_files.named(self.plan):
                    self._patience.ask(self._open, logger.warning)
            except MtcrawlerError as err:
                self.error = err
                raise
            self.opened = True

    def refuse(self, error: MtcrawlerError) -> None:
        """Have every `open` raise this: for work that has no bucket."""
        self.error = error

    def claim(self, article: Article) -> Claim:
        """Whether this article may be stored or another was first; never waits for the store."""
        return self._submissions.claim(article)

    def relate(self, article: Article) -> Future[Article]:
        """The claimed article with the near-duplicates it has by now; later articles may name it from then on."""
        return self._submissions.relate(article)

    def submit(self, article: Article) -> Future[Saved]:
        """Store a claimed article, or let it wait on disk; the future fails with SpoolFull or another StoreError."""
        return self._submissions.store(article)

    def submit_duplicate(self, article: Article, first_id: str) -> None:
        """Tell, once the first is stored, that this article is another address of it."""
        self._submissions.duplicate(article, first_id)

    def submit_walled(self, article: Article) -> None:
        """Tell that only a part of this article is free to read, and that it is not stored."""
        self._submissions.walled(article)

    def tell_gone(self, article_id: str) -> bool:
        """Tell the feed that the publisher took an article away; it is kept. False if that is told already."""
        return self.writer.tell_gone(article_id)

    @property
    def removed(self) -> frozenset[str]:
        """The ids of what was taken out of the bucket on request, and told so since the run began."""
        return frozenset(self.bucket.feed.removals.removed) if self.opened else frozenset()

    def at_the_end(self, work: Callable[[ObjectStore], None]) -> None:
        """Have this done before the bucket is closed; where it fails (StoreError) only the next run is slower."""
        self._last_works.append(work)

    def put_run_file(self, run_id: str, date: str, name: str, body: bytes, content_type: str = JSON) -> str:
        """Write a file of a run (manifest, report, evidence/…); returns its key. Works after `close` too.

        `date` is the run's day, YYYY-MM-DD. Raises StoreError.
        """
        key = run_key(date, run_id, name)
        self.client.put(key, body, content_type=content_type, metadata={"run-id": run_id})
        return key

    def delete_run_file(self, run_id: str, date: str, name: str) -> None:
        """Delete a file of a run again. Raises StoreError."""
        self.client.delete(run_key(date, run_id, name))

    def close(self) -> None:
        """Finish what is under way, deliver what waits if the store lets us, and write the rest of the feed.

        What cannot be written stays on disk for the next run.
        """
        with self._closing:
            if self._closed or not self.opened:
                return
            self._closed = True
            self._submissions.finish()
            self._keeper.end()
            self._page_uploads.end()
            self._submissions.tell_left()
            ending = Ending(self.plan, self.bucket, self.recrawl_policy)
            ending.run(self._last_works)
            self.failure = ending.failure

    def release(self) -> None:
        """Give up the connections, once no run file is written any more."""
        if self.opened:
            self.client.close()

    def _open(self) -> None:
        plan = self.plan
        location = plan.location or Embedded(plan.store_dir).up()
        bucket = self.bucket = OpenBucket(
            plan, location, connections=plan.threads + 4, left_out=self.left_out, latest=plan.latest
        )
        try:
            if not bucket.store.conditional:
                logger.warning(
                    "%s does not honour conditional writes: articles are looked for before they are written, which is "
                    "safe for one crawler at a time only.",
                    location.where,
                )
            local_files.tell_rejected(plan, location.tag)
            bucket.delivery.retry(now=True)
            self.location, self.client, self.known, self.writer = location, bucket.store, bucket.known, bucket.writer
            self.recrawl_policy = RecrawlPolicy(bucket.store, bucket.known, plan.schedule, plan.run_id)
            self._submissions = Submissions(bucket, self.recrawl_policy, plan.threads)
            self.pages.segments = bucket.pages
            bucket.writer.placed, bucket.writer.keeps_all = self.pages.placed, plan.keep_pages == "all"
            self._page_uploads = PageUploads(bucket, plan)
            self._keeper = Keeper(bucket)
        except BaseException:
            bucket.close()
            bucket.store.close()  # a session that is open keeps it: run files are written after all else
            raise
