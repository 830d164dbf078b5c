"""A feed to merge: segments of several runs and days, and what a reader gets of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mtcrawler.model import clock
from mtcrawler.storage.compact.merging import MergeCounts, merge
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.layout import CHANGES, ChangeKey, change_key, covered, read_change_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import make_article

LINE = Change.of("new", make_article(1), key=None, run_id="run")
DAYS = ("2026-11-18", "2026-11-19", "2026-11-21")
AT_ONCE = timedelta(0)


def put(client: Client, day: str, run: str, seq: int, *headlines: str) -> None:
    """Write a segment with a line for each headline."""
    at = datetime(2026, 11, 21, seq % 24, tzinfo=UTC)
    lines = [LINE.model_copy(update={"headline": one, "at": at, "run_id": run}).to_line() for one in headlines]
    client.put(change_key(day, run, seq), pack(lines), if_absent=True)


def fill(client: Client) -> list[str]:
    """Three days of three runs with four segments each; the headlines in all of them."""
    told = []
    for day in DAYS:
        for run in ("run-a", "run-b", "run-c"):
            for seq in range(1, 5):
                headlines = [f"{day} {run} {seq} {line}" for line in range(2)]
                put(client, day, run, seq, *headlines)
                told += headlines
    return told


def compacted(client: Client, keep: timedelta = AT_ONCE, *, dry_run: bool = False) -> MergeCounts:
    """Merge whatever is there."""
    return merge(client, keep=keep, until=clock.now() + timedelta(hours=1), dry_run=dry_run)


def told_since(bucket: Location, cursor: str | None) -> tuple[list[str], str]:
    """The headlines of a reader who begins there, and where it stops."""
    with Bucket(bucket) as reader:
        changes = reader.changes(cursor)
        found = [str(change.headline) for change in changes]
        assert changes.left_out == []
        return found, changes.cursor


def objects(client: Client) -> list[ChangeKey]:
    """What lies in the feed's place."""
    return sorted(filter(None, map(read_change_key, client.keys(CHANGES))))


def in_order(headlines: list[str]) -> bool:
    """Whether the lines of each run of each day are in the order they were written."""
    runs: dict[str, list[str]] = {}
    for one in headlines:
        runs.setdefault(" ".join(one.split()[:2]), []).append(one)
    return all(lines == sorted(lines) for lines in runs.values())


def covered_key(key: str) -> bool:
    """Whether a merged segment lies there."""
    found = read_change_key(key)
    return found is not None and covered(found) is not None
