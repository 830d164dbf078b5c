"""`mtcrawler doctor`: is everything here that a crawl needs, and if not, which command mends it?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from mtcrawler.cli.doctor.diagnostics import Environment, findings
from mtcrawler.cli.doctor.finding import Finding
from mtcrawler.cli.terminal import console, given_var, json_line, location_of, safe
from mtcrawler.model.exit_codes import ExitCode

STYLES = {"ok": "green", "warning": "yellow", "wrong": "bold red"}


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "doctor",
        help="check what a crawl needs, and say what mends it",
        description="Check versions, settings, sites, browser, bucket, clock, disk and sessions: a line each, below "
        f"what is wrong the command that mends it; JSON lines in a pipe. Ends with {ExitCode.INCOMPLETE} where one is.",
    )
    parser.add_argument("--online", action="store_true", help="ask each publisher's site for its robots.txt, too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check everything; what is wrong with one thing does not keep the others from being checked."""
    out, worst = console(), False
    for finding in _all(options):
        worst = worst or finding.state == "wrong"
        if out.is_terminal:
            line = Text(f"{finding.state:<8}", STYLES[finding.state]).append(f"{finding.what:<12}", "bold")
            out.print(line.append(safe(finding.said).replace("\n", " "), "default"), soft_wrap=True)
            if finding.mend:
                out.print(Text(f"{'':<20}{safe(finding.mend)}", "cyan"), soft_wrap=True)
        else:
            sys.stdout.write(json_line(finding._asdict()))
            sys.stdout.flush()
    return ExitCode.INCOMPLETE if worst else 0


def _all(options: argparse.Namespace) -> Iterator[Finding]:
    env = Environment(given_var(options), options.environment, lambda: location_of(options))
    yield from findings(env, online=options.online)
