"""`mtcrawler crawl …`: `scrapy crawl …`, in a project or outside of one."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NoReturn

from mtcrawler.model.errors import SettingError
from mtcrawler.storage.finding import DEFAULTS, project, var_of

HELP: Final = (["-h"], ["--help"])


def add(commands: Any) -> None:
    """Add the command's parser, which hands everything on as it is typed."""
    parser = commands.add_parser(
        "crawl",
        help="crawl sites into the bucket (as `scrapy crawl` does)",
        usage="mtcrawler crawl SPIDER [-a NAME=VALUE]… [-s NAME=VALUE]…",
        description="Crawls with the settings of the project that this folder is in. Outside of any it has the usual "
        "ones, and --var or MTCRAWLER_VAR says where local data may lie. It takes whatever `scrapy crawl` takes.",
        # So that no argument is taken for an option of ours.
        prefix_chars="\0",
        add_help=False,
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="SPIDER …")
    parser.set_defaults(run=lambda options: run(options, parser))


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Become `scrapy crawl`."""
    if options.arguments in HELP:
        parser.print_help()
        raise SystemExit(0)
    become_scrapy(["crawl", *options.arguments], options)


def become_scrapy(arguments: list[str], options: argparse.Namespace) -> NoReturn:
    """Become `scrapy` with these arguments, in the folder that we are in.

    Raises SettingError where Scrapy is not installed, or where nothing says where local data may lie.
    """
    if find_spec("scrapy") is None:
        raise SettingError("starting a crawl", "Scrapy is not installed", "Run `pip install 'mtcrawler[crawl]'`.")
    given, folder = dict(options.environment), project()
    if options.var:
        given["MTCRAWLER_VAR"] = os.path.abspath(options.var)  # noqa: PTH100 - links stay as they are
    if not any((above / "scrapy.cfg").is_file() for above in (Path.cwd(), *Path.cwd().parents)):
        var = var_of(given.get("MTCRAWLER_VAR"))
        given.setdefault("SCRAPY_SETTINGS_MODULE", DEFAULTS)
        if folder is not None:  # the checkout that we are run from, with the code that its definitions name
            given["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), given.get("PYTHONPATH")]))
        elif not given.get("MTCRAWLER_SITES"):
            (var / "sites").mkdir(parents=True, exist_ok=True)  # definitions may lie there; none has to
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "scrapy", *arguments], given)  # noqa: S606 - our own program
