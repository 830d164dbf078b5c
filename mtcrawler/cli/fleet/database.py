"""`mtcrawler fleet database up|down|status|env`: the embedded database of a fleet on one machine."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import asdict
from typing import Any

from mtcrawler.cli.terminal import console, json_line, safe, var_of
from mtcrawler.model.exit_codes import ExitCode


def add(actions: Any) -> None:
    """Add the action's parser."""
    parser = actions.add_parser("database", help="run the local PostgreSQL", description=__doc__)
    parser.add_argument("action", choices=("up", "down", "status", "env"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do as asked; `status` ends with 3 where the database does not run."""
    from mtcrawler.fleet.database.server import EmbeddedDatabase  # noqa: PLC0415 - few commands need it

    database, out = EmbeddedDatabase(var_of(options) / "fleet"), console()
    if options.action == "env":
        print('# For sh, bash, dash and zsh: eval "$(mtcrawler fleet database env)". The password is secret.')
        print(f"export FLEET_DSN={shlex.quote(database.up())}")
        return 0
    if options.action == "down":
        out.print("stopped" if database.down() else "was not running")
        return 0
    if options.action == "up":
        database.up()
    status = database.status()
    if not out.is_terminal:
        sys.stdout.write(json_line(asdict(status)))
    elif status.running:
        out.print(f"running   {status.address} (process {status.pid})", soft_wrap=True)
        out.print(safe(f"data      {status.folder} (password in database.json there)"), soft_wrap=True)
    else:
        told = "its data is" if database.exists else "there is nothing"
        out.print(safe(f"not running; {told} in {status.folder}"), soft_wrap=True)
    return 0 if status.running else ExitCode.INCOMPLETE
