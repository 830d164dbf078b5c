"""`mtcrawler runs`: what crawls there were and how they ended."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich import box
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.read.articles import span
from mtcrawler.cli.terminal import console, json_line, location_of, safe
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.read.reader import Bucket

COLUMNS = ("started", "run", "spider", "site", "outcome", "articles", "new", "revised", "unchanged")
TEXTS = 5
"""Columns of words; numbers follow."""
WIDEST = 1000
"""Columns; wider than any table of runs."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "runs",
        help="list finished runs, newest first",
        description="List finished runs, newest first: a table on a terminal, manifests as JSON lines in a pipe.",
    )
    parser.add_argument("--date", metavar="DAY", help="YYYY-MM-DD, or a span YYYY-MM-DD..YYYY-MM-DD")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List the runs."""
    since, until = span(options.date)
    out = console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in COLUMNS:
        table.add_column(name, no_wrap=True, justify="left" if name in COLUMNS[:TEXTS] else "right")
    with Bucket(location_of(options)) as bucket:
        for manifest in bucket.manifests(since=since, until=until):
            if out.is_terminal:
                table.add_row(*(Text(safe(cell).replace("\n", " ")) for cell in _row(manifest)))
            else:
                sys.stdout.write(json_line(manifest))
    if out.is_terminal:
        # An id is there to be copied: a terminal that is too narrow breaks the line, and nothing is cut.
        out.width = max(out.width, Measurement.get(out, out.options.update(width=WIDEST), table).maximum)
        out.print(table if table.row_count else "No finished runs.")
    return ExitCode.INCOMPLETE if bucket.left_out else 0


def _row(manifest: dict[str, Any]) -> list[str]:
    counts = manifest.get("counts", {})
    stored = counts.get("stored", {})
    said = [str(manifest.get(name) or "–") for name in ("started_at", "run_id", "spider", "site", "outcome")]
    said[3] = said[3].partition("://")[2].rstrip("/") or said[3]
    numbers = [counts.get("articles", 0), *(stored.get(name, 0) for name in COLUMNS[TEXTS + 1 :])]
    return [said[0][:16].replace("T", " "), *said[1:], *map(str, numbers)]
