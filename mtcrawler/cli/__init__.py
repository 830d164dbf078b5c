"""`mtcrawler …`: what consumers and operators type (crawling itself is `scrapy crawl`)."""

from __future__ import annotations

import argparse
import logging
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, NoReturn

import mtcrawler
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import DISK, MtcrawlerError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.runs.process.streams import in_utf8, outlive_readers
from mtcrawler.security.redaction import Secrets

COMMANDS: Final = {
    "articles": "read.articles",
    "show": "read.show",
    "revisions": "read.revisions",
    "diff": "read.revisions",
    "changes": "read.changes",
    "runs": "read.runs",
    "report": "read.report",
    "browse": "read.browse",
    "verify": "verify",
    "set-aside": "set_aside",
    "cluster": "cluster",
    "export": "read.export",
    "compact": "compact",
    "store": "store",
    "login": "login",
    "doctor": "doctor",
    "schema": "read.schema",
    "sites": "sites",
    "try": "pages.try_page",
    "reextract": "pages.reextract",
    "settings": "settings",
    "fleet": "fleet.commands",
    "worker": "worker",
}
"""The module of each command, below this package. It has `add(commands)`, which adds its parsers and sets `run`: a
function of the options that returns a code."""


LISTING: Final = frozenset({"articles", "show", "revisions", "diff", "changes", "runs", "schema"})
"""Commands that only list: where nobody reads on, they end. Others do their work and end with its code."""


MACHINE: Final = "See that there is room on the disk, and that MTCRAWLER_VAR and TMPDIR name folders you may write."


class Parser(argparse.ArgumentParser):
    """One whose errors repeat an argument only as it is safe to show."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments on stderr, and end with 2."""
        super().error(Secrets().shown(message))


class OneLine(logging.Formatter):
    """A warning, ours or a library's, as one line that is safe to show: no secret, no traceback."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__()
        self._environment = environment

    def format(self, record: logging.LogRecord) -> str:
        """The message alone."""
        told = Secrets.of_environment(self._environment).shown(f"mtcrawler: {record.getMessage()}")
        return " ".join(told.split())


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run one command; returns the exit code. A failure is one line on stderr."""
    if arguments is None:  # a process of its own
        in_utf8()
        outlive_readers(reader_needed=command_in(sys.argv[1:]) in LISTING, room_needed=True)
    given = sys.argv[1:] if arguments is None else arguments
    environment = variables() if environment is None else environment
    try:
        return _run(given, environment)
    except MtcrawlerError as err:
        told = Secrets.of_environment(environment).shown(f"mtcrawler: {err}")
        print(told.replace("\n", " "), file=sys.stderr)
        return err.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return 0  # whoever read our lines has had enough (`mtcrawler articles | head`)
    except (OSError, sqlite3.Error) as err:  # of this machine: a full disk, no temporary folder
        told = Secrets.of_environment(environment).shown(f"running {command_in(given)}: {err}")
        print(f"mtcrawler: {' '.join(told.split())}. {MACHINE}", file=sys.stderr)
        full = isinstance(err, OSError) and err.errno in DISK
        return ExitCode.STORAGE if full or isinstance(err, sqlite3.Error) else ExitCode.FAILED


def _run(given: Sequence[str], environment: Mapping[str, str]) -> int:
    """Do what the arguments say; returns the command's code."""
    parser = Parser(prog="mtcrawler", description="Read what the crawler stored, run its store, check sites.")
    parser.add_argument("--version", action="version", version=f"mtcrawler {mtcrawler.__version__}")
    parser.add_argument(
        "--var", metavar="DIR", help="where local data lies (default: MTCRAWLER_VAR, else var in the project's folder)"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in _wanted(given):
        import_module(f"mtcrawler.cli.{module}").add(commands)
    try:
        options = parser.parse_args(given)
    except SystemExit:  # --help and --version
        sys.stdout.flush()
        raise
    options.environment = environment
    options.var = options.var or options.environment.get("MTCRAWLER_VAR")
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(options.environment))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    code: int = options.run(options)
    sys.stdout.flush()
    return code


def _wanted(given: Sequence[str]) -> list[str]:
    """The module of the command that is asked for, so that no other's imports are waited for; all where none is."""
    module = COMMANDS.get(command_in(given))
    return [module] if module else list(dict.fromkeys(COMMANDS.values()))


def command_in(given: Sequence[str]) -> str:
    """The command that is asked for; "" where none is."""
    place = 2 if given[:1] == ["--var"] else 0
    return given[place] if len(given) > place else ""
