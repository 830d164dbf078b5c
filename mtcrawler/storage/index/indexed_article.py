"""What the feed tells of an article, as the local table has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mtcrawler.storage.feed.changes import STORED, Change
from mtcrawler.storage.index.check_log import LastCheck

REMOVED: Final = "removed"
"""The state of an article that was taken out on request; it has no other ever after."""


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What the feed tells of an article: its last change; revision 0 means that it is not stored itself.

    `url` is where it was fetched, which may be spelt otherwise than its canonical address, and be on a mirror.
    """

    id: str
    state: str
    canonical_url: str
    site: str
    key: str | None
    revision: int
    content_hash: str | None
    substance: str | None
    published_at: str | None
    at: str
    duplicate_of: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: str | None = None
    cluster_id: str | None = None
    signature: str | None = None
    url: str | None = None

    @property
    def removed(self) -> bool:
        """Whether it was taken out on request: it is never fetched or stored again."""
        return self.state == REMOVED

    @property
    def stored(self) -> bool:
        """Whether the bucket holds this article under its own key."""
        return self.revision > 0

    @property
    def last_fetched(self) -> str:
        """When it was last fetched, as far as the feed tells: ISO 8601, UTC."""
        return self.fetched_at or datetime.fromisoformat(self.at).astimezone(UTC).isoformat()


def indexed(change: Change) -> IndexedArticle:
    """What a line of the feed tells of an article."""
    stored = change.change in STORED
    return IndexedArticle(
        id=change.id,
        state="stored" if stored else change.change,
        canonical_url=change.canonical_url,
        site=change.site,
        key=change.key,
        revision=(change.revision or 1) if stored else 0,
        content_hash=change.content_hash,
        substance=change.substance,
        published_at=change.published_at.isoformat() if change.published_at else None,
        at=change.at.isoformat(),
        duplicate_of=change.duplicate_of,
        etag=change.etag,
        last_modified=change.last_modified,
        fetched_at=change.fetched_at.astimezone(UTC).isoformat() if change.fetched_at else None,
        cluster_id=change.cluster_id,
        signature=change.signature,
        url=change.url,
    )


def is_lost(known: IndexedArticle, checked: LastCheck | None) -> bool:
    """Whether the stored article was found torn, not there or not whole since it was last fetched."""
    return checked is not None and checked.outcome == "lost" and checked.at > known.last_fetched
