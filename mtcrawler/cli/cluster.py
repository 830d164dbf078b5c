"""`mtcrawler cluster`: near-duplicates across sites."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mtcrawler.cli.progress import Progress
from mtcrawler.cli.terminal import console, json_line, location_of, var_of
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count

if TYPE_CHECKING:
    from mtcrawler.clusters.clustering import Outcome

DAYS: Final = 30
MOST_DAYS: Final = 366
EVERY: Final = 60.0
ENDS: Final = f"""\
It may be killed at any moment; the next one goes on. Only one works at a time: a second one ends with
{ExitCode.BUSY}. It ends with {ExitCode.INCOMPLETE} where objects could not be read (each is named), and with
{ExitCode.STORAGE} where the bucket cannot be used."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "cluster",
        help="group near-duplicates across sites (clusters/v1/)",
        description="Read what is new in the change feed, compare it with what all sites published within the window, "
        "and write clusters of near-duplicates to clusters/v1/: a line on a terminal, JSON in a pipe.",
        epilog=ENDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--window",
        type=int,
        metavar="DAYS",
        default=DAYS,
        help=f"articles published further apart are not compared, and older ones left out ({DAYS})",
    )
    parser.add_argument(
        "--follow",
        type=float,
        metavar="SECONDS",
        nargs="?",
        const=EVERY,
        help=f"go on, and look again after so many seconds ({EVERY:.0f})",
    )
    parser.set_defaults(run=run)


class _Stopped(BaseException):
    """A signal asks for the end."""


def run(options: argparse.Namespace) -> int:
    """Group what is new, and say what came of it."""
    if not 1 <= options.window <= MOST_DAYS:
        raise ArgumentError("reading --window", f"{options.window} is not 1 to {MOST_DAYS}", "Give a number of days.")
    if options.follow is not None and not 1 <= options.follow <= 86_400:
        raise ArgumentError("reading --follow", f"{options.follow:g} is not 1 to 86400", "Give a number of seconds.")
    from mtcrawler.clusters.running import run as cluster  # noqa: PLC0415 - it needs numpy, and help does not
    from mtcrawler.storage.connection import connect_to_write  # noqa: PLC0415

    out, folder = console(), var_of(options) / "state"
    store = connect_to_write(location_of(options))

    def told(outcome: Outcome) -> None:
        if options.follow is not None and not outcome.articles and not outcome.unreadable:
            return
        if out.is_terminal:
            out.print(_told(outcome), soft_wrap=True)
        else:
            sys.stdout.write(json_line(asdict(outcome)))
            sys.stdout.flush()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    try:
        with Progress("changes read", shown=options.follow is None) as progress:
            read = progress.advance
            cluster(store, folder, new_run_id(), told, window_days=options.window, every=options.follow, read=read)
    except _Stopped:
        return ExitCode.STOPPED
    finally:
        store.close()
    return ExitCode.INCOMPLETE if len(store.left_out) else 0


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise _Stopped


def _told(outcome: Outcome) -> str:
    """What came of it, in words."""
    left = {
        "too short": outcome.too_short,
        "outside the window": outcome.outside_window,
        "lines that are no article's": outcome.unusable,
        "not in a cluster that is full": outcome.full,
        "too far apart": outcome.far_apart,
        "objects that could not be read": outcome.unreadable,
    }
    said = [
        f"{count(outcome.compared, 'article')} compared",
        f"{outcome.clusters_written} clusters written",
        f"{outcome.clusters_merged} merged into others",
        *(f"{number} {what}" for what, number in left.items() if number),
    ]
    return "; ".join(said)
