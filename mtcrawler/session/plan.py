"""How a session is to work, decided before the bucket is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mtcrawler.frontier.schedule import Schedule
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.keeping import Keep


@dataclass(frozen=True, slots=True)
class Plan:
    """How a session is to work: sizes in bytes, times in seconds; no location means the embedded store."""

    run_id: str
    location: Location | None = None
    store_dir: Path = Path("var/store")
    state_dir: Path = Path("var/state")
    spool_dir: Path = Path("var/spool")
    spool_max_bytes: int = 1 << 30
    threads: int = 8
    feed_lines: int = 500
    feed_seconds: float = 60.0
    retry_seconds: float = 1.0
    retry_seconds_max: float = 30.0
    closing_seconds: float = 15.0
    snapshot_segments: int = snapshots.EVERY
    latest: bool = False
    """Whether it need not know what runs that began long ago wrote within the hour (`ArticleIndex.refresh`)."""
    keep_pages: Keep = "never"
    keep_pages_days: int | None = None
    keep_pages_max_bytes: int = 1 << 30
    schedule: Schedule = field(default_factory=Schedule)

    @property
    def models_dir(self) -> Path:
        """Where the language model is kept unpacked."""
        return self.state_dir / "language"
