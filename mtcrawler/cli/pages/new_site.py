"""`mtcrawler sites new URL`: looks at a site that nobody has described, and writes a first definition of it."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mtcrawler.cli.terminal import console, json_line, safe
from mtcrawler.model.article import text_of
from mtcrawler.model.errors import ArgumentError
from mtcrawler.pages.exchange import FoundArticle, FoundSource, SiteAnswer, SiteRequest
from mtcrawler.pages.fetching import look_at
from mtcrawler.security import whole_files

SCHEMA = "../docs/site-definition.schema.json"
"""Where a project has the schema, from the folder of its definitions."""
LONGEST = 80
"""Characters of the name of a page that is kept."""


def add_action(actions: Any, folder: Any) -> None:
    """Add the parser of the action; `folder` says where the definitions are."""
    parser = actions.add_parser(
        "new",
        help="look at a site and write a first definition of it",
        description="Look at a site's robots.txt, sitemaps, feeds and lists, read some of its newest articles over "
        "plain HTTP, and write HOST.toml with what was found, commented. Nothing is stored in the bucket.",
    )
    parser.add_argument("url", metavar="URL", help="the site's address, such as https://www.example.com")
    parser.add_argument("--articles", type=int, default=12, metavar="N", help="articles to read (default: 12)")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="of so many days (default: 30)")
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="keep the pages and what was read off them here")
    parser.set_defaults(run=lambda options: run(options, folder(options)))


def run(options: argparse.Namespace, folder: Path) -> int:
    """Look, write, and say what was found."""
    from mtcrawler.sites.loading import read_definition  # noqa: PLC0415 - what only lists does without these
    from mtcrawler.sites.undescribed import undescribed  # noqa: PLC0415

    if options.articles < 1 or options.days < 1:
        raise ArgumentError("reading --articles and --days", "one of them is below 1", "Give whole numbers from 1 on.")
    site = undescribed(options.url)
    path = folder / f"{site.site.host}.toml"
    _refuse_described(folder, site.site.host, site.hosts)
    if path.exists():
        raise ArgumentError(f"describing {site.site.host}", f"{path} is there", "Change that file, or move it away.")
    found = look_at(SiteRequest(site=site.origin, articles=options.articles, days=options.days), options.environment)
    moved_to = urlsplit(found.origin).hostname or site.site.host
    _refuse_described(folder, moved_to, [moved_to])  # the site may have led there
    from mtcrawler.cli.pages.new_definition import definition_text, described_sources  # noqa: PLC0415 - as above

    text = definition_text(found, SCHEMA if (folder / SCHEMA).is_file() else None)
    read_definition(text, str(path))  # raises DefinitionError: what is written is right
    whole_files.put_with_folder(path, text.encode())
    if options.pages:
        keep(options.pages, found.articles)
    _tell(path, found, described_sources(found))
    return 0


def _refuse_described(folder: Path, host: str, hosts: Iterable[str]) -> None:
    """Raises ArgumentError where a file describes the site at one of these hosts, whatever the file's name."""
    from mtcrawler.sites.loading import Sites  # noqa: PLC0415 - as above

    sites = Sites(folder)
    if taken := next(filter(None, map(sites.file_of, (host, *hosts))), None):
        remedy = "Change that file, or move it away."
        raise ArgumentError(f"describing {host}", f"{taken} describes {host} already", remedy)


def _tell(path: Path, found: SiteAnswer, sources: list[FoundSource]) -> None:
    out = console()
    if not out.is_terminal:
        told = [{"url": one.draft.url, "headline": one.draft.headline} for one in found.articles]
        named = [one.model_dump() for one in sources]
        sys.stdout.write(json_line({"file": str(path), "sources": named, "articles": told}))
        return
    from mtcrawler.model.printable import count  # noqa: PLC0415 - other actions do without

    counted = f"{count(len(sources), 'source')} and {count(len(found.articles), 'article')}"
    out.print(safe(f"{path} is written, from {counted}:"))
    for one in found.articles:
        words, sure = len(text_of(one.draft.body).split()), one.draft.provenance.confidence
        out.print(safe(f"  {sure or 0:.2f}  {words:>5} words  {one.draft.headline}  {one.draft.url}"), soft_wrap=True)
    out.print("The first number is how sure the text is. Look at what reads badly: mtcrawler try URL --html look.html")


def keep(folder: Path, articles: list[FoundArticle]) -> None:
    """Each page with what was read off it, for review."""
    given: set[str] = set()
    for one in articles:
        name = plain = _name(urlsplit(one.draft.url).path)
        number = 1
        while name in given:
            number += 1
            name = f"{plain}-{number}"
        given.add(name)
        whole_files.put_with_folder(folder / f"{name}.html", one.html.encode())
        whole_files.put_with_folder(folder / f"{name}.json", one.draft.model_dump_json(indent=2).encode())


def _name(path: str) -> str:
    """A file's name after the path of an address: of a long one the last words, whole."""
    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-")
    if len(name) > LONGEST:
        cut, left = name[: len(name) - LONGEST], name[-LONGEST:]
        name = left if cut.endswith("-") else left.partition("-")[2] or left
    return name.strip("-") or "page"
