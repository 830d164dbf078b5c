"""`mtcrawler verify`: the bucket read back against its contract."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from typing import Any

from rich.text import Text

from mtcrawler.cli.progress import Progress
from mtcrawler.cli.terminal import console, json_line, location_of, safe
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.storage.read.verify import Problem, VerifyResult, verify


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "verify",
        help="read the bucket back and report what breaks the contract",
        description="Read every article, its revisions, the feed, kept pages and the manifests, and search for "
        "whatever is left of articles that were removed; report what breaks the contract: a line each, JSON in a pipe. "
        f"Ends with {ExitCode.INCOMPLETE} where anything does that is not repaired.",
    )
    parser.add_argument(
        "--repair",
        action="store_true",
        help="put articles that are torn or not there right: from their last revision, else the next crawl fetches "
        "them again; and have the feed tell of those that it does not",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Verify; the count goes to stderr while it lasts."""
    from mtcrawler.removal.proof import prove  # noqa: PLC0415 - help does without
    from mtcrawler.storage.connection import connect  # noqa: PLC0415 - as above

    out, location, left = console(), location_of(options), 0

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

    def still_there(problem: Problem) -> None:
        nonlocal left
        left += 1
        found(problem)

    with Progress("articles read") as progress, closing(connect(location)) as store:
        verdict = verify(location, found, progress.advance, repair=options.repair)
        progress.begin("segments searched for removed articles")
        removed = prove(store, still_there, progress.advance)
    verdict = verdict._replace(problems=verdict.problems + left)
    if out.is_terminal:
        kept = f", {verdict.pages} kept pages" if verdict.pages else ""
        said = ", ".join(
            [
                count(verdict.articles, "article"),
                count(verdict.revisions, "revision"),
                f"{count(verdict.changes, 'change')}{kept}",
            ]
        )
        said += f", {removed} removed: " if removed else ": "
        out.print(said + (_problems(verdict, options.repair) if verdict.problems else "all as the contract says"))
    else:
        more = {"removed": removed} if removed else {}
        sys.stdout.write(json_line({**verdict._asdict(), **more}))
    return ExitCode.INCOMPLETE if verdict.problems > verdict.restored + verdict.due + verdict.told else 0


def _problems(verdict: VerifyResult, repair: bool) -> str:
    """How many there are, and what was or can be done."""
    if repair:
        done = f"{verdict.restored} restored, {verdict.due} due in the next crawl, {verdict.told} told again"
        return f"{verdict.problems} problems, {done}"
    return f"{verdict.problems} problems; `mtcrawler verify --repair` puts right what is torn, not there, or not told"
