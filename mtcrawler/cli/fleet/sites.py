"""`mtcrawler fleet add|remove|sync|rebuild|pause|drain|quarantine`: which sites the fleet visits."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mtcrawler.cli.fleet.asking import asked, definitions
from mtcrawler.cli.terminal import console, json_line, location_of, safe
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mtcrawler.fleet.roster import Terms
    from mtcrawler.visits.planning import PlannedVisit

N = TypeVar("N", int, float)

ASKED: Final = ("FLEET_MIN_INTERVAL", "FLEET_MAX_INTERVAL", "ALLOWED_NETWORKS")
"""The settings that a rebuild needs."""
MOST_PRIORITY: Final = 100_000
"""Slices of back-fills come after every priority."""
LOOK: Final = 1.0
"""Seconds between two looks at visits that are waited for."""


def add(actions: Any) -> None:
    """Add the actions' parsers."""
    parser = actions.add_parser("add", help="add sites by their addresses, or change how often they are visited")
    parser.add_argument("addresses", nargs="+", metavar="ADDRESS", help="such as https://www.example.com")
    _terms(parser)
    parser.set_defaults(run=add_sites)
    parser = actions.add_parser("remove", help="visit sites no more; their articles stay")
    parser.add_argument("sites", nargs="+", metavar="SITE", help="as fleet status --sites names it, or its address")
    parser.set_defaults(run=remove_sites)
    told = (
        "Sites that the same list (by its whole path) named before, and nothing names any more, are removed; articles "
    )
    told += "stay. Run it as often as you like."
    parser = actions.add_parser("sync", help="visit the sites that are described, or that files list", description=told)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a list, TOML or CSV (default: sites/)")
    _terms(parser)
    parser.set_defaults(run=sync)
    told = "Stop no worker for it. Give the lists of sites again: only their lines have settings of a site's own."
    parser = actions.add_parser("rebuild", help="make the database anew from the bucket", description=told)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a list of sites, beside sites/")
    parser.set_defaults(run=rebuild)
    parser = actions.add_parser("pause", help="visit sites no more until --resume")
    parser.add_argument("sites", nargs="*", metavar="SITE")
    parser.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--resume", action="store_true", help="visit them again")
    parser.set_defaults(run=pause)
    parser = actions.add_parser("quarantine", help="visit sites no more, for a reason; or --release them")
    parser.add_argument("sites", nargs="+", metavar="SITE")
    parser.add_argument("--release", action="store_true", help="visit them again, at once")
    parser.add_argument("--reason", default="by hand", metavar="TEXT", help="what fleet status says of it")
    parser.set_defaults(run=quarantine)
    parser = actions.add_parser("drain", help="hand out no more visits, and wait for those under way")
    parser.add_argument("--resume", action="store_true", help="hand out visits again")
    parser.add_argument(
        "--wait", type=_seconds, default=600.0, metavar="SECONDS", help="how long (default: %(default)g)"
    )
    parser.set_defaults(run=drain)


def add_sites(options: argparse.Namespace) -> int:
    """Add sites by their addresses."""
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    plans = roster.of_addresses(options.addresses, definitions(options))
    _tell(asked(options, partial(_put, plans=plans, source=roster.ADDED, terms=_given(options)))._asdict())
    return 0


def remove_sites(options: argparse.Namespace) -> int:
    """Take sites off the roster; stderr says which would come back with the next sync."""
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    removed = asked(options, partial(roster.remove, names=options.sites))
    _tell({"removed": len(removed)})
    for name, sources in sorted(removed.items()):
        if sources:
            told = (
                f"mtcrawler: {name} is named by {', '.join(sources)}, too: the next fleet sync of that adds it again."
            )
            sys.stderr.write(f"{safe(told)}\n")
    return 0


def sync(options: argparse.Namespace) -> int:
    """Have the fleet visit the sites that the definitions, or lists, name, and no others of the same source."""
    code, done = 0, {"added": 0, "updated": 0, "removed": 0}
    named = _named(options, lists_alone=True)
    code = ExitCode.WRONG_INPUT if named.pop("", None) is not None else 0
    for source, plans in named.items():
        found = asked(options, partial(_put, plans=plans, source=source, terms=_given(options), whole=code == 0))
        done = {name: number + getattr(found, name) for name, number in done.items()}
    _tell(done)
    return code


def rebuild(options: argparse.Namespace) -> int:
    """Make the database anew."""
    from dataclasses import asdict  # noqa: PLC0415 - as below

    from mtcrawler.config.reading import settings_of  # noqa: PLC0415 - what it needs takes a while to load
    from mtcrawler.fleet import rebuild as rebuilding  # noqa: PLC0415 - as above
    from mtcrawler.fleet.schedule.next_visit import Intervals  # noqa: PLC0415 - as above
    from mtcrawler.storage.read.reader import Bucket  # noqa: PLC0415 - as above

    given = {name: options.environment[name] for name in ASKED if options.environment.get(name)}
    named, typed = _named(options), settings_of(given)
    code = ExitCode.WRONG_INPUT if named.pop("", None) is not None else 0
    with Bucket(location_of(options)) as bucket:
        manifests = bucket.manifests(since=rebuilding.since(clock.now()))
        known = rebuilding.histories(manifests, definitions(options), typed.ALLOWED_NETWORKS)
    intervals = Intervals(typed.FLEET_MIN_INTERVAL, typed.FLEET_MAX_INTERVAL)
    work = partial(rebuilding.rebuild, named=named, known=known, intervals=intervals)
    _tell(asdict(asked(options, work, make=False)))
    return code or (ExitCode.INCOMPLETE if bucket.left_out else 0)


def pause(options: argparse.Namespace) -> int:
    """Pause sites, or resume them."""
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    if bool(options.sites) == options.all:
        raise ArgumentError("mtcrawler fleet pause", "no sites are named, or some and all", "Name sites, or --all.")
    work = partial(roster.pause, names=None if options.all else options.sites, paused=not options.resume)
    _tell({"resumed" if options.resume else "paused": len(asked(options, work))})
    return 0


def quarantine(options: argparse.Namespace) -> int:
    """Quarantine sites, or release them."""
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    work = partial(roster.quarantine, names=options.sites, reason=None if options.release else options.reason)
    _tell({"released" if options.release else "quarantined": len(asked(options, work))})
    return 0


def drain(options: argparse.Namespace) -> int:
    """Drain the fleet, or end that; ends with 3 where visits are still under way after the time."""
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    asked(options, partial(roster.drain, draining=not options.resume))
    until, left = time.monotonic() + options.wait, 0
    while not options.resume and (left := asked(options, roster.under_way)) and time.monotonic() < until:
        time.sleep(LOOK)
    _tell({"draining": not options.resume, "under_way": left})
    return ExitCode.INCOMPLETE if left else 0


async def _put(
    connection: Any, plans: Sequence[PlannedVisit], source: str, terms: Terms, *, whole: bool = False
) -> Any:
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    return await roster.put(connection, plans, source, terms, whole=whole)


def _named(options: argparse.Namespace, *, lists_alone: bool = False) -> dict[str, Sequence[PlannedVisit]]:
    """The sites that definitions and lists name, by source; what is wrong with a definition is told on stderr, costs
    its site alone, and leaves a source "".
    """
    from mtcrawler.fleet import roster  # noqa: PLC0415 - what it needs takes a while to load

    found: dict[str, Sequence[PlannedVisit]] = {}
    sites = definitions(options)
    if not (lists_alone and options.files):
        described, wrong, left_out = roster.of_definitions(sites.folder)
        for one in wrong:
            sys.stderr.write(f"mtcrawler: {safe(str(one))}\n")
            found[""] = ()
        if left_out:
            said = "untried, or say deploy = false, and are left out; mtcrawler fleet add HOST names one"
            sys.stderr.write(f"mtcrawler: {left_out} of the definitions are {said}\n")
        found[roster.DEFINITIONS] = described
    for path in options.files:
        found[f"list {path.resolve()}"] = roster.of_file(path, sites)
    return found


def _terms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--every", type=_interval, metavar="TIME", help="a fixed interval, such as 30m, 1h or 1d")
    parser.add_argument("--weight", type=_weight, metavar="NUMBER", help="4 for twice the visits (default: 1)")
    parser.add_argument("--priority", type=_priority, metavar="NUMBER", help="higher is visited first (default: 0)")
    told = "crawl what is older, too, back to this day, slice by slice beside the visits"
    parser.add_argument("--backfill", type=_day, metavar="DAY", help=told)


def _given(options: argparse.Namespace) -> Terms:
    from mtcrawler.fleet.roster import Terms  # noqa: PLC0415 - what it needs takes a while to load

    return Terms(options.every, options.weight, options.priority, options.backfill)


def _interval(text: str) -> timedelta:
    from mtcrawler.config.field import recheck_interval  # noqa: PLC0415 - few actions need it

    with suppress(ValueError):
        found = recheck_interval(text)
        if isinstance(found, timedelta) and found:
            return found
    raise argparse.ArgumentTypeError(f"{text!r} is no time such as 30m, 1h or 1d")


def _weight(text: str) -> float:
    return _number(text, float, least=0.001, most=1e6)


def _priority(text: str) -> int:
    return _number(text, int, least=-MOST_PRIORITY, most=MOST_PRIORITY)


def _seconds(text: str) -> float:
    return _number(text, float, least=0, most=1e9)


def _number(text: str, kind: Callable[[str], N], *, least: float, most: float) -> N:
    with suppress(ValueError):
        if least <= (number := kind(text)) <= most:
            return number
    raise argparse.ArgumentTypeError(f"{text!r} is no number from {least:g} to {most:g}")


def _day(text: str) -> date:
    with suppress(ValueError):
        if (day := date.fromisoformat(text)) < clock.now().date():
            return day
    raise argparse.ArgumentTypeError(f"{text!r} is no day of the past, such as 2020-01-31")


def _tell(done: dict[str, Any]) -> None:
    """Words on a terminal, JSON in a pipe."""
    out = console()
    if out.is_terminal:
        out.print(", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in done.items()))
    else:
        sys.stdout.write(json_line(done))
