"""`mtcrawler articles`: what the bucket holds."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.terminal import INCOMPLETE, console, escaped, location_of, safe
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.read.reader import Bucket

SHOWN = 50
"""Rows on a terminal where no limit is given."""

_DAY = r"(\d{4}-\d{2}-\d{2})?"
_SPAN = re.compile(rf"{_DAY}(\.\.)?{_DAY}\Z")


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "articles",
        help="list stored articles, newest first",
        description="List stored articles by site, newest day first: a table on a terminal, JSON lines in a pipe.",
    )
    parser.add_argument("--site", help="one site only, such as www.themoscowtimes.com")
    parser.add_argument("--date", metavar="DAY", help="YYYY-MM-DD, a span YYYY-MM-DD..YYYY-MM-DD, or unknown")
    parser.add_argument("--limit", type=int, metavar="N", help=f"at most N (a table: {SHOWN}; 0: all)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the articles."""
    since, until = span(options.date)
    if options.limit is not None and options.limit < 0:
        raise ArgumentError(
            "reading --limit", f"{options.limit} is below 0", "Give a number of articles, or 0 for all."
        )
    out = console()
    default = SHOWN if out.is_terminal else 0
    limit = (default if options.limit is None else options.limit) or None
    with Bucket(location_of(options)) as bucket:
        if not out.is_terminal:
            for article in bucket.articles(site=options.site, since=since, until=until, limit=limit):
                sys.stdout.write(escaped(article.model_dump_json()) + "\n")
            return INCOMPLETE if bucket.left_out else 0
        found = bucket.articles(site=options.site, since=since, until=until, limit=limit and limit + 1)
        shown = 0
        table = _table()
        for shown, article in enumerate(_at_most(found, limit), start=1):  # noqa: B007 - used after the loop
            table.add_row(*_row(article))
        if not shown:
            out.print("No articles.")
            return INCOMPLETE if bucket.left_out else 0
        out.print(table)
        if next(found, None) is not None:
            out.print(f"The first {shown}; --limit 0 shows all.")
    return INCOMPLETE if bucket.left_out else 0


def _at_most(found: Iterator[Article], limit: int | None) -> Iterator[Article]:
    """At most so many, leaving the rest where it is."""
    for number, article in enumerate(found, start=1):
        yield article
        if number == limit:
            return


def _table() -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("published", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("headline", ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column("words", justify="right", no_wrap=True)
    table.add_column("id", no_wrap=True)
    return table


def _row(article: Article) -> tuple[Text, ...]:
    published = f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else "–"
    cells = (published, article.kind, article.headline, str(article.word_count), article.id[:8])
    return tuple(Text(safe(cell).replace("\n", " ")) for cell in cells)


def span(given: str | None) -> tuple[str | None, str | None]:
    """The first and last day of `--date`; None is open. Raises ArgumentError."""
    if given is None:
        return None, None
    if given == "unknown":
        return given, given
    found = _SPAN.match(given)
    if not found or not (found[1] or found[3]) or (found[1] and found[3] and not found[2]):
        raise ArgumentError("reading --date", f"{given!r} is no day", "Write YYYY-MM-DD, or two of them joined by ..")
    for day in filter(None, (found[1], found[3])):
        try:
            date.fromisoformat(day)
        except ValueError as err:
            raise ArgumentError(
                "reading --date", f"{day} is no day of the calendar", "Write one as YYYY-MM-DD"
            ) from err
    if found[1] and found[3] and found[1] > found[3]:
        raise ArgumentError("reading --date", f"{given} ends before it begins", "Write the earlier day first")
    if not found[2]:
        return found[1], found[1]
    return found[1], found[3] or "9999-12-31"
