"""`mtcrawler …`: what consumers and operators type (crawling itself is `scrapy crawl`)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

import mtcrawler
from mtcrawler.cli import (
    articles,
    changes,
    doctor,
    export,
    login,
    report,
    revisions,
    runs,
    schema,
    show,
    store,
    verify,
)
from mtcrawler.cli.terminal import safe
from mtcrawler.errors import MtcrawlerError

COMMANDS: tuple[ModuleType, ...] = (
    articles,
    show,
    revisions,
    changes,
    runs,
    report,
    verify,
    export,
    store,
    login,
    doctor,
    schema,
)
"""Each has `add(commands)`, which adds its parser and sets `run`: a function of the options that returns a code."""


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run one command; returns the exit code. A failure is one line on stderr."""
    parser = argparse.ArgumentParser(prog="mtcrawler", description="Read what the crawler stored, and run its store.")
    parser.add_argument("--version", action="version", version=f"mtcrawler {mtcrawler.__version__}")
    parser.add_argument("--var", metavar="DIR", help="where local data lies (default: MTCRAWLER_VAR, else var)")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    # The one place of the command line where the environment is read.
    options.environment = os.environ if environment is None else environment
    options.var = options.var or options.environment.get("MTCRAWLER_VAR") or "var"
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except MtcrawlerError as err:
        print(safe(f"mtcrawler: {err}").replace("\n", " "), file=sys.stderr)
        return err.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our lines has had enough (`mtcrawler articles | head`); nothing is left to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
