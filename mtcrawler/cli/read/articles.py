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

from mtcrawler.cli.read.stored_site import check_site
from mtcrawler.cli.terminal import console, escaped, location_of, safe
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.read.newest import newest_first
from mtcrawler.storage.read.reader import Bucket

SHOWN = 50
"""Rows on a terminal where no limit is given."""

HEADLINE = 30
"""Cells that a headline has at least, if it is that long; other columns make way for it."""
GAP = 3
"""Cells between two columns."""
EDGES = 2
"""Cells beside the first column and the last."""

_DAY = r"(\d{4}-\d{2}-\d{2})?"
_SPAN = re.compile(rf"{_DAY}(\.\.)?{_DAY}\Z")


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "articles",
        help="list stored articles, newest first",
        description="List stored articles of all sites, newest first: a table on a terminal, JSON lines in a pipe.",
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
        check_site(bucket, options.site, "listing articles of")
        if not out.is_terminal:
            for article in newest_first(bucket, site=options.site, since=since, until=until, limit=limit):
                sys.stdout.write(escaped(article.model_dump_json()) + "\n")
            return ExitCode.INCOMPLETE if bucket.left_out else 0
        found = newest_first(bucket, site=options.site, since=since, until=until, limit=limit and limit + 1)
        rows = [_row(article) for article in _at_most(found, limit)]
        if not rows:
            out.print("No articles.")
            return ExitCode.INCOMPLETE if bucket.left_out else 0
        out.print(_table(rows, out.width))
        if next(found, None) is not None:
            out.print(f"The first {len(rows)}; --limit 0 shows all.")
    return ExitCode.INCOMPLETE if bucket.left_out else 0


def _at_most(found: Iterator[Article], limit: int | None) -> Iterator[Article]:
    """At most so many, leaving the rest where it is."""
    for number, article in enumerate(found, start=1):
        yield article
        if number == limit:
            return


def _table(rows: list[dict[str, Text]], width: int) -> Table:
    """The rows as they fit: where headlines would have too little room, other columns make way."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    names = _columns(rows, width)
    for name in names:
        if name == "headline":
            longest = max(row[name].cell_len for row in rows)
            table.add_column(name, ratio=1, min_width=min(HEADLINE, longest, width), no_wrap=True, overflow="ellipsis")
        else:
            table.add_column(name, justify="right" if name == "words" else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in names))
    return table


def _columns(rows: list[dict[str, Text]], width: int) -> list[str]:
    """The columns that fit: first the site goes, where all rows have the same, then words and kind."""
    names = list(rows[0])
    room = {name: max(len(name), *(row[name].cell_len for row in rows)) for name in names}
    room["headline"] = min(room["headline"], HEADLINE)
    same_site = len({row["site"].plain for row in rows}) == 1
    for name in (["site"] if same_site else []) + ["words", "kind"]:
        if sum(room[one] + GAP for one in names) - GAP + EDGES > width:
            names.remove(name)
    return names


def _row(article: Article) -> dict[str, Text]:
    day = article.published_date.isoformat() if article.published_date else "–"
    cells = {
        "published": f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else day,
        "site": article.site,
        "kind": article.kind,
        "headline": article.headline,
        "words": str(article.word_count),
        "id": article.id[:8],
    }
    return {name: Text(safe(cell).replace("\n", " ")) for name, cell in cells.items()}


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
