"""`mtcrawler report [RUN]`: the report of a run, as a file to open in a browser."""

from __future__ import annotations

import argparse
import json
import os
import sys
import webbrowser
from pathlib import Path
from typing import Any

from mtcrawler.bucket.reader import Bucket
from mtcrawler.cli.terminal import console, given_var, location_of, safe
from mtcrawler.errors import ArgumentError

NAME = "report.html"


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "report",
        help="fetch the report of a run, the last one unless given",
        description="Fetch the report of a run into a file and say where that is; as one JSON line in a pipe.",
    )
    parser.add_argument("id", metavar="RUN", nargs="?", help="a run's id or its beginning (see mtcrawler runs)")
    parser.add_argument("--spider", metavar="NAME", help="the last run of this spider")
    parser.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="where to (default: reports/RUN.html in var/), - for standard output",
    )
    parser.add_argument("--open", action="store_true", help="show it in a browser")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Fetch the report."""
    with Bucket(location_of(options)) as bucket:
        manifest = _manifest(bucket, options)
        run_id, day = str(manifest["run_id"]), str(manifest["started_at"])[:10]
        page = bucket.run_file(day, run_id, NAME)
    if page is None:
        raise ArgumentError(
            f"fetching the report of {run_id}", "the run wrote none", "Its manifest is in mtcrawler runs."
        )
    if options.output == Path("-"):
        sys.stdout.buffer.write(page)
        return 0
    var = given_var(options)
    file = options.output or (var / "reports" if var else Path()) / f"{run_id}.html"
    _write(file, page)
    out = console()
    if out.is_terminal:
        said = [str(manifest.get(name, "")) for name in ("spider", "outcome", "message")]
        out.print(safe(f"{said[0]}, {said[1]}: {said[2]}").replace("\n", " "), soft_wrap=True)
        out.print(os.path.relpath(file), soft_wrap=True)
    else:
        print(json.dumps({"run_id": run_id, "spider": manifest.get("spider"), "file": str(file.resolve())}))
    if options.open and not webbrowser.open(file.resolve().as_uri()):
        raise ArgumentError("opening the report", "there is no browser to show it", f"Open {file} in one.")
    return 0


def _manifest(bucket: Bucket, options: argparse.Namespace) -> dict[str, Any]:
    """The manifest of the run that is meant; raises ArgumentError."""
    for manifest in bucket.manifests():
        named = options.id is None or str(manifest.get("run_id", "")).startswith(options.id)
        if named and options.spider in {None, manifest.get("spider")}:
            return manifest
    meant = " ".join(filter(None, (options.id, options.spider)))
    raise ArgumentError(
        f"looking for the run {meant}" if meant else "looking for the last run",
        "the bucket holds no such finished run",
        "See mtcrawler runs; a run that was killed has neither manifest nor report.",
    )


def _write(file: Path, page: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page)
    except OSError as err:
        raise ArgumentError(f"writing {file}", err.strerror or str(err), "Choose another with --output.") from err
