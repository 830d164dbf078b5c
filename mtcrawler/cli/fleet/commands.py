"""`mtcrawler fleet …`: which sites are visited, and what the fleet is doing."""

from __future__ import annotations

from typing import Any

from mtcrawler.cli.fleet import database, listen, sites, status


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
