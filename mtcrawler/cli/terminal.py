"""What is safe to show on a terminal, and which bucket a command means."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.printable import escaped, json_line, safe
from mtcrawler.storage import finding
from mtcrawler.storage.finding import default_var, project
from mtcrawler.storage.location import Location

if TYPE_CHECKING:
    from rich.console import Console

    from mtcrawler.storage.embedded.server import Embedded

__all__ = [
    "WORKERS",
    "check_workers",
    "console",
    "default_var",
    "embedded",
    "escaped",
    "given_var",
    "json_line",
    "location_of",
    "project",
    "safe",
    "var_of",
]


MOST_WORKERS = 256
WORKERS = "processes (default: one for each processor; 0: all is done in this one)"
"""What --workers means."""


def console() -> Console:
    """A console on stdout that takes texts as they are: no markup, no guesses about numbers."""
    from rich.console import Console  # noqa: PLC0415 - it takes a while, and errors are told without it

    class Plain(Console):
        """One that leaves it to the command what follows when nobody reads on."""

        def on_broken_pipe(self) -> None:
            """Raise the BrokenPipeError: Rich would end the process with 1."""
            raise  # noqa: PLE0704 - called while it is handled

    return Plain(markup=False, highlight=False, emoji=False, file=sys.stdout)


def location_of(options: argparse.Namespace) -> Location:
    """The bucket the environment names; without one, the embedded store, which is started when it does not run.

    Raises SettingError as `finding.location` does.
    """
    return Location.from_mapping(options.environment) or finding.embedded_in(var_of(options))


def embedded(options: argparse.Namespace) -> Embedded:
    """The embedded store of this project, which may be none yet. Raises SettingError as `var_of` does."""
    from mtcrawler.storage.embedded.server import Embedded  # noqa: PLC0415 - only where no bucket is named

    return Embedded(var_of(options) / "store")


def check_workers(number: int | None) -> None:
    """Raises ArgumentError for a number of processes that none can be."""
    if number is not None and not 0 <= number <= MOST_WORKERS:
        happened = f"{number} is not 0 to {MOST_WORKERS}"
        raise ArgumentError("reading --workers", happened, "Give a number of processes, 0 for this one alone.")


def var_of(options: argparse.Namespace) -> Path:
    """Where local data lies. Raises SettingError as `finding.var_of` does."""
    return finding.var_of(options.var)


def given_var(options: argparse.Namespace) -> Path | None:
    """Where local data lies; None where nobody says and there is no project."""
    return Path(options.var) if options.var else default_var()
