"""`mtcrawler worker`: one of the processes that visit the sites of a fleet."""

from __future__ import annotations

import argparse
from typing import Any

from mtcrawler.cli.project.crawl import become_scrapy


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
    """Become `scrapy worker`."""
    become_scrapy(["worker", *(part for setting in options.settings for part in ("-s", setting))], options)
