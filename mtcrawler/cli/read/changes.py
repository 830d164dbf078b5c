"""`mtcrawler changes`: what happened in the bucket, and where to go on next time."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcrawler.cli.terminal import console, escaped, location_of, safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.security import whole_files
from mtcrawler.security.untrusted import contents
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.cursor import MOST
from mtcrawler.storage.read.reader import Bucket

if TYPE_CHECKING:
    from rich.text import Text

STYLES = {
    "new": "green",
    "revised": "yellow",
    "reextracted": "blue",
    "duplicate": "dim",
    "gone": "red",
    "walled": "magenta",
}


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "changes",
        help="tell what is new, revised, duplicate, gone or walled",
        description="Tell what happened since a cursor, at least once and without a gap: a line each on a terminal, "
        "JSON lines in a pipe. The cursor to go on from is written to FILE, or said on stderr.",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--since", metavar="CURSOR", help="go on where an earlier call stopped (default: everything)")
    where.add_argument("--cursor", metavar="FILE", type=Path, help="go on where FILE says; say there where it stopped")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the changes; the cursor is moved only after they were written."""
    since = _kept(options.cursor) if options.cursor else options.since
    out = console()
    with Bucket(location_of(options)) as bucket:
        changes = bucket.changes(since)
        for change in changes:
            if out.is_terminal:
                out.print(_line(change), soft_wrap=True)
            else:
                sys.stdout.write(escaped(change.model_dump_json(exclude={"signature"})) + "\n")
        sys.stdout.flush()
        if options.cursor:
            _keep(options.cursor, changes.cursor)
        else:
            print(f"cursor: {changes.cursor}", file=sys.stderr)
    return ExitCode.INCOMPLETE if changes.left_out else 0


def _line(change: Change) -> Text:
    from rich.text import Text  # noqa: PLC0415 - a pipe does without

    line = Text(f"{change.at:%Y-%m-%d %H:%M} ")
    line.append(f"{change.change:<11} ", STYLES[change.change])
    line.append(f"{change.id[:8]} ", "dim")
    return line.append(safe(change.headline or change.canonical_url).replace("\n", " "))


def _kept(path: Path) -> str | None:
    try:
        return contents(path, MOST, follow=True).decode("ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as err:
        raise ArgumentError("reading --cursor", f"{path} cannot be read ({err})", "Give another file.") from err


def _keep(path: Path, cursor: str) -> None:
    try:
        whole_files.put(path, f"{cursor}\n".encode("ascii"))
    except OSError as err:
        raise whole_files.unwritten(path, err, "Give another file with --cursor.") from err
