"""What waits on disk, and what was kept aside, tried again without a crawl."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from mtcrawler.model.errors import SettingError
from mtcrawler.session import local_files
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.session.plan import Plan
from mtcrawler.storage.location import Location
from mtcrawler.storage.write import rejected


@dataclass(frozen=True, slots=True)
class Redelivered:
    """What became of the articles: how many were delivered, and as what; how many still wait or were refused again;
    files in `rejected` that are no articles; articles of other buckets, which wait for a run on those; segments of
    kept pages that were delivered, and that wait.
    """

    delivered: int
    new: int
    revised: int
    unchanged: int
    duplicate: int
    waiting: int
    refused: int
    unreadable: int
    elsewhere: int
    pages: int = 0
    pages_waiting: int = 0


def redeliver(
    plan: Plan, location: Location, told: Callable[[int, int], None] = lambda done, total: None
) -> Redelivered:
    """Try everything again that waits for this bucket or was rejected; `told` hears how many of how many are done.

    It may be done again and again, and beside crawls: an article that is there is stored once, whoever brings it.
    Raises StoreError where the bucket cannot be opened, or the end of the change feed not written (it waits on disk);
    SettingError where the local folders are not there or cannot be used.
    """
    if not plan.spool_dir.exists() and not plan.state_dir.exists():
        raise SettingError(
            "looking for articles that wait",
            f"there is nothing in {plan.spool_dir}",
            "Correct --var or MTCRAWLER_VAR, or name the folder with --spool.",
        )
    done = total = 0

    def settled(what: str) -> None:
        nonlocal done
        if what in {"delivered", "failed"}:
            done += 1
            told(done, total)

    with local_files.named(plan), ExitStack() as opened:
        bucket = OpenBucket(plan, location, connections=4, told=settled)
        opened.callback(bucket.store.close)
        opened.callback(bucket.close)
        unreadable = bucket.spool.readmit()
        told(done, total := len(bucket.spool))
        bucket.delivery.finish(plan.closing_seconds)
        bucket.feed.flush()
        bucket.feed.removals.look()
        if pages := bucket.recover_pages():
            bucket.feed.removals.look()  # once more, as the pages are there now
            bucket.erase_removed_pages()
        counts = bucket.delivery.counts
        return Redelivered(
            delivered=counts.get("delivered", 0),
            new=counts.get("new", 0),
            revised=counts.get("revised", 0),
            unchanged=counts.get("unchanged", 0),
            duplicate=counts.get("duplicate", 0),
            waiting=len(bucket.spool),
            refused=counts.get("failed", 0),
            unreadable=unreadable + bucket.spool.rejected,
            pages=pages,
            pages_waiting=bucket.pages.waiting,
            elsewhere=sum(_waiting(folder) for folder in plan.spool_dir.iterdir() if folder.name != location.tag),
        )


def _waiting(folder: Path) -> int:
    """Articles that wait, or are kept aside, for one bucket."""
    return sum(1 for place in (folder, folder / rejected.NAME) for _ in place.glob("*.json"))
