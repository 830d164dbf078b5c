"""`mtcrawler store redeliver`: what waits on disk, and what was kept aside, tried again without a crawl."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TimeElapsedColumn

from mtcrawler.cli.terminal import console, json_line, location_of, safe, var_of
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.session.plan import Plan
from mtcrawler.session.redelivery import Redelivered, redeliver


def run(options: argparse.Namespace) -> int:
    """Try again, with a bar on stderr, and say what came of it: a line, in a pipe of JSON."""
    var, out, shown = var_of(options), console(), Console(stderr=True)
    plan = Plan(
        run_id=new_run_id(clock.now()),
        state_dir=options.state or var / "state",
        spool_dir=options.spool or var / "spool",
    )
    columns = (SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=shown, disable=not shown.is_terminal, transient=True) as bar:
        task = bar.add_task("articles", total=None)
        found = redeliver(plan, location_of(options), lambda done, total: bar.update(task, completed=done, total=total))
    if out.is_terminal:
        out.print(safe(_told(found)), soft_wrap=True)
    else:
        sys.stdout.write(json_line(asdict(found)))
    if found.waiting or found.refused:
        return ExitCode.STORAGE
    return ExitCode.INCOMPLETE if found.unreadable else 0


def _told(found: Redelivered) -> str:
    """What became of the articles, in words."""
    outcomes = [f"{found.new} new", f"{found.revised} revised", f"{found.unchanged} unchanged"]
    said = f"{found.delivered} delivered ({', '.join([*outcomes, f'{found.duplicate} duplicates'])})"
    left = {
        "still waiting": found.waiting,
        "refused again": found.refused,
        "files that are no articles": found.unreadable,
        "waiting for other buckets": found.elsewhere,
        "segments of kept pages delivered": found.pages,
        "still waiting segments of kept pages": found.pages_waiting,
    }
    return "; ".join([said, *(f"{number} {what}" for what, number in left.items() if number)])
