"""Serve the newspaper from the command line until interrupted: English on one port, Russian on another."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.newspaper.serving.server import Newspaper
from tests.newspaper.serving.site import MODALS


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.newspaper", description=__doc__)
    parser.add_argument("--port", type=int, default=8600, help="port of the English edition, 0 for any (8600)")
    parser.add_argument("--ru-port", type=int, default=8601, help="port of the Russian edition, 0 for any (8601)")
    parser.add_argument("--base", choices=("publisher", "self"), default="publisher", help="whose addresses pages name")
    parser.add_argument("--modal", choices=MODALS, default="classic", help="the donation message on every page")
    parser.add_argument("--modal-delay", type=int, metavar="MS", help="when it shows, else its own time")
    parser.add_argument("--no-consent", dest="consent", action="store_false", help="never ask about cookies")
    parser.add_argument("--original", type=Path, metavar="FOLDER", help="take the first article's words from there")
    parser.add_argument("--seed", type=int, help="another newspaper of the same shape")
    parser.add_argument("--latency", type=float, default=0, metavar="MS", help="wait before every answer")
    parser.add_argument(
        "--error-rate", type=float, default=0, metavar="P", help="share of answers that are a 500, 0 to 1"
    )
    for name in ("forbid", "empty", "malformed"):
        parser.add_argument(f"--{name}", action="store_true", help="see tests/newspaper/serving/faults.py")
    asked = parser.parse_args()
    for name, least, most in (("port", 0, 65535), ("ru_port", 0, 65535), ("latency", 0, 600_000), ("error_rate", 0, 1)):
        if not least <= getattr(asked, name) <= most:
            parser.error(f"argument --{name.replace('_', '-')}: give a number from {least} to {most}")
    if asked.original is not None and not asked.original.is_dir():
        parser.error(f"argument --original: there is no folder {asked.original}")
    return asked


def main() -> int:
    """Serve until SIGINT or SIGTERM; 2 where a port cannot be opened."""
    try:
        serve(options())
    except OSError as err:
        remedy = "Choose others with --port and --ru-port; 0 takes any."
        print(f"newspaper: a port cannot be opened ({err.strerror or err}). {remedy}", file=sys.stderr)
        return 2
    return 0


def serve(given: argparse.Namespace) -> None:
    """Serve what was asked for until SIGINT or SIGTERM. Raises OSError where a port cannot be opened."""
    asked: dict[str, Any] = {key: value for key, value in vars(given).items() if value is not None}
    port, ru_port, original = asked.pop("port"), asked.pop("ru_port"), asked.pop("original", None)
    stopped = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopped)
    with ExitStack() as stack:
        try:
            papers = (Newspaper("en", port, original=original, **asked), Newspaper("ru", ru_port, **asked))
        except (OSError, OverflowError) as err:
            sys.exit(f"serving the newspaper: {err}. Give other ports with --port and --ru-port, or 0 for any.")
        for paper in papers:
            stack.enter_context(paper)
            print(f"{paper.language}: {paper.origin}/ ({len(paper.stories)} stories)", flush=True)
        signal.sigwait(stopped)


if __name__ == "__main__":
    sys.exit(main())
