"""`mtcrawler store up|down|status|env`: the embedded store; `keys FOLDER`: what closes a server of one's own;
`redeliver`: articles that wait on disk, or were kept aside, tried again.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mtcrawler.cli.terminal import console, embedded, json_line, safe, var_of
from mtcrawler.model.errors import DISK, ArgumentError, DiskError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.finding import embedded_in


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser("store", help="run the local S3 store", description=__doc__)
    parser.add_argument("action", choices=("up", "down", "status", "env", "redeliver", "keys"))
    parser.add_argument("folder", nargs="?", type=Path, help="for keys: the folder in which a SeaweedFS is started")
    parser.add_argument("--spool", type=Path, metavar="DIR", help="for redeliver: SPOOL_DIR (default: spool in --var)")
    parser.add_argument("--state", type=Path, metavar="DIR", help="for redeliver: STATE_DIR (default: state in --var)")
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
    if options.action == "redeliver":
        from mtcrawler.cli.store import redeliver  # noqa: PLC0415 - the other actions start without it

        return redeliver.run(options)
    if options.action == "env":
        return _env(options)
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
    elif store.exists:
        out.print(safe(f"not running; its data is in {status.folder}"), soft_wrap=True)
    else:
        out.print(safe(f"not running; there is nothing in {status.folder}"), soft_wrap=True)
    return 0 if status.running else ExitCode.INCOMPLETE


def _env(options: argparse.Namespace) -> int:
    """Print, for sh, what names the embedded store to whoever reads it: this code, boto3, the AWS CLI, DuckDB …"""
    location = embedded_in(var_of(options))
    given = {
        "S3_ENDPOINT_URL": location.endpoint_url,
        "S3_BUCKET": location.bucket,
        "AWS_ENDPOINT_URL_S3": location.endpoint_url,
        "AWS_ACCESS_KEY_ID": location.access_key,
        "AWS_SECRET_ACCESS_KEY": location.secret_key,
        "AWS_REGION": location.region,
        "AWS_DEFAULT_REGION": location.region,
    }
    print('# For sh, bash, dash and zsh: eval "$(mtcrawler store env)". The keys are secret.')
    for name, value in given.items():
        print(f"export {name}={shlex.quote(value or '')}")
    return 0


def _keys(folder: Path) -> int:
    """Write what a SeaweedFS needs to close its ports; a key that is there stays, for the server may be running."""
    from mtcrawler.storage.embedded import tls  # noqa: PLC0415 - the other actions start without it

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tls.configure(folder)
    except OSError as err:
        kind = DiskError if err.errno in DISK else ArgumentError
        raise kind(f"writing the store's keys to {folder}", err.strerror or str(err), "Choose another folder.") from err
    print(safe(f"start weed in {folder}, with -ip=127.0.0.1: every port but S3's is closed to others"))
    return 0
