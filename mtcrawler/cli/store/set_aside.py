"""`mtcrawler set-aside KEY`: moves an object that cannot be read out of the way, so that the next run goes well."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from mtcrawler.cli.terminal import console, json_line, location_of, safe
from mtcrawler.model.errors import ArgumentError, ObjectUnreadable
from mtcrawler.security.redaction import Secrets
from mtcrawler.storage.connection import connect
from mtcrawler.storage.read.set_aside import set_aside


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "set-aside",
        help="move an object that cannot be read out of the way",
        description="Move an article, a revision, a segment of the feed or a manifest that cannot be read to "
        "set-aside/v1/ in the bucket. An article is restored from its last revision where that can be read; else "
        "`mtcrawler verify --repair` has the next crawl fetch its page again. What can be read is never moved.",
    )
    parser.add_argument("keys", metavar="KEY", nargs="+", help="as a warning or mtcrawler verify names it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Move each that can be moved, and name the others; the code is that of the first that could not be."""
    out, code = console(), 0
    store = connect(location_of(options), connections=1)
    try:
        for key in dict.fromkeys(options.keys):
            try:
                moved = set_aside(store, key)
            except (ArgumentError, ObjectUnreadable) as err:  # of this key; what is wrong with the store ends it
                code = code or err.exit_code
                told = Secrets.of_environment(options.environment).shown(f"mtcrawler: {err}")
                print(told.replace("\n", " "), file=sys.stderr)
                continue
            if out.is_terminal:
                came = f"; its revision {moved.restored} is in its place" if moved.restored else ""
                out.print(safe(f"{moved.key} is now {moved.to}{came}").replace("\n", " "), soft_wrap=True)
            else:
                sys.stdout.write(json_line(moved._asdict()))
    finally:
        store.close()
    return code
