"""`mtcrawler verify`: the bucket read back against its contract."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from mtcrawler.cli.terminal import console, json_line, location_of, safe
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.read.verify import Problem, VerifyResult, verify


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "verify",
        help="read the bucket back and report what breaks the contract",
        description="Read every article, its revisions, the feed, kept pages and the manifests, and report what "
        f"breaks the contract: a line each, JSON in a pipe. Ends with {ExitCode.INCOMPLETE} where anything does that "
        "is not repaired.",
    )
    parser.add_argument(
        "--repair",
        action="store_true",
        help="put articles that are torn or not there right: from their last revision, else the next crawl fetches "
        "them again",
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
        verdict = verify(location_of(options), found, lambda count: bar.advance(task, count), repair=options.repair)
    if out.is_terminal:
        kept = f", {verdict.pages} kept pages" if verdict.pages else ""
        said = f"{verdict.articles} articles, {verdict.revisions} revisions, {verdict.changes} changes{kept}: "
        out.print(said + (_problems(verdict, options.repair) if verdict.problems else "all as the contract says"))
    else:
        sys.stdout.write(json_line(verdict._asdict()))
    return ExitCode.INCOMPLETE if verdict.problems > verdict.restored + verdict.due else 0


def _problems(verdict: VerifyResult, repair: bool) -> str:
    """How many there are, and what was or can be done."""
    if repair:
        return f"{verdict.problems} problems, {verdict.restored} restored, {verdict.due} due in the next crawl"
    return f"{verdict.problems} problems; `mtcrawler verify --repair` puts articles right that are torn or not there"
