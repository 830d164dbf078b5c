"""`mtcrawler show`: one article as a person would read it."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from mtcrawler.cli.read.page import open_page
from mtcrawler.cli.terminal import console, escaped, location_of, safe
from mtcrawler.model.article import (
    Article,
    Aside,
    Block,
    Embed,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Paragraph,
    Post,
    Quote,
    Table,
)
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.storage.clusters.cluster import Cluster
from mtcrawler.storage.read.markdown import is_in, markdown_of
from mtcrawler.storage.read.reader import Bucket

WIDEST = 78
"""Columns; longer lines are hard to read."""

Line = tuple[str, str, int]
"""Text, its style, and by how many columns it stands in."""


def add(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "show",
        help="print one article",
        description="Print one article: as a person would read it on a terminal, as JSON in a pipe.",
    )
    parser.add_argument("article", metavar="ID-or-URL", help="an id, its first 8 characters or more, or an address")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as stored; what a terminal might act on is escaped")
    form.add_argument("--text", action="store_true", help="as a person would read it, in a pipe too")
    form.add_argument("--markdown", action="store_true", help="as Markdown")
    form.add_argument(
        "--cluster", action="store_true", help="its near-duplicates on all sites, as mtcrawler cluster found them"
    )
    form.add_argument(
        "--page", action="store_true", help="the page it was read from, where it was kept, in your browser: offline"
    )
    parser.add_argument("--output", metavar="FILE", type=Path, help="with --page: write it there instead")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the article."""
    if options.output and not options.page:
        raise ArgumentError("reading --output", "--page is not given", "Give both.")
    with Bucket(location_of(options)) as bucket:
        kept = bucket.find(options.article)
        page = bucket.page(kept.article) if kept and options.page else None
        cluster = bucket.cluster(kept.article) if kept and options.cluster else None
        code = ExitCode.INCOMPLETE if bucket.left_out else 0
    if kept is None:
        raise ArgumentError(
            f"looking for {options.article}",
            "the bucket holds no such article",
            "See mtcrawler articles for what it holds.",
        )
    out = console()
    if options.page:
        open_page(kept.article, page, options.output)
    elif options.cluster:
        _write_cluster(kept.article, cluster, out)
    elif options.markdown:
        sys.stdout.write(safe(markdown_of(kept.article)))
    elif options.json or not (options.text or out.is_terminal):
        sys.stdout.write(escaped(kept.body.decode("utf-8", "replace")))
    else:
        write(kept.article, out)
    return code


def _write_cluster(article: Article, cluster: Cluster | None, out: Console) -> None:
    """Print the cluster of an article, a line each, the first published first; JSON in a pipe, null for none."""
    if not out.is_terminal:
        shown = cluster.model_dump_json(exclude={"members": {"__all__": {"signature"}}}) if cluster else "null"
        sys.stdout.write(escaped(shown) + "\n")
    elif cluster is None:
        out.print("No near-duplicates. (mtcrawler cluster looks for them.)")
    else:
        for member in cluster.members:
            when = f"{member.published_at:%Y-%m-%d %H:%M}" if member.published_at else "–"
            told = f"{when:16}  {member.similarity:4.0%}  {member.site}  {member.url}"
            out.print(Text(safe(told).replace("\n", " "), "bold" if member.id == article.id else ""), soft_wrap=True)


def write(article: Article, out: Console) -> None:
    """Print an article to a console."""
    write_lines(lines(article), out)


def write_lines(lines: Iterable[Line], out: Console) -> None:
    """Print lines to a console, wrapped; words longer than a line, such as addresses, stay whole."""
    width = min(out.width, WIDEST)
    for text, style, deep in lines:
        indent = min(deep, width // 2)  # a list in a list in a list …
        for paragraph in safe(text).split("\n"):
            for line in textwrap.wrap(paragraph, width - indent, break_long_words=False, break_on_hyphens=False) or [
                ""
            ]:
                out.print(Text(" " * indent).append(line, style) if line else Text(), soft_wrap=True)


def lines(article: Article) -> Iterator[Line]:
    """The article as a reader would see it, in paragraphs with an empty line between them."""
    yield " · ".join(filter(None, (article.kind, article.section, article.site))), "dim", 0
    yield article.headline, "bold", 0
    if article.subtitle:
        yield article.subtitle, "italic", 0
    yield " · ".join(_byline(article)), "dim", 0
    if not article.access.complete:
        yield "", "", 0
        yield f"Only a part: the rest is behind a wall ({article.access.tier}).", "yellow", 0
    if article.summary:
        yield "", "", 0
        yield article.summary, "italic", 0
    if article.image and not is_in(article.body, article.image):
        yield "", "", 0
        yield _picture(article.image), "dim", 2
    for block in article.body:
        yield "", "", 0
        yield from block_lines(block)
    yield "", "", 0
    yield count(article.word_count, "word"), "dim", 0
    yield article.canonical_url, "dim", 0


def _byline(article: Article) -> Iterator[str]:
    names = [author.name for author in article.authors]
    if names:
        yield "By " + (f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0])
    if article.published_at:
        yield _moment(article.published_at)
    if article.modified_at:
        yield f"updated {_moment(article.modified_at)}"
    if article.revision > 1:
        yield f"revision {article.revision}"


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M (%Z)}".replace("(UTC+", "(+").replace("(UTC-", "(-")


def block_lines(block: Block) -> Iterator[Line]:
    """The lines of one block."""
    match block:
        case Paragraph():
            yield block.text, "", 0
        case Heading():
            yield block.text, "bold", 0
        case Aside():
            yield block.text, "", 4
        case Quote():
            yield block.text, "italic", 4
            if block.cite:
                yield f"– {block.cite}", "", 4
        case ListBlock():
            yield from _list(block, 2)
        case Table():
            for row in block.rows:
                yield " | ".join(row), "", 2
        case ImageBlock():
            yield _picture(block), "dim", 2
        case Embed():
            yield f"[{block.provider}: {block.url or 'no address'}]", "dim", 2
        case Post():
            yield f"{block.time:%H:%M}", "bold", 0
            for inner in block.blocks:
                yield from block_lines(inner)


def _list(block: ListBlock, indent: int) -> Iterator[Line]:
    number = 0
    for item in block.items:
        if isinstance(item, str):
            number += 1
            yield f"{f'{number}.' if block.ordered else '•'} {item}", "", indent
        else:
            yield from _list(item, indent + 3)


def _picture(image: Image | ImageBlock) -> str:
    told = " / ".join(filter(None, (getattr(image, "title", None), image.caption, image.credit)))
    return f"[Photo: {told}]" if told else "[Photo]"
