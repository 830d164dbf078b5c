"""`mtcrawler report [RUN]`: the report of a run, as a file to open in a browser, made here from the run's data."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from pathlib import Path
from typing import Any

from mtcrawler.cli.terminal import console, given_var, json_line, location_of, safe
from mtcrawler.model.errors import ArgumentError, ObjectUnreadable, StoreError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.runs.report import render
from mtcrawler.runs.report.stored_manifest import manifest_of
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.runs.telemetry.report_data import DATA_NAME, ReportData
from mtcrawler.security import private_files, whole_files
from mtcrawler.security.redaction import Secrets
from mtcrawler.storage.layout import read_manifest_key
from mtcrawler.storage.read.reader import Bucket

WITHOUT = "The report was made from the run's manifest alone: "


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "report",
        help="make the report of a run, the last one unless given",
        description="Make the report of a run from its manifest and its report.json, put it into a file and say where "
        "that is; as one JSON line in a pipe. The report.html in the bucket is for other tools and is not read.",
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
    """Make the report."""
    with Bucket(location_of(options)) as bucket:
        manifest, whole = _manifest(bucket, options)
        data, note = _data(bucket, manifest)
        code = 0 if whole and not bucket.left_out else ExitCode.INCOMPLETE
    if code:
        said = "What could not be read was left out: this may not be the last run's report."
        note = f"{said} {note}".strip()
    if note:
        print(safe(f"mtcrawler: {note}").replace("\n", " "), file=sys.stderr)
    page = render(manifest, data, Secrets.of_environment(options.environment), note)
    var = given_var(options)
    file = options.output or (var / "reports" if var else Path()) / f"{manifest.run_id}.html"
    try:
        if options.output or var is None:
            file.parent.mkdir(parents=True, exist_ok=True)
            whole_files.put(file, page)
        else:
            private_files.folder(file.parent)
            private_files.put(file, page)
    except OSError as err:
        raise whole_files.unwritten(file, err, "Choose another with --output.") from err
    if whole_files.is_standard_output(file):
        return code
    out = console()
    if out.is_terminal:
        said = f"{manifest.subject}, {manifest.outcome}: {manifest.message}"
        out.print(safe(said).replace("\n", " "), soft_wrap=True)
        out.print(safe(os.path.relpath(file)), soft_wrap=True)
    else:
        told = {"run_id": manifest.run_id, "spider": manifest.spider, "file": str(file.resolve())}
        sys.stdout.write(json_line(told))
    if options.open and not webbrowser.open(file.resolve().as_uri()):
        raise ArgumentError("opening the report", "there is no browser to show it", f"Open {file} in one.")
    return code


def _manifest(bucket: Bucket, options: argparse.Namespace) -> tuple[Manifest, bool]:
    """The manifest of the run that is meant, and whether it is the first that could be meant: one that cannot be used
    is named and passed over. Raises ArgumentError, or ObjectUnreadable where all that could be meant cannot be used.
    """
    whole, last = True, None
    for said in bucket.manifests():
        name, spider = (said.get("run_id"), said.get("spider")) if isinstance(said, dict) else (None, None)
        if not str(name).startswith(options.id or "") or options.spider not in {None, spider}:
            continue
        try:
            return manifest_of(said), whole
        except ValueError as err:
            told = f"The manifest of {str(name)[:100]} is passed over: it is not one of this contract ({err})."
            whole = False
            last = last or ObjectUnreadable(f"the manifest of {name}", str(err), "Choose another of mtcrawler runs.")
            print(safe(f"mtcrawler: {told}").replace("\n", " "), file=sys.stderr)
    for unread in bucket.left_out:
        parts = read_manifest_key(unread.key)
        if parts and parts[1].startswith(options.id or ""):
            raise unread
    if last is not None:
        raise last
    meant = " ".join(filter(None, (options.id, options.spider)))
    raise ArgumentError(
        f"looking for the run {meant}" if meant else "looking for the last run",
        "the bucket holds no such finished run",
        "See mtcrawler runs; a run that was killed has neither manifest nor report.",
    )


def _data(bucket: Bucket, manifest: Manifest) -> tuple[ReportData | None, str]:
    """What the run kept for its report; where that is nothing or nothing to be used, why."""
    try:
        body = bucket.run_file(f"{manifest.started_at:%Y-%m-%d}", manifest.run_id, DATA_NAME)
        if body is None:
            return (
                None,
                f"{WITHOUT}it kept no {DATA_NAME}, as a run that met nothing new does, and earlier versions did.",
            )
        return ReportData.read(body), ""
    except (StoreError, ValueError) as err:
        return None, f"{WITHOUT}its {DATA_NAME} cannot be used ({err})."
