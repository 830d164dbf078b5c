"""Keeps the index up to date: what the feed tells since the last time, and at first all articles of the bucket."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Final, NamedTuple

from mtcrawler.browse.index import feed, run_list, table_rows
from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.progress import Progress
from mtcrawler.browse.index.rows import Row, put, remove, row_of
from mtcrawler.browse.index.summary import AGE, Summaries
from mtcrawler.model import clock
from mtcrawler.model.errors import MtcrawlerError, ObjectUnreadable
from mtcrawler.storage.layout import ARTICLES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.stored import parse

logger = logging.getLogger(__name__)

THREADS: Final = 16
AT_ONCE: Final = 250
"""Articles between two commits."""
KEYS: Final = 5000
"""Keys of a listing between two commits."""
FRESH: Final = 20.0
"""Seconds for which the index is taken to be up to date."""
MOMENT: Final = 0.5
"""Seconds for which a page waits for an index that was not looked at for a while."""
PAUSE: Final = 10.0
"""Seconds after which a bucket that could not be read is asked again."""
FILLED: Final = "filled"
"""The name under which the index says that it was filled once."""


class _Read(NamedTuple):
    """What lies under a key: its row, nothing where no article is there, or why it cannot be read."""

    key: str
    row: Row | None = None
    wrong: ObjectUnreadable | None = None


class Updater:
    """A thread that brings the index up to date whenever somebody looks at it. `on_removal` is
    called when articles were removed for good.
    """

    def __init__(self, db: Database, store: ObjectStore, on_removal: Callable[[], None] = lambda: None) -> None:
        self._db, self._store, self.on_removal = db, store, on_removal
        self.progress, self.summaries = Progress(), Summaries(db)
        self._wanted, self._ended = threading.Event(), threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._last = 0.0
        self._runs_listed = False
        self._doubted: SimpleQueue[str] = SimpleQueue()
        self._counted: tuple[str | None, bool, int] | None = None
        self._thread = threading.Thread(target=self._work, name="browse-index", daemon=True)

    @property
    def is_filled(self) -> bool:
        """Whether all articles were in the index once."""
        return self._db.state(FILLED) is not None

    def start(self) -> None:
        """Begin; the first look at the bucket follows at once."""
        self._idle.clear()
        self._wanted.set()
        self._thread.start()

    def wake(self) -> None:
        """Have the bucket looked at, if the last time was a while ago, and wait a moment for what is new."""
        if monotonic() - self._last <= FRESH or not self._idle.is_set():
            return
        self._idle.clear()
        self._wanted.set()
        state = self.progress.state
        if self._thread.is_alive() and state.as_of is not None and not state.failure:
            self._idle.wait(MOMENT)

    def doubt(self, key: str) -> None:
        """Have an article looked at again that is not where the index says."""
        self._doubted.put(key)
        self._last = 0.0

    def close(self) -> None:
        """End the thread: after the articles that it is at."""
        self._ended.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def update(self) -> None:
        """Bring the index up to date. May be stopped at any moment and goes on from there. Raises StoreError."""
        filled, tell = self.is_filled, self.progress.tell
        tell("reading the change feed")
        # The feed first: an article that changes while the others are read is told of after this cursor.
        # Articles that came in before the index was stopped may have gone since.
        look_again = filled or bool(self._db.ask("SELECT 1 FROM articles LIMIT 1"))
        feed.read(self._db, self._store, partial(tell, "reading the change feed"), look_again=look_again)
        with self._db.writing() as writer, suppress(Empty):
            while True:
                feed.wait_for(writer, [self._doubted.get_nowait()])
        run_list.read(self._db, self._store, all_days=not self._runs_listed)
        self._runs_listed = True
        if not filled and not self._ended.is_set():
            self._fill()
        self._read_pending()
        if self._ended.is_set():
            return
        if self._db.state(feed.ERASE) is not None:
            self._scour()
        if (now := self._state()) != self._counted or self.summaries.current.last != clock.now().date():
            self.summaries.renew()
            self._counted = now
        self.progress.rest(clock.now())

    def _scour(self) -> None:
        """Have no word of removed articles stay in the file."""
        self.progress.tell("erasing removed articles")
        self.on_removal()
        if self._db.scour():
            with self._db.writing() as writer:
                writer.execute("DELETE FROM state WHERE name = ?", (feed.ERASE,))

    def _state(self) -> tuple[str | None, bool, int]:
        """What tells whether anything came into the index."""
        return self._db.state(feed.CURSOR), self.is_filled, int(self._db.ask("SELECT count(*) FROM runs")[0][0])

    def _work(self) -> None:
        while not self._ended.is_set():
            self._wanted.wait()
            self._wanted.clear()
            if self._ended.is_set():
                return
            try:
                self.update()
            except MtcrawlerError as err:
                self._fail(err)
            except (sqlite3.Error, OSError) as err:
                self._fail(self._db.trouble(err))
            except Exception as err:  # a thread that ends in silence would leave the index as it is for good
                happened = f"{type(err).__name__}: {err}"
                self._fail(MtcrawlerError("making the index", happened, "Please report it."))
            self._last = monotonic()
            self._idle.set()

    def _fail(self, err: MtcrawlerError) -> None:
        """Say what is wrong, and try again a little later."""
        self.progress.fail(f"{err.doing}: {err.happened}", err.remedy)
        logger.warning("%s", err)
        self._idle.set()
        self._ended.wait(PAUSE)
        self._wanted.set()

    def _fill(self) -> None:
        """Put all articles into the index: their rows in the tables, or else have each of them read."""
        found = table_rows.source(self._store)
        if found is not None:
            for rows, done, total in found.rows(self._db):
                self.progress.tell("reading the tables", done, total)
                with self._db.writing() as writer:
                    put(writer, rows)
                self.summaries.renew(age=AGE)
                if self._ended.is_set():
                    return
            with self._db.writing() as writer:
                feed.wait_for(writer, found.to_read())
        else:
            keys, number = self._store.keys(ARTICLES), 0
            while part := list(islice(keys, KEYS)):
                with self._db.writing() as writer:
                    feed.wait_for(writer, part)
                self.progress.tell("listing articles", number := number + len(part))
                if self._ended.is_set():
                    return
        with self._db.writing() as writer:
            feed.keep(writer, FILLED, clock.now().isoformat())

    def _read_pending(self) -> None:
        """Read the articles that wait for it, the newest first."""
        total = int(self._db.ask("SELECT count(*) FROM pending")[0][0])
        for done in range(0, total + 1, AT_ONCE):
            query = "SELECT key FROM pending ORDER BY day DESC, key LIMIT ?"
            keys = [row[0] for row in self._db.ask(query, AT_ONCE)]
            if not keys or self._ended.is_set():
                return
            self.progress.tell("reading articles", done, total)
            with self._db.writing() as writer:
                for read in self._rows(keys):
                    _settle(writer, read)
            self.summaries.renew(age=AGE)

    def _rows(self, keys: list[str]) -> Iterator[_Read]:
        return side_by_side(
            self._read, keys, threads=THREADS, weight=lambda read: len(read.row.text) if read.row else 0
        )

    def _read(self, key: str) -> _Read:
        try:
            stored = self._store.get(key)
            return _Read(key, row_of(key, parse(stored.body, key, lenient=True)) if stored else None)
        except ObjectUnreadable as err:
            self._store.left_out(err)
            return _Read(key, wrong=err)


def _settle(writer: sqlite3.Connection, read: _Read) -> None:
    """Note what was read of an article: one that cannot be read keeps the row it had, and is named."""
    writer.execute("DELETE FROM pending WHERE key = ?", (read.key,))
    if read.wrong is not None:
        told = (read.key, read.wrong.happened, read.wrong.remedy)
        writer.execute("INSERT OR REPLACE INTO unreadable VALUES (?, ?, ?)", told)
        return
    writer.execute("DELETE FROM unreadable WHERE key = ?", (read.key,))
    if read.row is None:
        if remove(writer, read.key):
            feed.keep(writer, feed.ERASE, clock.now().isoformat())
    else:
        put(writer, [read.row])
