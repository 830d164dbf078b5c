"""`mtcrawler store up|down|status`: the embedded store."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from mtcrawler.cli.terminal import console, embedded


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser("store", help="run the local S3 store", description=__doc__)
    parser.add_argument("action", choices=("up", "down", "status"))
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do as asked; `status` ends with 3 where the store does not run."""
    store, out = embedded(options), console()
    if options.action == "up":
        store.up()
    elif options.action == "down":
        out.print("stopped" if store.down() else "was not running")
        return 0
    status = store.status()
    if not out.is_terminal:
        print(json.dumps(asdict(status)))
    elif status.running:
        out.print(f"running   {status.endpoint_url}, bucket {status.bucket} (process {status.pid})", soft_wrap=True)
        out.print(f"data      {status.folder} (keys in store.json there)", soft_wrap=True)
    else:
        out.print(f"not running; its data is in {status.folder}", soft_wrap=True)
    return 0 if status.running else 3
