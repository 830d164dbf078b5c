"""The index as a file: its tables, one connection that writes and a few that read."""

from __future__ import annotations

import fcntl
import queue
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from mtcrawler.browse.index import ranking
from mtcrawler.model.errors import ArgumentError, MtcrawlerError
from mtcrawler.security import private_files

FORM: Final = 3
"""The form of the tables; a file of another form is thrown away and made again."""
READERS: Final = 8
"""Connections that read, and so questions that are answered at a time."""
PATIENCE: Final = 10.0
"""Seconds after which a question is given up."""
CACHE: Final = 4096
"""KiB of the file that a connection keeps in memory."""
_DAMAGED: Final = "-damaged"
"""The end of the name of an empty file that says that the index has to be made anew."""
_BESIDE: Final = ("", "-wal", "-shm", "-journal", _DAMAGED)

_TABLES: Final = f"""
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, site TEXT NOT NULL, day TEXT NOT NULL,
    published TEXT, section TEXT, kind TEXT NOT NULL, language TEXT NOT NULL, tier TEXT NOT NULL,
    complete INTEGER NOT NULL, walled INTEGER NOT NULL, confidence REAL, words INTEGER NOT NULL,
    revision INTEGER NOT NULL, overlays INTEGER NOT NULL, stuck INTEGER NOT NULL, gone INTEGER NOT NULL,
    spider TEXT NOT NULL, headline TEXT NOT NULL
);
CREATE INDEX articles_by_id ON articles (id);
CREATE INDEX articles_by_site ON articles (site, place);
CREATE INDEX articles_walled ON articles (place) WHERE walled;
CREATE INDEX walls ON articles (tier, site, complete) WHERE walled;
CREATE INDEX articles_overlaid ON articles (place) WHERE overlays;
CREATE TABLE contents (place INTEGER PRIMARY KEY, head TEXT NOT NULL, text BLOB NOT NULL, evidence TEXT);
{ranking.TABLES}
CREATE TABLE told (key TEXT PRIMARY KEY, at INTEGER NOT NULL, gone INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
    site TEXT, day TEXT, change TEXT, id TEXT, at INTEGER, late INTEGER,
    PRIMARY KEY (site, day, change, id, at)
) WITHOUT ROWID;
CREATE TABLE removed (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pending (day TEXT, key TEXT, PRIMARY KEY (day, key)) WITHOUT ROWID;
CREATE TABLE unreadable (key TEXT PRIMARY KEY, why TEXT NOT NULL, remedy TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
    day TEXT, run_id TEXT, started TEXT NOT NULL, seconds REAL NOT NULL, spider TEXT NOT NULL, host TEXT NOT NULL,
    outcome TEXT NOT NULL, message TEXT NOT NULL, new INTEGER, revised INTEGER, unchanged INTEGER, lost INTEGER,
    walled INTEGER, closed INTEGER, stuck INTEGER, pictures INTEGER, PRIMARY KEY (day, run_id)
) WITHOUT ROWID;
CREATE TABLE overlays (
    place INTEGER, number INTEGER, kind TEXT, rule TEXT, action TEXT, outcome TEXT, PRIMARY KEY (place, number)
) WITHOUT ROWID;
CREATE INDEX overlays_by_rule ON overlays (kind, rule, action, outcome, place);
CREATE TABLE pictures (id TEXT, day TEXT, run_id TEXT, file TEXT, PRIMARY KEY (id, day, run_id, file)) WITHOUT ROWID;
CREATE INDEX runs_by_start ON runs (started);
PRAGMA user_version = {FORM};
"""


class TooSlow(MtcrawlerError):
    """A question to the index took too long and was given up."""


class IndexUnusable(MtcrawlerError):
    """The file of the index cannot be read or written."""


class Database:
    """The index of one bucket; safe for threads. It may be deleted whenever nobody browses.

    Raises ArgumentError where it cannot be made there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            private_files.folder(path.parent)
            self._writer = self._made()
            ranking.prepare(self._writer)
        except (OSError, sqlite3.Error) as err:
            happened = f"{path.parent} cannot be used ({err})"
            raise ArgumentError("opening the index", happened, "Name another folder with --var.") from err
        self._readers: queue.LifoQueue[sqlite3.Connection | None] = queue.LifoQueue()
        for _ in range(READERS):
            self._readers.put(None)

    def close(self) -> None:
        """Give up the connections that nobody uses."""
        self._writer.close()
        with suppress(queue.Empty):
            while True:
                reader = self._readers.get_nowait()
                if reader is not None:
                    reader.close()
        self._lock.close()

    def trouble(self, err: sqlite3.Error | OSError) -> IndexUnusable:
        """What is wrong with the file, and what to do; a damaged one is made anew at the next start."""
        if type(err) is sqlite3.DatabaseError:
            with suppress(OSError):
                private_files.make(self._beside(_DAMAGED))
            remedy = "Start `mtcrawler browse` again: it makes the index anew."
            return IndexUnusable("using the index", f"its file is damaged ({err})", remedy)
        if "locked" in str(err):
            happened = "another `mtcrawler browse` is writing into it"
            return IndexUnusable("writing the index", happened, "It is tried again in a moment.")
        remedy = f"See that there is room on the disk, and that {self._path.parent} can be written."
        return IndexUnusable("using the index", str(err), remedy)

    def ask(self, question: str, *values: Any) -> list[sqlite3.Row]:
        """The rows that answer a question. Raises TooSlow or IndexUnusable."""
        return self.asked(lambda reader: reader.execute(question, values).fetchall())

    def asked(self, ask: Callable[[sqlite3.Connection], list[sqlite3.Row]]) -> list[sqlite3.Row]:
        """As `ask`, for what is asked in more than one step."""
        reader = self._readers.get()
        try:
            if reader is None:
                reader = self._opened()
                reader.execute("PRAGMA query_only = ON")
            ends = time.monotonic() + PATIENCE
            reader.set_progress_handler(lambda: time.monotonic() > ends, 20_000)
            return ask(reader)
        except sqlite3.OperationalError as err:
            if "interrupted" in str(err):
                happened = f"it took more than {PATIENCE:g} seconds"
                raise TooSlow("looking in the index", happened, "Look for rarer words, or in fewer days.") from err
            raise self.trouble(err) from err
        except sqlite3.Error as err:
            raise self.trouble(err) from err
        finally:
            self._readers.put(reader)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A change that is made whole or not at all. For one thread."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield self._writer
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")

    def scour(self) -> bool:
        """Rid the file of what was deleted from it: SQLite and FTS5 only mark it as free. False where somebody reads
        just then: try again later. Takes seconds of a large index, and room for a second one.
        """
        with self.writing() as writer:
            writer.execute("INSERT INTO lexicon (lexicon) VALUES ('optimize')")
        self._writer.execute("VACUUM")
        return not self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def state(self, name: str) -> str | None:
        """What was kept under a name."""
        rows = self.ask("SELECT value FROM state WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def _made(self) -> sqlite3.Connection:
        """The file, opened to write; made again where it is damaged or of another form, and nobody else has it open."""
        private_files.make(self._beside("-lock"))
        with ExitStack() as unless_made:
            self._lock = unless_made.enter_context(self._beside("-lock").open("rb"))
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                alone = True
            except BlockingIOError:
                fcntl.flock(self._lock, fcntl.LOCK_SH)  # waits while another makes it
                alone = False
            with suppress(sqlite3.DatabaseError):
                db = self._opened()
                if db.execute("PRAGMA user_version").fetchone()[0] == FORM and not self._beside(_DAMAGED).exists():
                    fcntl.flock(self._lock, fcntl.LOCK_SH)
                    unless_made.pop_all()
                    return db
                db.close()
            if not alone:
                happened = "it has to be made anew, and another `mtcrawler browse` uses it"
                raise ArgumentError("opening the index", happened, "End that one first, or name a folder with --var.")
            for name in _BESIDE:
                self._beside(name).unlink(missing_ok=True)
            db = self._opened()
            db.executescript(_TABLES)
            fcntl.flock(self._lock, fcntl.LOCK_SH)
            unless_made.pop_all()
            return db

    def _beside(self, end: str) -> Path:
        return self._path.with_name(self._path.name + end)

    def _opened(self) -> sqlite3.Connection:
        private_files.make(self._path)
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = -{CACHE}")
        return db
