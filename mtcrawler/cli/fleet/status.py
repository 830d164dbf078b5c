"""`mtcrawler fleet status`: what the fleet is doing, once or over and over."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from mtcrawler.cli.fleet.asking import asked
from mtcrawler.cli.terminal import console, json_line, safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.printable import count

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

    from mtcrawler.fleet.status import FleetStatus

REFRESHED: Final = 2.0
"""Seconds between two looks with --watch."""
WIDEST: Final = 2_000
"""Characters of a line of sites; the longest host has 253."""
COLUMNS: Final = ("site", "state", "next visit", "last visit", "outcome")


def add(actions: Any) -> None:
    """Add the action's parser."""
    told = "Tables on a terminal, one JSON object in a pipe; with --sites a JSON line for each site."
    parser = actions.add_parser("status", help="sites by state, workers, visits of the last hour", description=told)
    parser.add_argument("--json", action="store_true", help="JSON on a terminal, too")
    parser.add_argument("--sites", action="store_true", help="each site instead")
    parser.add_argument(
        "--watch", action="store_true", help="on a terminal: look again every two seconds, until Ctrl-C"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Show the state of the fleet."""
    from mtcrawler.fleet import status  # noqa: PLC0415 - an extra that few need

    out = console()
    plain = options.json or not out.is_terminal
    if options.watch and (plain or options.sites):
        told = "--watch shows tables on a terminal, without --json and --sites"
        raise ArgumentError("mtcrawler fleet status", told, "Leave it out, and ask again as often as you like.")
    if options.sites:
        sites = asked(options, status.each_site)
        if plain:
            sys.stdout.writelines(json_line(_plain(one)) for one in sites)
        elif sites:
            _print_sites(out, sites)
        else:
            out.print("The fleet has no sites: mtcrawler fleet add, or sync.")
        return 0
    if plain:
        sys.stdout.write(json_line(asdict(asked(options, status.status))))
        return 0
    if not options.watch:
        out.print(_shown(asked(options, status.status)))
        return 0
    from rich.live import Live  # noqa: PLC0415 - where it is watched

    with Live(_shown(asked(options, status.status)), console=out, auto_refresh=False) as live:
        while True:
            time.sleep(REFRESHED)
            live.update(_shown(asked(options, status.status)), refresh=True)


def _shown(found: FleetStatus) -> Group:
    """The state as tables."""
    from rich.console import Group  # noqa: PLC0415 - it takes a while

    numbers = _table("", "")
    for name in (
        "sites",
        "under_way",
        "queued",
        "due",
        "late",
        "failing",
        "suspects",
        "backfilling",
        "paused",
        "quarantined",
    ):
        numbers.add_row(name.replace("_", " "), str(getattr(found, name)))
    told = f"{count(found.visits, 'visit')} ({_listed(found.outcomes)}), {count(found.articles, 'article')}"
    numbers.add_row("last hour", told)
    if found.lateness_half is not None:
        numbers.add_row("lateness", f"{found.lateness_half:.1f} s half, {found.lateness_most:.1f} s 99 of 100")
    if found.websub["sites"] or found.websub["listeners"]:
        numbers.add_row("WebSub", _websub(found.websub))
        numbers.add_row("notifications", _listed(found.websub["notifications"]))
    if found.draining:
        numbers.add_row("drained", "no visits are handed out: mtcrawler fleet drain --resume")
    parts: list[Table | str] = [numbers, f"Workers: {len(found.workers) or 'none; start some with mtcrawler worker'}"]
    if found.workers:
        workers = _table("host", "process", "since", "visits under way")
        for one in found.workers:
            workers.add_row(safe(one["host"]), str(one["pid"]), one["started"][:19], str(one["visits"]))
        parts.append(workers)
    if found.in_quarantine:
        quarantined = _table("quarantined", "since", "reason")
        for one in found.in_quarantine:
            quarantined.add_row(safe(one["name"]), one["since"][:19], safe(one["reason"] or ""))
        parts.append(quarantined)
    if found.stopped_backfills:
        stopped = _table("back-fill stopped", "reason")
        for one in found.stopped_backfills:
            stopped.add_row(safe(one["name"]), one["reason"])
        parts.append(stopped)
    if found.websub["troubles"]:
        troubles = _table("hub asked in vain", "of", "state", "reason")
        for one in found.websub["troubles"]:
            troubles.add_row(*(safe(one[name] or "") for name in ("hub", "site", "state", "reason")))
        parts.append(troubles)
    return Group(*parts)


def _websub(found: dict[str, Any]) -> str:
    """Sites that name hubs, subscriptions by state, and who listens."""
    states = _listed({state: number for state, number in found["subscriptions"].items() if number})
    listeners = found["listeners"] or "none; start one with mtcrawler fleet listen"
    return f"{found['sites']} sites name hubs; subscriptions: {states}; listeners: {listeners}"


def _listed(numbers: Mapping[str, int]) -> str:
    return safe(", ".join(f"{number} {name}" for name, number in numbers.items())) or "none"


def _print_sites(out: Console, sites: list[dict[str, Any]]) -> None:
    """Print a line for each site, as long as it has to be: a name that is cut or folded cannot be given back."""
    table = _sites(sites)
    narrow, out.width = out.width, WIDEST
    needed = out.measure(table).maximum
    out.width = max(narrow, needed)  # print() takes no line that is wider than its console
    out.print(table)


def _sites(sites: list[dict[str, Any]]) -> Table:
    table = _table(*COLUMNS)
    for column in table.columns:
        column.no_wrap = True
    for one in sites:
        state = "quarantined" if one["quarantined"] else "paused" if one["paused"] else "failing"
        state = state if one["quarantined"] or one["paused"] or one["failures"] else ""
        visited, due = (one["visited"] or "")[:16], one["next_due"][:16]
        table.add_row(*(safe(cell) for cell in (one["name"], state, due, visited, one["outcome"] or "")))
    return table


def _plain(site: dict[str, Any]) -> dict[str, Any]:
    return {name: value.total_seconds() if isinstance(value, timedelta) else value for name, value in site.items()}


def _table(*columns: str) -> Table:
    from rich import box  # noqa: PLC0415 - it takes a while
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True, show_header=any(columns))
    for name in columns:
        table.add_column(name, overflow="fold")
    return table
