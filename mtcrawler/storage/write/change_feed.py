"""The change feed: what happened, in order, appended to for ever."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC
from pathlib import Path

from pydantic import ValidationError

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, SettingError, StoreError
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.feed.segments import fault, parts
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import change_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.removal.under_way import RemovalsUnderWay
from mtcrawler.storage.write import journal as journals
from mtcrawler.storage.write.journal import Journal

logger = logging.getLogger(__name__)

GZIP = "application/gzip"


class ChangeFeed:
    """One run's part of the feed: lines go to a journal on disk and from there, in order, to segments in the bucket.

    A segment is due after `every_lines` lines or `every_seconds` seconds; `flush` writes it. `add` touches only the
    disk, so an outage never holds an article up. What is removed meanwhile is not told, and what was written of it is
    taken back: `removals` knows. `rejected` counts the journals and journal files of earlier runs in
    which something could not be read. Safe for threads.
    """

    def __init__(
        self,
        store: ObjectStore,
        known: ArticleIndex,
        folder: Path,
        run_id: str,
        *,
        every_lines: int = 500,
        every_seconds: float = 60.0,
    ) -> None:
        self.run_id = run_id
        self._store, self._known, self._folder = store, known, folder
        self.removals = RemovalsUnderWay(store, known, clock.now())
        self._every_lines, self._every_seconds = every_lines, every_seconds
        self._journal = Journal(folder, run_id)
        if not self._journal.mine:
            raise SettingError(
                f"starting run {run_id}", "a run of that name is in progress here", "Give this run another RUN_ID."
            )
        self._writing, self._flushing = threading.Lock(), threading.Lock()
        self._lines, self._since = 0, time.monotonic()
        self.rejected = 0

    def add(self, change: Change) -> None:
        """Write a line down, and know it from now on. Raises StoreError where the disk does not take it."""
        with self._writing:
            if not self._lines:
                self._since = time.monotonic()
            try:
                self._journal.append(change.to_line())
            except OSError as err:
                raise StoreError(
                    f"telling the feed of {change.canonical_url}",
                    f"{self._folder} cannot be written ({err.strerror})",
                    "Free some space or correct STATE_DIR; the next run that meets the article tells of it.",
                ) from err
            self._lines += 1
        self._known.note(change)

    @property
    def due(self) -> bool:
        """Whether it is time to write a segment."""
        return bool(self._lines) and (
            self._lines >= self._every_lines or time.monotonic() - self._since >= self._every_seconds
        )

    def recover(self) -> int:
        """Deliver what runs that are over left in this folder; returns the number of lines."""
        with journals.left_behind(self._folder, self._pass_over) as left:
            return sum(map(self._deliver_left, left))

    def flush(self) -> int:
        """Write everything so far to the bucket; returns the number of lines. What cannot be written stays on disk."""
        with self._flushing:
            with self._writing:
                self._journal.cut()
                complete = self._journal.files()
                self._lines = 0
            return self._deliver(self.run_id, complete)

    def close(self) -> None:
        """Give up the journal (flush first); what is still in it is delivered by the next run."""
        with self._writing:
            self._journal.close()

    def _pass_over(self) -> None:
        self.rejected += 1

    def _deliver_left(self, journal: Journal) -> int:
        try:
            return self._deliver(journal.run_id, journal.files())
        except OSError as err:
            logger.warning("The journal of %s in %s cannot be read now: %s.", journal.run_id, self._folder, err)
            self._pass_over()
            return 0

    def _deliver(self, run_id: str, files: list[tuple[int, Path]]) -> int:
        delivered = 0
        for seq, path in files:
            wrong: Exception | None = None
            try:
                lines = journals.read(path)
                if not lines and path.stat().st_size:
                    raise Unreadable("it has no whole line")
            except Unreadable as err:
                lines, wrong = [], err
            whole: list[tuple[bytes, Change]] = []
            for line in lines:
                try:
                    whole.append((line, Change.model_validate_json(line)))
                except ValidationError as err:
                    wrong = wrong or Unreadable(fault(err))
            self._segments(run_id, seq, self.removals.kept(whole))
            delivered += len(whole)
            if wrong is None:
                path.unlink()
            else:
                self._pass_over()
                journals.reject(path, wrong)
        return delivered

    def _segments(self, run_id: str, seq: int, changes: list[tuple[bytes, Change]]) -> None:
        """Write lines as a segment with that number, or as several."""
        done = 0
        for lines in parts([line for line, _ in changes]):
            told = [change for _, change in changes[done : done + len(lines)]]
            seq, key = self._segment(run_id, seq, lines, told)
            self.removals.look()
            self.removals.take_back(key, told)
            done, seq = done + len(lines), seq + 1

    def _segment(self, run_id: str, seq: int, lines: list[bytes], changes: list[Change]) -> tuple[int, str]:
        """Write a segment under that number, or the next that is free; returns the number, and the key."""
        day = changes[0].at.astimezone(UTC).date().isoformat()
        body = pack(lines)
        while True:
            key = change_key(day, run_id, seq)
            try:
                self._store.put(key, body, content_type=GZIP, metadata={"run-id": run_id}, if_absent=True)
            except PreconditionFailed:
                if not self._is(key, body):
                    seq += 1  # an earlier run of the same name wrote it: its lines stay
                    continue
            self._known.apply(key, changes)
            return seq, key

    def _is(self, key: str, body: bytes) -> bool:
        """Whether this is what lies there."""
        try:
            stored = self._store.get(key)
        except ObjectUnreadable as err:
            self._store.left_out(err)
            return False
        return stored is not None and stored.body == body
