"""The steps of a removal: the feed is told first, then everything goes; any step may be done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from mtcrawler.clusters import leaving as clusters
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.printable import safe
from mtcrawler.removal import notes
from mtcrawler.removal.run_files import RunFiles
from mtcrawler.removal.target import Address, Target
from mtcrawler.session.open_bucket import OpenBucket
from mtcrawler.storage.compact import leaving as tables
from mtcrawler.storage.feed.changes import MOST_REASON, Change
from mtcrawler.storage.feed.removals import RUN, all_told, tell
from mtcrawler.storage.pages.erasing import erase as erase_pages
from mtcrawler.storage.removal.erasing import erase, erase_set_aside
from mtcrawler.storage.removal.redaction import Redaction

FEED: Final = "segments of the feed and of the checks"
PAGES: Final = "segments of kept pages"
"""What `told` hears the slowest steps be called."""


@dataclass(slots=True)
class Removed:
    """What was done: articles and other addresses that the feed tells of as removed; objects, lines of segments, rows
    of tables, objects of clusters, records of kept pages, screenshots and reports, notes, and files on this machine
    that are gone or were written anew without them.
    """

    articles: int = 0
    addresses: int = 0
    objects: int = 0
    lines: int = 0
    rows: int = 0
    clusters: int = 0
    pages: int = 0
    run_files: int = 0
    notes: int = 0
    local_files: int = 0


def check_reason(reason: str) -> str:
    """The reason as the feed tells it, on one line. Raises ArgumentError for none, or one that is too long."""
    told = " ".join(safe(reason).split())
    if not told or len(told) > MOST_REASON:
        happened = f"it has {len(told)} characters" if told else "it is empty"
        raise ArgumentError("reading --reason", happened, f"Say in 1 to {MOST_REASON} characters why it is removed.")
    return told


def remove(
    bucket: OpenBucket,
    targets: Sequence[Target],
    reason: str,
    *,
    reports: Path | None = None,
    told: Callable[[str, int], object] = lambda step, number: None,
) -> Removed:
    """Remove these articles. `reports` is where this machine keeps reports of runs; `told` hears the name of each step
    when it begins (with 0), and how much more of it is done.

    The feed is told before anything is deleted: from then on no crawl stores them, and one that is under way takes back
    what it wrote. Whatever ends this early, the same again finishes it. Objects that cannot be read are named in
    `bucket.store.left_out`. Raises StoreError, SettingError where tables need pyarrow, and OSError.
    """
    store, done = bucket.store, Removed(articles=len(targets))
    keys = [target.key for target in targets if target.key]
    tables.check(store, keys)
    told("the feed", 0)
    removed = _tell(bucket, targets, reason)
    addresses = [Address(one.id, one.canonical_url, one.site) for one in removed.values()]
    done.addresses = len(addresses) - len(targets)
    told("articles and revisions", 0)
    for change in removed.values():
        done.objects += (number := erase(store, change.site, change.id, change.key))
        if number:
            told("articles and revisions", number)
    told(FEED, 0)
    done.lines = Redaction(store, removed).everywhere(lambda number: told(FEED, number))
    told("tables", 0)
    done.rows = tables.take_out(store, keys)
    told("clusters", 0)
    done.clusters = clusters.take_out(store, {one.id: one.site for one in addresses}, everywhere=True)
    told(PAGES, 0)
    if bucket.recover_pages():
        bucket.feed.removals.look()
        bucket.erase_removed_pages()  # those of articles that were removed before, too
    done.pages = erase_pages(store, removed.keys(), lambda number: told(PAGES, number))
    told("files of runs", 0)
    files = RunFiles(store, removed.keys(), [one.url for one in addresses])
    done.run_files = files.take_out(lambda number: told("files of runs", number))
    told("notes", 0)
    done.objects += erase_set_aside(store, removed.keys())  # last: what is torn was moved there on the way
    done.notes = notes.forget(store, addresses)
    done.local_files = bucket.spool.forget(removed.keys())
    done.local_files += notes.forget_here(bucket.journals, reports or bucket.journals, addresses)
    return done


def _tell(bucket: OpenBucket, targets: Sequence[Target], reason: str) -> dict[str, Change]:
    """Tell the feed of what it does not tell yet; the line of each article and address, by id."""
    before, now = all_told(bucket.store), clock.now()
    run_id = f"{RUN}{new_run_id(now)}"
    removed: dict[str, Change] = {}
    for target in targets:
        for one in target.addresses:
            if one.id not in removed:
                removed[one.id] = before.get(one.id) or _line(target, one, reason, now, run_id)
    new = [change for name, change in removed.items() if name not in before]
    for key in tell(bucket.store, new):
        bucket.known.apply(key, new)
    return removed


def _line(target: Target, one: Address, reason: str, at: datetime, run_id: str) -> Change:
    home = one.id == target.home.id
    return Change(
        change="removed",
        id=one.id,
        canonical_url=one.url,
        site=one.site,
        key=target.key if home else None,
        content_hash=target.content_hash if home else None,
        at=at,
        run_id=run_id,
        duplicate_of=None if home else target.home.id,
        reason=reason,
    )
