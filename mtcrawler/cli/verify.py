"""`mtcrawler verify`: the bucket read back against its contract."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from mtcrawler.cli.terminal import INCOMPLETE, console, json_line, location_of, safe
from mtcrawler.storage.read.verify import Problem, verify


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "verify",
        help="read the bucket back and report what breaks the contract",
        description="Read every article, its revisions, the feed and the manifests, and report what breaks the "
        f"contract: a line each, JSON in a pipe. Ends with {INCOMPLETE} where anything does.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify; the count goes to stderr while it lasts."""
    out, shown = console(), Console(stderr=True)

    def found(problem: Problem) -> None:
        if out.is_terminal:
            out.print(
                Text(safe(problem.key).replace("\n", " "), "red").append(
                    f"  {safe(problem.problem)}".replace("\n", " "), "default"
                ),
                soft_wrap=True,
            )
        else:
            sys.stdout.write(json_line(problem._asdict()))

    columns = (SpinnerColumn(), TextColumn("{task.completed} articles read"), TimeElapsedColumn())
    with Progress(*columns, console=shown, disable=not shown.is_terminal, transient=True) as bar:
        task = bar.add_task("articles", total=None)
        verdict = verify(location_of(options), found, lambda count: bar.advance(task, count))
    if out.is_terminal:
        said = f"{verdict.articles} articles, {verdict.revisions} revisions, {verdict.changes} changes: "
        out.print(said + (f"{verdict.problems} problems" if verdict.problems else "all as the contract says"))
    else:
        sys.stdout.write(json_line(verdict._asdict()))
    return INCOMPLETE if verdict.problems else 0
