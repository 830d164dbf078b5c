"""The change feed: what happened, in order, appended to for ever."""

from __future__ import annotations

import threading
import time
from datetime import UTC
from pathlib import Path

from mtcrawler.bucket import journal as journals
from mtcrawler.bucket.changes import Change, pack
from mtcrawler.bucket.client import Client
from mtcrawler.bucket.faults import Changed
from mtcrawler.bucket.journal import Journal
from mtcrawler.bucket.known import Known
from mtcrawler.bucket.layout import change_key
from mtcrawler.errors import SettingError

GZIP = "application/gzip"


class ChangeFeed:
    """One run's part of the feed: lines go to a journal on disk and from there, in order, to segments in the bucket.

    A segment is due after `every_lines` lines or `every_seconds` seconds; `flush` writes it. `add` touches only the
    disk, so an outage never holds an article up. Safe for threads.
    """

    def __init__(
        self,
        client: Client,
        known: Known,
        folder: Path,
        run_id: str,
        *,
        every_lines: int = 500,
        every_seconds: float = 60.0,
    ) -> None:
        self.run_id = run_id
        self._client, self._known, self._folder = client, known, folder
        self._every_lines, self._every_seconds = every_lines, every_seconds
        self._journal = Journal(folder, run_id)
        if not self._journal.mine:
            raise SettingError(
                f"starting run {run_id}", "a run of that name is at work here", "Give this run another RUN_ID."
            )
        self._writing, self._flushing = threading.Lock(), threading.Lock()
        self._lines, self._since = 0, time.monotonic()

    def add(self, change: Change) -> None:
        """Write a line down, and know it from now on."""
        with self._writing:
            if not self._lines:
                self._since = time.monotonic()
            self._journal.append(change.to_line())
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
        with journals.left_behind(self._folder) as left:
            return sum(self._deliver(journal.run_id, journal.files()) for journal in left)

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

    def _deliver(self, run_id: str, files: list[tuple[int, Path]]) -> int:
        delivered = 0
        for seq, path in files:
            lines = journals.read(path)
            if lines:
                self._segment(run_id, seq, lines)
            path.unlink()
            delivered += len(lines)
        return delivered

    def _segment(self, run_id: str, seq: int, lines: list[bytes]) -> None:
        changes = [Change.model_validate_json(line) for line in lines]
        day = changes[0].at.astimezone(UTC).date().isoformat()
        body = pack(lines)
        while True:
            key = change_key(day, run_id, seq)
            try:
                self._client.put(key, body, content_type=GZIP, metadata={"run-id": run_id}, if_absent=True)
            except Changed:
                stored = self._client.get(key)
                if stored is None or stored.body != body:
                    seq += 1  # an earlier run of the same name wrote it: its lines stay
                    continue
            self._known.apply(key, changes)
            return
