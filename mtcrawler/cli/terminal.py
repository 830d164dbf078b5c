"""What is safe to show on a terminal, and which bucket a command means."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mtcrawler.model.errors import SettingError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import escaped, json_line, safe
from mtcrawler.storage.location import Location

if TYPE_CHECKING:
    from rich.console import Console

    from mtcrawler.storage.embedded.server import Embedded

__all__ = ["INCOMPLETE", "console", "embedded", "escaped", "json_line", "location_of", "safe", "var_of"]

INCOMPLETE: Final = ExitCode.INCOMPLETE
"""The exit code where something in the bucket could not be read and was left out; stderr names it."""


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
    """The bucket the environment names; without one, the embedded store, which is started when needed."""
    return Location.from_mapping(options.environment) or embedded(options).up()


def embedded(options: argparse.Namespace) -> Embedded:
    """The embedded store of this project. Raises SettingError as `var_of` does."""
    from mtcrawler.storage.embedded.server import Embedded  # noqa: PLC0415 - only where no bucket is named

    return Embedded(var_of(options) / "store")


def var_of(options: argparse.Namespace) -> Path:
    """Where local data lies: where we are told, else `var` in the project's folder, from wherever a command is run.

    The project is the nearest folder from here upwards with a scrapy.cfg, else the checkout this code runs from.
    Raises SettingError where there is neither: a store begun in any folder would only look like an empty bucket.
    """
    var = given_var(options)
    if var is None:
        raise SettingError(
            "looking for local data",
            f"neither {Path.cwd()} nor a folder above it is a project (scrapy.cfg)",
            "Set S3_BUCKET to read a bucket, or say where local data lies with --var or MTCRAWLER_VAR.",
        )
    return var


def given_var(options: argparse.Namespace) -> Path | None:
    """Where local data lies; None where nobody says and there is no project."""
    return Path(options.var) if options.var else default_var()


def default_var() -> Path | None:
    """`var` in the project's folder; None where there is no project."""
    folder = project()
    return folder / "var" if folder else None


def project() -> Path | None:
    """The project's folder: the nearest from here upwards with a scrapy.cfg, else the checkout this code runs from."""
    here = Path.cwd()
    folders = (here, *here.parents, Path(__file__).resolve().parents[2])
    return next((folder for folder in folders if (folder / "scrapy.cfg").is_file()), None)
