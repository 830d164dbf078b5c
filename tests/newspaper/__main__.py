"""Serve the newspaper from the command line until interrupted: English on one port, Russian on another."""

from __future__ import annotations

import argparse
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.newspaper.server import Newspaper
from tests.newspaper.site import MODALS


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
        parser.add_argument(f"--{name}", action="store_true", help="see tests/newspaper/faults.py")
    return parser.parse_args()


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    asked: dict[str, Any] = {key: value for key, value in vars(options()).items() if value is not None}
    port, ru_port, original = asked.pop("port"), asked.pop("ru_port"), asked.pop("original", None)
    stopped = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopped)
    with ExitStack() as stack:
        for paper in (Newspaper("en", port, original=original, **asked), Newspaper("ru", ru_port, **asked)):
            stack.enter_context(paper)
            print(f"{paper.language}: {paper.origin}/ ({len(paper.stories)} stories)", flush=True)
        signal.sigwait(stopped)


if __name__ == "__main__":
    main()
