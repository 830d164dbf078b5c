"""`mtcrawler worker`: one of the processes that visit the sites of a fleet."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from mtcrawler.model.errors import SettingError
from mtcrawler.storage.finding import project


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "worker",
        help="visit the sites of a fleet that are due, until told to stop",
        description="Visits the sites that `mtcrawler fleet` knows when they are due, FLEET_VISITS at a time. SIGTERM "
        "ends the visits in good order, and other workers go on with their sites. Run as many as you like.",
    )
    parser.add_argument(
        "-s", dest="settings", action="append", default=[], metavar="NAME=VALUE", help="a setting, as of scrapy crawl"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Become `scrapy worker` in the project's folder."""
    folder = project()
    if folder is None:
        doing, happened = "starting a worker", "there is no project here (scrapy.cfg)"
        raise SettingError(doing, happened, "Run it in the project's folder.")
    line = [sys.executable, "-m", "scrapy", "worker"]
    line += [part for setting in options.settings for part in ("-s", setting)]
    given = dict(options.environment)
    if options.var:
        given["MTCRAWLER_VAR"] = os.path.abspath(options.var)  # noqa: PTH100 - links stay as they are
    os.chdir(folder)
    sys.stdout.flush()
    os.execve(sys.executable, line, given)  # noqa: S606 - our own program
