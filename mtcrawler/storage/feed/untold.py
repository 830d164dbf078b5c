"""Revisions that the feed does not tell of, told again: no source may name their articles any more."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import timedelta
from typing import Final

from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import GZIP, tell
from mtcrawler.storage.feed.segments import lines, pack, packed
from mtcrawler.storage.port import ObjectStore

UNDER_WAY: Final = timedelta(hours=1)
"""What was fetched within this time before the feed was read may be told of by a crawl that had not ended."""
AT_ONCE: Final = 5000
"""Lines that are written at a time."""
LONGEST: Final = 30.0
"""Seconds for which lines wait: a crawl may tell of a later revision meanwhile."""


class Untold:
    """Tells the feed of what it should have told, as its crawler would have; `count` articles so far. It is made before
    the feed is read.

    Nothing is told of an article that was removed by then; what was removed while it was told is taken back. `removed`
    looks for removals, and has the ids of the articles.
    """

    def __init__(self, store: ObjectStore, removed: Callable[[], Container[str]]) -> None:
        self._store, self._removed = store, removed
        self._lines: list[Change] = []
        self._began, self._since = clock.now(), 0.0
        self._run_id = new_run_id(self._began)
        self.count = 0

    def changes(self, key: str, revisions: Iterable[Article]) -> list[Change]:
        """The lines of these revisions of one article, without those that a crawl may have told of. For any thread."""
        return [
            Change.of(
                "new" if article.revision == 1 else "revised",
                article,
                key=key,
                run_id=self._run_id,
                signature=_signature(article.text),
            )
            for article in revisions
            if self._began - article.provenance.fetched_at > UNDER_WAY
        ]

    def add(self, changes: Sequence[Change]) -> None:
        """Tell of these revisions of one article, the oldest first. Raises StoreError."""
        if not self._lines:
            self._since = time.monotonic()
        self._lines += changes
        self.count += bool(changes)
        if len(self._lines) >= AT_ONCE or time.monotonic() - self._since > LONGEST:
            self.flush()

    def flush(self) -> None:
        """Write what is to be told. Raises StoreError."""
        if not self._lines:
            return
        removed, told, self._lines = self._removed(), self._lines, []
        segments = tell(self._store, [change for change in told if change.id not in removed])
        removed = self._removed()
        for key in segments:
            written = lines(self._store, key, packed(self._store, key), Change)
            kept = [change.to_line() for change in written if change.id not in removed]
            if not kept:
                self._store.delete(key)
            elif len(kept) < len(written):
                self._store.put(key, pack(kept), content_type=GZIP)


def _signature(text: str) -> str | None:
    """The text's signature; None where only what reads a bucket is installed."""
    try:
        from mtcrawler.identity.signatures import signature  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return signature(text)
