"""`mtcrawler reextract`: kept pages read again by today's definitions and extractor."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mtcrawler.cli.progress import Progress
from mtcrawler.cli.read.stored_site import check_site
from mtcrawler.cli.terminal import console, json_line, location_of, project, safe, var_of
from mtcrawler.model.errors import ArgumentError, SettingError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.storage.read.reader import Bucket

if TYPE_CHECKING:
    from mtcrawler.reextraction.running import Reextracted

WHERE: Final = """--where compares a field as it is stored: field=value, field!=value, field= (missing),
field!= (there), field<number, field>number (also <= and >=). A list equals a value that is in it. access.tier,
rights.licence, image.url and provenance.rendered name what is inside a field; those of provenance may be named alone.
All have to hold.
"""


class _Stopped(BaseException):
    """A signal asks for the end."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "reextract",
        help="read kept pages again with today's definitions and extractor",
        description="Read the kept page of each article again (KEEP_PAGES), and store what is read otherwise today as "
        "a revision, which the feed tells as `reextracted`. No site is asked for anything. May be interrupted: it goes "
        f"on where it was. Ends with {ExitCode.INCOMPLETE} where objects could not be read.",
        epilog=WHERE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--site", metavar="HOST", help="articles of this site")
    parser.add_argument("--date", metavar="DAY", help="articles of this day (YYYY-MM-DD, as in their keys)")
    parser.add_argument("--since", metavar="DAY", help="articles of this day and later ones")
    parser.add_argument("--until", metavar="DAY", help="articles of this day and earlier ones")
    parser.add_argument("--where", metavar="CONDITION", action="append", default=[], help="see below; may be repeated")
    parser.add_argument("--dry-run", action="store_true", help="show the differences, and write nothing")
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: one a processor)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read pages again; a table on a terminal, a JSON line in a pipe."""
    try:
        from mtcrawler.reextraction.conditions import conditions  # noqa: PLC0415 - help needs no extractor
        from mtcrawler.reextraction.running import Asked, reextract  # noqa: PLC0415 - as above
        from mtcrawler.reextraction.site_reader import Left  # noqa: PLC0415 - as above
    except ModuleNotFoundError as err:
        happened = f"the package {err.name} is not installed"
        raise SettingError("reading kept pages again", happened, "Run `pip install 'mtcrawler[crawl]'`.") from err
    from mtcrawler.identity.ids import new_run_id  # noqa: PLC0415 - as above
    from mtcrawler.session.plan import Plan  # noqa: PLC0415 - as above
    from mtcrawler.storage.pages.showing import KEEPING  # noqa: PLC0415 - as above

    if options.date and (options.since or options.until):
        raise ArgumentError("reading --date", "--since or --until is given, too", "Give the day, or the span.")
    if options.workers is not None and not 1 <= options.workers <= 256:
        raise ArgumentError("reading --workers", f"{options.workers} is not 1 to 256", "Give a number of processes.")
    days = {name: _day(name, getattr(options, name)) for name in ("date", "since", "until")}
    home = project()
    sites = Path(options.environment.get("MTCRAWLER_SITES") or (home / "sites" if home else "sites"))
    asked = Asked(
        sites=sites.absolute(),
        site=options.site,
        since=days["date"] or days["since"],
        until=days["date"] or days["until"],
        conditions=conditions(options.where),
        dry_run=options.dry_run,
        workers=options.workers,
        project=home,
    )
    location, var = location_of(options), var_of(options)
    with Bucket(location) as bucket:
        check_site(bucket, options.site, "reading kept pages again of")
    plan = Plan(run_id=new_run_id(), state_dir=var / "state", spool_dir=var / "spool")
    signal.signal(signal.SIGTERM, _stop)
    try:
        with Progress("articles read again") as progress:
            outcome = reextract(plan, location, asked, lambda found: progress.update(found.read, None, _so_far(found)))
    except _Stopped:
        return ExitCode.STOPPED
    _say(options, outcome)
    if outcome.read and outcome.left[Left.NO_PAGE] == outcome.read:
        print(f"mtcrawler: no page of these articles is kept. {KEEPING}", file=sys.stderr)
    return ExitCode.INCOMPLETE if outcome.unreadable else 0


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise _Stopped


def _day(name: str, given: str | None) -> str | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as err:
        raise ArgumentError(f"reading --{name}", f"{given!r} is no day", "Give a day such as 2026-11-01.") from err


def _so_far(found: Reextracted) -> str:
    return f"articles read again, {found.differ:,} differ"


def _say(options: argparse.Namespace, found: Reextracted) -> None:
    out = console()
    if not out.is_terminal:
        sys.stdout.write(json_line({"dry_run": options.dry_run, **found.told()}))
        return
    went_on = " (it went on where it was interrupted)" if found.resumed else ""
    would = f"{found.differ} would be revised" if options.dry_run else f"{found.written} revised"
    out.print(safe(f"{count(found.read, 'article')} read again{went_on}: {would}."))
    for name, number in found.fields.most_common():
        out.print(safe(f"{number:>8}  {name}"))
        for one in found.examples.get(name, ()):
            out.print(safe(f"          {one.url}\n            is     {one.before}\n            today  {one.after}"))
    for why, number in found.left.most_common():
        out.print(safe(f"{number:>8}  left: {why}"))
        for example in found.left_examples.get(why, ()):
            out.print(safe(f"          {example}"))
    if found.passed:
        out.print(f"{found.passed:>8}  not asked for (--where)")
