"""`mtcrawler fleet …`: which sites are visited, and what the fleet is doing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

from mtcrawler.cli.fleet import database, listen, sites, status
from mtcrawler.model.errors import SettingError

EXTRA: Final = ("psycopg", "psycopg_pool", "procrastinate")
"""The packages of the extra `fleet` that its database needs."""


def add(commands: Any) -> None:
    """Add the command's parsers."""
    parser = commands.add_parser(
        "fleet",
        help="many sites over many machines: which are visited, and how it goes",
        description="Sites are visited when they are likely to have news, by any number of `mtcrawler worker`s. "
        "FLEET_DSN names the PostgreSQL; without it, one of our own is started on this machine.",
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    sites.add(actions)
    status.add(actions)
    listen.add(actions)
    database.add(actions)
    for action in actions.choices.values():
        action.set_defaults(run=partial(_with_extra, action.get_default("run")))


def _with_extra(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """What the action returns. Raises SettingError where a package of the extra is not installed, before anything is
    started.
    """
    for name in EXTRA:
        if find_spec(name) is None:
            doing, happened = "opening the fleet's database", f"{name} is not installed"
            raise SettingError(doing, happened, "pip install 'mtcrawler[fleet]'.")
    return run(options)
