"""`make demo`: crawl the bundled newspaper and two sites that nobody has described, and show what came of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.rule import Rule

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.article import Article
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.runs.process.streams import outlive_readers
from mtcrawler.security import private_files
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.read.reader import Bucket
from tests.demo import crawls
from tests.demo.pictures import Pictures, photograph
from tests.demo.side_by_side import as_read, side_by_side
from tests.newspaper import Newspaper
from tests.newspaper.newsroom.first import HEADLINE
from tests.sites.world.layouts import layouts
from tests.sites.world.serving import served

VAR = crawls.ROOT / "var" / "demo"
UNKNOWN = ("harbour-post", "quotidien-du-port")
"""Two sites of the world that nobody has described."""
MODAL_DELAY = 1000
"""Milliseconds until the modal appears; the real one takes ten seconds, and nobody learns anything from waiting."""


def main() -> int:
    """Show it all; returns the exit code of the first crawl that did not end well."""
    outlive_readers()
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    os.umask(private_files.UMASK)
    private_files.folder(VAR)
    store = Embedded(VAR / "store")
    begin_anew(VAR, store)
    with Newspaper(language="en") as newspaper:
        console.print(Rule("A crawl of the bundled newspaper, served on this machine", align="left"))
        code = crawls.newspaper(newspaper.origin, VAR)
    with served([layouts()[name] for name in UNKNOWN]) as world:
        console.print(Rule("Two sites that nobody has described, in one process", align="left"))
        other = crawls.unknown(world, VAR)
        hosts = [site.layout.own_host for site in world.sites.values()]
    try:
        with Bucket(store.up()) as bucket:
            stored = list(bucket.articles())
    finally:
        console.print("Stopping the store …", style="dim")
        store.down()
    article = next((one for one in stored if one.headline == HEADLINE), None)
    others = [one for host in hosts if (one := shortest(stored, host)) is not None]
    if article is None or len(others) < len(hosts):
        console.print("An article is not in the bucket; the summaries above say why.", style="bold red")
        return code or other or 1
    # Its pages name its own addresses, so that a browser alone can show them, pictures and all.
    console.print("Taking pictures of one article: with the donation modal, and after it was closed …", style="dim")
    with Newspaper(language="en", base="self", consent=False, modal_delay=MODAL_DELAY) as newspaper:
        url = newspaper.origin + urlsplit(article.url).path
        pictures = asyncio.run(photograph(url, find_browser(), VAR))
    console.print(Rule("One article: as a naive scrape has it, and as it is stored", align="left"))
    console.print(side_by_side(pictures.visible_text, article))
    console.print(Rule("One article of each site that nobody has described, as it was read", align="left"))
    console.print(as_read(others))
    console.print(Rule("Where to look", align="left"))
    tell(console, pictures, article)
    return code or other


def begin_anew(folder: Path, store: Embedded) -> None:
    """Empty the folder of what an earlier demo left: the unknown sites are served at other ports each time, where all
    of their articles would be duplicates. A database of a fleet that somebody runs there stays.
    """
    store.down()
    for one in folder.iterdir():
        if one.name == "fleet":
            continue
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()


def shortest(stored: Sequence[Article], host: str) -> Article | None:
    """The article of this site with the fewest words, which a terminal has room for."""
    own = [one for one in stored if one.site == host]
    return min(own, key=lambda one: one.word_count, default=None)


def tell(console: Console, pictures: Pictures, article: Article) -> None:
    """Name the files and the commands to go on with."""
    here = Path.cwd()
    for file, what in (
        (pictures.together, "the article with the donation modal, and after it was closed, side by side"),
        (pictures.before, "the article with the donation modal over it"),
        (pictures.after, "the article after the modal was closed"),
    ):
        console.print(f"{os.path.relpath(file, here)}  {what}", soft_wrap=True)
    command = f".venv/bin/mtcrawler --var {os.path.relpath(VAR, here)}"
    console.print(
        "The newspaper and the store have ended: nobody answers at the addresses on 127.0.0.1 above. A command that "
        "reads the store starts it again:",
        style="dim",
    )
    for words, what in (
        ("articles", "what is stored"),
        (f"show {article.id[:8]} --json", "this article"),
        ("browse", "all of it in a web browser, at the address that it names"),
        ("store down", "stop the store again"),
    ):
        console.print(f"{command} {words}  {what}", soft_wrap=True)


def run() -> int:
    """`main`, which the operator may interrupt; returns the exit code."""
    try:
        return main()
    except KeyboardInterrupt:
        print("The demo was interrupted; `make demo` begins anew.", file=sys.stderr)
        return ExitCode.INTERRUPTED


if __name__ == "__main__":
    sys.exit(run())
