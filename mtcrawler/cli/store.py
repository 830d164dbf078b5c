"""`mtcrawler store up|down|status`: the embedded store; `mtcrawler store keys FOLDER`: what closes one of your own."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mtcrawler.cli.terminal import console, embedded, json_line, safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser("store", help="run the local S3 store", description=__doc__)
    parser.add_argument("action", choices=("up", "down", "status", "keys"))
    parser.add_argument("folder", nargs="?", type=Path, help="for keys: the folder in which a SeaweedFS is started")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Do as asked; `status` ends with 3 where the store does not run."""
    if (options.action == "keys") != (options.folder is not None):
        raise ArgumentError(
            f"mtcrawler store {options.action}",
            "keys takes a folder, and the other actions take none",
            "Write it as in: mtcrawler store keys /etc/store",
        )
    if options.action == "keys":
        return _keys(options.folder)
    store, out = embedded(options), console()
    if options.action == "up":
        store.up()
    elif options.action == "down":
        out.print("stopped" if store.down() else "was not running")
        return 0
    status = store.status()
    if not out.is_terminal:
        sys.stdout.write(json_line(asdict(status)))
    elif status.running:
        out.print(f"running   {status.endpoint_url}, bucket {status.bucket} (process {status.pid})", soft_wrap=True)
        out.print(safe(f"data      {status.folder} (keys in store.json there)"), soft_wrap=True)
    else:
        out.print(safe(f"not running; its data is in {status.folder}"), soft_wrap=True)
    return 0 if status.running else ExitCode.INCOMPLETE


def _keys(folder: Path) -> int:
    """Write what a SeaweedFS needs to close its ports; a key that is there stays, for the server may be running."""
    from mtcrawler.storage.embedded import tls  # noqa: PLC0415 - the other actions start without it

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tls.configure(folder)
    except OSError as err:
        raise ArgumentError(
            f"writing the store's keys to {folder}", err.strerror or str(err), "Choose another folder."
        ) from err
    print(safe(f"start weed in {folder}, with -ip=127.0.0.1: every port but S3's is closed to others"))
    return 0
