"""`mtcrawler export`: a span of days as one Parquet, JSONL, CSV or Markdown file."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mtcrawler.cli.progress import Progress
from mtcrawler.cli.read.articles import span
from mtcrawler.cli.read.stored_site import check_site
from mtcrawler.cli.terminal import WORKERS, check_workers, console, json_line, location_of, safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.security.whole_files import is_standard_output
from mtcrawler.storage.read.export import Format, export
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.unreadable_objects import LeftOut

FORMATS: dict[str, Format] = {
    ".parquet": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".md": "markdown",
}


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "export",
        help="write articles to a Parquet, JSONL, CSV or Markdown file",
        description="Write the articles of a span of days to one file: Parquet (the body as a column of JSON), JSON "
        "lines, CSV (what is nested as JSON; no text is a formula), or Markdown, where each article begins with its "
        "headline and ends with a rule. Nothing is held in memory but what is being written.",
    )
    parser.add_argument("file", type=Path, help="the file to write, - for standard output; its ending says the format")
    parser.add_argument("--site", help="one site only")
    parser.add_argument("--date", metavar="DAY", help="YYYY-MM-DD, a span YYYY-MM-DD..YYYY-MM-DD, or unknown")
    parser.add_argument(
        "--format", choices=("parquet", "jsonl", "csv", "markdown", "md"), help="whatever the file's ending"
    )
    parser.add_argument("--workers", type=int, metavar="N", help=WORKERS)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the file; the bar goes to stderr, and in a pipe one JSON line says what was written."""
    since, until = span(options.date)
    form: Format | None = (
        FORMATS.get(f".{options.format}", options.format) if options.format else FORMATS.get(options.file.suffix)
    )
    if form is None:
        raise ArgumentError(
            "exporting", f"{options.file} says no format", "Name it .parquet, .jsonl, .csv or .md, or give --format."
        )
    check_workers(options.workers)
    location, out, begin = location_of(options), console(), time.monotonic()
    with Bucket(location) as bucket, Progress("days") as progress:
        check_site(bucket, options.site, "exporting")
        days = list(bucket.days(site=options.site, since=since, until=until))
        articles = done = 0

        def keys() -> Iterator[str]:
            nonlocal done
            for site, day in days:
                yield from bucket.keys_of(site, day)
                done += 1
                told(0)

        def told(count: int) -> None:
            nonlocal articles
            articles += count
            progress.update(done, len(days), f"days, {articles:,} articles")

        left_out = LeftOut()
        written = export(location, keys(), options.file, form, workers=options.workers, told=told, left_out=left_out)
    seconds = time.monotonic() - begin
    if is_standard_output(options.file):
        print(f"mtcrawler: {count(written, 'article')}, {len(left_out)} left out", file=sys.stderr)
    elif out.is_terminal:
        out.print(safe(f"{count(written, 'article')} in {options.file}, {written / max(seconds, 0.001):,.0f} a second"))
    else:
        said = {"file": str(options.file), "articles": written, "seconds": round(seconds, 3)}
        said |= {"left_out": len(left_out)} if left_out else {}
        sys.stdout.write(json_line(said))
    return ExitCode.INCOMPLETE if left_out else 0
