"""`mtcrawler compact`: merges the feed's segments and brings the tables up to date."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from datetime import date, timedelta
from typing import Any, Final

from mtcrawler.cli.progress import Progress
from mtcrawler.cli.terminal import WORKERS, check_workers, console, json_line, location_of, safe
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.storage.compact.merging import MergeCounts, merge
from mtcrawler.storage.compact.tables import TableCounts, Tables
from mtcrawler.storage.connection import connect, connect_to_write
from mtcrawler.storage.pages.lifetime import Expired, expire
from mtcrawler.storage.port import ObjectStore

KEEP: Final = 24
"""Hours that a segment stays after it was merged, unless said otherwise."""
MOST_HOURS: Final = 24 * 365
MOST_DAYS: Final = 36_500
HOUR: Final = timedelta(hours=1)


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "compact",
        help="merge small segments of the feed and bring the Parquet tables up to date",
        description="Merge the feed's segments of hours that are over into few, delete those that were merged long "
        "enough ago, and bring tables/v1/ (the current articles as Parquet) up to date. Readers of the feed go on "
        "from their cursors. May be stopped at any moment and run again, also by several at once.",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
    parser.add_argument("--feed-only", action="store_true", help="leave the tables as they are")
    parser.add_argument("--now", action="store_true", help="merge what was written in this hour, too")
    parser.add_argument(
        "--keep",
        type=float,
        default=KEEP,
        metavar="HOURS",
        help=f"how long a segment stays after it was merged, for readers that still hold its key (default: {KEEP})",
    )
    parser.add_argument(
        "--keep-pages",
        type=int,
        metavar="DAYS",
        help="delete kept pages that are older (default: KEEP_PAGES_DAYS, else what the last crawl noted there)",
    )
    parser.add_argument("--workers", type=int, metavar="N", help=WORKERS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compact; on a terminal two sentences, in a pipe one JSON line."""
    if not 0 <= options.keep <= MOST_HOURS:
        raise ArgumentError("reading --keep", f"{options.keep:g} is no such time", f"Give 0 to {MOST_HOURS} hours.")
    check_workers(options.workers)
    days = _days(options)
    location = location_of(options)
    store = connect(location) if options.dry_run else connect_to_write(location)
    try:
        with Progress("segments merged") as progress:
            told = progress.advance
            tables = None if options.feed_only else Tables(store, workers=options.workers, told=told)
            until = clock.now() + HOUR if options.now else None
            merged = merge(store, keep=options.keep * HOUR, until=until, dry_run=options.dry_run, told=told)
            progress.begin("articles read for tables")
            made = tables.make(dry_run=options.dry_run) if tables else None
            progress.begin("kept pages past their time")
            pages = expire(store, days, dry_run=options.dry_run)
        return _say(options, store, merged, made, pages)
    finally:
        store.close()


def _days(options: argparse.Namespace) -> int | None:
    """For how long kept pages stay, where that is said."""
    given = options.keep_pages if options.keep_pages is not None else options.environment.get("KEEP_PAGES_DAYS") or None
    if given is None:
        return None
    try:
        days = int(given)
        date.min + timedelta(days=days)
    except (ValueError, OverflowError):
        days = 0
    if not 1 <= days <= MOST_DAYS:
        raise ArgumentError(
            "reading for how long pages are kept", f"{given!r} is not 1 to {MOST_DAYS} days", "Give a number of days."
        )
    return days


def _say(
    options: argparse.Namespace, store: ObjectStore, merged: MergeCounts, made: TableCounts | None, pages: Expired
) -> int:
    """Say what was done; returns the exit code."""
    left_out = len(store.left_out)
    out = console()
    if out.is_terminal:
        out.print(safe(_told(options, merged, made)))
        if pages.deleted:
            would = "would be deleted" if options.dry_run else "deleted"
            out.print(f"Kept pages: {pages.deleted} segments past their time {would}, {pages.kept} stay.")
        if made and made.missing:
            missing = count(made.missing, "article is", "articles are")
            out.print(f"{missing} not there though the feed tells of it; see mtcrawler verify.")
    else:
        said: dict[str, Any] = {"dry_run": options.dry_run, "feed": dataclasses.asdict(merged)}
        said |= {"tables": dataclasses.asdict(made)} if made else {}
        said |= {"pages": dataclasses.asdict(pages)} if pages.deleted or pages.kept else {}
        said |= {"left_out": left_out} if left_out else {}
        sys.stdout.write(json_line(said))
    return ExitCode.INCOMPLETE if left_out or (made and made.missing) else 0


def _told(options: argparse.Namespace, merged: MergeCounts, made: TableCounts | None) -> str:
    would = "would be " if options.dry_run else ""
    told = [
        f"Feed: {merged.segments} segments {would}merged into {merged.objects}, {merged.deleted} merged earlier "
        f"{would}deleted, {merged.waiting} wait for that."
    ]
    if made:
        told.append(f"Tables: {count(made.read, 'article')} {would}read, {count(made.files, 'file')} {would}written.")
    return "\n".join(told)
