"""`mtcrawler try URL`: one page as it is fetched and read, with where each field came from; nothing is stored."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtcrawler.cli.pages.comparison import comparison
from mtcrawler.cli.pages.verdicts import PageLine, verdicts
from mtcrawler.cli.read.show import block_lines, write_lines
from mtcrawler.cli.terminal import console, json_line, safe
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.model.reading import Reading
from mtcrawler.model.reasons import MISSING_STATUSES, Fate
from mtcrawler.pages.exchange import PageAnswer, PageRequest
from mtcrawler.pages.fetching import fetch_page
from mtcrawler.security import whole_files

FIELDS: Final = tuple(
    "kind headline subtitle summary section tags authors published_at published_date modified_at image language".split()
)
MOST: Final = 12
"""Lines left out that are shown on a terminal; --html shows all."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "try",
        help="fetch one page and show how it is read; nothing is stored",
        description="Fetch one page and show the article as read, where each field came from, what stood over the page "
        "and who may read it. Nothing is stored. In a pipe one JSON object. Ends with 3 where the page is no article.",
    )
    parser.add_argument("url", metavar="URL", help="the page's address")
    parser.add_argument("--site", metavar="FILE", type=Path, help="read it by this definition of its site")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--browser", dest="way", action="store_const", const="browser", help="in a browser (the default)")
    way.add_argument("--http", dest="way", action="store_const", const="http", help="over plain HTTP")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the page beside what was read, coloured")
    parser.set_defaults(run=run, way="browser")


def run(options: argparse.Namespace) -> int:
    """Fetch the page and show it."""
    definition = str(options.site.absolute()) if options.site else None
    answer = fetch_page(PageRequest(url=options.url, way=options.way, definition=definition), options.environment)
    lines, out = verdicts(answer.html, answer.reading), console()
    if options.html:
        _write(options.html, comparison(answer, lines, fields_of(answer.reading)))
    if out.is_terminal:
        _show(answer, lines, out)
        if options.html:
            out.print(safe(f"{options.html} shows all of it, line by line."))
    else:
        told = answer.model_dump(mode="json", exclude={"html", "pictures"})
        sys.stdout.write(json_line({**told, "left_out": [line.text for line in lines if not line.field]}))
    return 0 if is_article(answer) else ExitCode.INCOMPLETE


def is_article(answer: PageAnswer) -> bool:
    """Whether the page came as it was asked for, and is an article."""
    return answer.judged is None and answer.reading.page == "article"


def fields_of(reading: Reading) -> Iterator[tuple[str, str, str]]:
    """The fields as shown, each with where it came from."""
    for name in FIELDS:
        value = getattr(reading, name)
        if name == "authors":
            value = ", ".join(author.name for author in value)
        elif name == "image":
            value = " / ".join(filter(None, (value.url, value.caption, value.credit))) if value else ""
        elif isinstance(value, list):
            value = ", ".join(value)
        yield name, "" if value is None else str(value), reading.fields.get(name, "")
    yield (
        "text",
        f"{count(reading.word_count, 'word')} in {count(len(reading.body), 'block')}",
        reading.fields.get("body", ""),
    )


def _show(answer: PageAnswer, lines: list[PageLine], out: Console) -> None:
    reading = answer.reading
    out.print(safe(f"{answer.url}: {answer.status}, {answer.seconds:g} s, read by {answer.reader}"), soft_wrap=True)
    used = (
        f"definition {answer.definition}" if answer.definition else "no definition: the project has none of this site"
    )
    out.print(safe(f"Read with {used}"), soft_wrap=True)
    out.print(Text(safe(_verdict(answer)), "bold green" if is_article(answer) else "bold yellow"), soft_wrap=True)
    if answer.judged is None or (reading.word_count and not _is_missing(answer)):
        _show_article(reading, out)
    left = [line.text for line in lines if not line.field]
    out.print(f"Left out: {len(left)} of {count(len(lines), 'line')} of the page" + (", such as" if left else "."))
    for text in left[:MOST]:
        out.print(Text(safe(f"  {text}"), "dim"), no_wrap=True, overflow="ellipsis")


def _show_article(reading: Reading, out: Console) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in ("field", "value", "how"):
        table.add_column(name, overflow="fold")
    for cells in fields_of(reading):
        table.add_row(*(Text(safe(cell)) for cell in cells))
    out.print(table)
    for told in _access(reading):
        out.print(safe(told), soft_wrap=True)
    out.print()
    for block in reading.body:
        write_lines([*block_lines(block), ("", "", 0)], out)


def _is_missing(answer: PageAnswer) -> bool:
    """Whether the site said that there is no such page; what came instead is no article's, whatever is read off it."""
    return (answer.judged or "").startswith(Fate.MISSING) and answer.status in MISSING_STATUSES


def _verdict(answer: PageAnswer) -> str:
    if _is_missing(answer):
        return f"There is no such page ({answer.status})."
    if answer.judged:
        return f"Not the page that was asked for ({answer.judged})."
    sort = answer.reading.page
    if sort != "article":
        return f"No article: {sort}." if sort != "other" else "No article."
    sure = (
        f" Its text is right with a probability of {answer.reading.confidence:.2f}."
        if answer.reading.confidence
        else ""
    )
    return f"An article.{sure}"


def _access(reading: Reading) -> Iterator[str]:
    if reading.access is not None:
        whole = "the text is whole" if reading.access.complete else "the text is only a part"
        shown = "; ".join(f"{one.signal}: {one.value}" for one in reading.access.evidence)
        yield f"Access: {reading.access.tier}, {whole}{f' ({shown})' if shown else ''}"
    for overlay in reading.overlays:
        yield f"Overlay: {overlay.kind} ({overlay.rule}), {overlay.action}, {overlay.outcome}, {overlay.ms} ms"


def _write(path: Path, html: str) -> None:
    try:
        whole_files.put(path, html.encode())
    except OSError as err:
        raise whole_files.unwritten(path, err, "Give a file in a folder where you may write.") from err
