"""`mtcrawler sites show`: what the pages of a site have taught."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mtcrawler.cli.terminal import console, json_line, location_of, safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.printable import count
from mtcrawler.storage.connection import connect
from mtcrawler.storage.layout import SITE_MEMORY, is_site
from mtcrawler.storage.port import ObjectStore

if TYPE_CHECKING:
    from mtcrawler.extraction.memory.site_memory import SiteMemory

NAMES: Final = {
    "authors": "bylines",
    "published_at": "dates of publication",
    "caption": "captions of lead pictures",
    "credit": "credits of lead pictures",
    "summary": "introductions",
}
NEVER: Final = "a site is remembered once articles were read whose definition does not say where the body stands."


def add_memory(actions: Any) -> None:
    """Add the command's parser to those of `sites`."""
    parser = actions.add_parser(
        "show",
        help="say what the pages of a site have taught",
        description="Say what the pages of a site have taught: for people on a terminal, as JSON in a pipe.",
    )
    parser.add_argument("host", metavar="HOST", help="the site's host, host and port, or address")
    parser.add_argument("--json", action="store_true", help="as JSON, on a terminal too")
    parser.set_defaults(run=show_memory)


def show_memory(options: argparse.Namespace) -> int:
    """Print what is remembered. Raises ArgumentError where nothing is, ObjectUnreadable, StoreError."""
    names = _names(options.host)
    store = connect(location_of(options), connections=1)
    try:
        host, found = _found(store, names)
        if found is None:
            host, found = _found(store, _at_ports(store, names) or names[:1])
    finally:
        store.close()
    if found is None:
        raise ArgumentError(f"looking for what is remembered of {host}", "there is nothing", f"Crawl it: {NEVER}")
    out = console()
    if options.json or not out.is_terminal:
        sys.stdout.write(json_line({"site": host, **_told(found)}))
    else:
        out.print(safe("\n".join(_lines(host, found))), soft_wrap=True)
    return 0


def _names(asked: str) -> list[str]:
    """What the site may be known as in the bucket: as it is named here, with and without www. Raises ArgumentError."""
    from mtcrawler.markup.addresses import Site, origin_of  # noqa: PLC0415 - readers do without the list of trackers

    given = asked.strip().lower()
    try:
        origin = origin_of(given if "://" in given else f"https://{given}")
    except ValueError:
        origin = ""
    name = Site(origin, frozenset()).known_as
    names = list(dict.fromkeys((name, f"www.{name}", name.removeprefix("www."))))
    if not all(map(is_site, names)):
        doing, remedy = f"Reading the argument {safe(asked)}", "Give www.example.com, or its address."
        raise ArgumentError(doing, "it is no site's host or address", remedy)
    return names


def _found(store: ObjectStore, names: list[str]) -> tuple[str, SiteMemory | None]:
    """What is remembered under the first of these names that anything is, and that name."""
    from mtcrawler.session.site_memory import stored_memory  # noqa: PLC0415 - other commands do without

    for name in names:
        if (found := stored_memory(store, name)) is not None:
            return name, found
    return names[0], None


def _at_ports(store: ObjectStore, names: list[str]) -> list[str]:
    """What is remembered of these hosts at a port that was not given. Raises ArgumentError where that is several."""
    keys = [key for name in names for key in store.keys(f"{SITE_MEMORY}site={name}-")]
    found = [key.removeprefix(f"{SITE_MEMORY}site=").removesuffix(".json") for key in keys]
    sites = [one for one in found if one.rpartition("-")[0] in names and one.rpartition("-")[2].isdecimal()]
    if len(sites) > 1:
        ports = ", ".join(f"{one.rpartition('-')[0]}:{one.rpartition('-')[2]}" for one in sorted(sites))
        doing = f"looking for what is remembered of {names[0]}"
        raise ArgumentError(doing, f"there are several: {ports}", "Give one of them.")
    return sites


def _told(memory: SiteMemory) -> dict[str, Any]:
    from mtcrawler.extraction.memory.clutter import clutter_in  # noqa: PLC0415 - as above

    said = memory.model_dump(mode="json", exclude={"latest", "places", "newer", "elsewhere"})
    fields = {
        name: [{"path": path, **said["fields"][name][path], "used": memory.path_for(name) == path} for path in paths]
        for name, paths in memory.fields.items()
    }
    return {
        **said,
        "fields": fields,
        "clutter": sorted(clutter_in(memory).values(), reverse=True),
        "compared": len(memory.latest),
    }


def _lines(host: str, memory: SiteMemory) -> Iterator[str]:
    """What is remembered, in words."""
    told = _told(memory)
    yield f"{host}, learned by {memory.learned_by}"
    since, updated = (f"{moment:%Y-%m-%d %H:%M}" if moment else "–" for moment in (memory.since, memory.updated))
    articles = count(memory.articles, "article")
    yield f"Its markup no. {memory.markup}, since {since}: {articles}, the last on {updated} (UTC)."
    clutter = told["clutter"]
    yield f"Clutter: {len(clutter)} texts that stand on several of the latest {told['compared']} articles" + (
        f" ({clutter[-1]} to {clutter[0]} of them)." if clutter else "."
    )
    yield f"Places: {len(memory.places)} are known to hold text of articles, or never to."
    yield "Where texts stood, with the number of articles:"
    for path, number in memory.containers.items():
        yield f"  {number:>6}  {path}"
    for name, paths in told["fields"].items():
        yield f"Where {NAMES[name]} are shown (pages that declare the same there, pages that declare another):"
        for one in paths:
            used = "  read where a page declares none" if one["used"] else ""
            yield f"  {one['agreed']:>6} {one['differed']:>4}  {one['path']}{used}"
