"""`mtcrawler revisions` and `mtcrawler diff`: what an article was before, and what was changed in it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.terminal import console, escaped, json_line, location_of, safe
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError, ObjectUnreadable
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.read.edits import Edit, difference
from mtcrawler.storage.read.reader import Bucket

STYLES = {"+": "green", "-": "red", "@": "cyan"}


def add(commands: Any) -> None:
    """Add the parsers of both commands."""
    for name, run, about in (
        ("revisions", run_revisions, "list the revisions of an article, newest first"),
        ("diff", run_diff, "show what changed between two revisions of an article"),
    ):
        parser = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        parser.add_argument("article", metavar="ID-or-URL", help="an id, its first 8 characters or more, or an address")
        if name == "diff":
            parser.add_argument("old", nargs="?", type=int, help="a revision (default: the one before NEW)")
            parser.add_argument("new", nargs="?", type=int, help="another (default: the current one)")
        parser.set_defaults(run=run)


def run_revisions(options: argparse.Namespace) -> int:
    """List the revisions: a table on a terminal, whole articles as JSON lines in a pipe."""
    out = console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    for name in ("revision", "fetched", "words", "hash"):
        table.add_column(name, no_wrap=True)
    table.add_column("headline", ratio=1, no_wrap=True, overflow="ellipsis")
    history, unread = _history(options)
    for article in history:
        if not out.is_terminal:
            sys.stdout.write(escaped(article.model_dump_json()) + "\n")
            continue
        fetched = f"{article.provenance.fetched_at:%Y-%m-%d %H:%M}"
        cells = (str(article.revision), fetched, str(article.word_count), article.content_hash[:12], article.headline)
        table.add_row(*(Text(safe(cell).replace("\n", " ")) for cell in cells))
    if out.is_terminal:
        out.print(table)
    return ExitCode.INCOMPLETE if unread else 0


def run_diff(options: argparse.Namespace) -> int:
    """Show the difference; in a pipe one JSON line a field."""
    found, unread = _history(options)
    history = {article.revision: article for article in found}
    newest = max(history)
    new = newest if options.new is None else options.new
    old = new - 1 if options.old is None else options.old
    if options.old is None and newest == 1:
        print("There is one revision only, so there is nothing to compare.", file=sys.stderr)
        return ExitCode.INCOMPLETE if unread else 0
    if missing := [number for number in (old, new) if number not in history]:
        if unread and 0 < missing[0] < min(history):  # it may be there, beyond the one that cannot be read
            raise unread[0]
        known = "there is only one" if len(history) == 1 else f"there are {min(history)} to {newest}"
        raise ArgumentError("comparing revisions", f"there is no revision {missing[0]}", f"Choose others: {known}.")
    out = console()
    edits = difference(history[old], history[new])
    for edit in edits:
        if out.is_terminal:
            _show(edit, out)
        else:
            sys.stdout.write(json_line(dataclasses.asdict(edit)))
    if out.is_terminal and not edits:
        out.print("Nothing that a reader sees.")
    return ExitCode.INCOMPLETE if unread else 0


def _history(options: argparse.Namespace) -> tuple[list[Article], list[ObjectUnreadable]]:
    """The revisions, the newest first, and what could not be read: at a revision that cannot they end early."""
    with Bucket(location_of(options)) as bucket:
        found = list(bucket.revisions(options.article))
    if not found:
        raise ArgumentError(
            f"looking for {options.article}", "the bucket holds no such article", "See mtcrawler articles."
        )
    return found, bucket.left_out


def _show(edit: Edit, out: Console) -> None:
    out.print(Text(safe(edit.field), "bold"))
    lines = edit.lines or (f"-{_told(edit.before)}", f"+{_told(edit.after)}")
    for line in lines:
        out.print(Text(safe(line), STYLES.get(line[:1], "")), soft_wrap=True)


def _told(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
