"""`make demo`: crawl the bundled newspaper into an embedded store of its own, and show what came of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
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
from tests.demo.pictures import Pictures, photograph
from tests.demo.side_by_side import side_by_side
from tests.newspaper import Newspaper
from tests.newspaper.newsroom.first import HEADLINE

ROOT = Path(__file__).parents[2]
VAR = ROOT / "var" / "demo"
SINCE = "2000-01-01"
MODAL_DELAY = 1000
"""Milliseconds until the modal appears; the real one takes ten seconds, and nobody learns anything from waiting."""


def main() -> int:
    """Show it all; returns the crawl's exit code."""
    outlive_readers()
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    os.umask(private_files.UMASK)
    private_files.folder(VAR)
    store = Embedded(VAR / "store")
    with Newspaper(language="en") as newspaper:
        console.print(Rule("A crawl of the bundled newspaper, served on this machine", align="left"))
        code = crawl(newspaper.origin)
        try:
            with Bucket(store.up()) as bucket:
                article = first(bucket)
        finally:
            console.print("Stopping the store …", style="dim")
            store.down()
        if article is None:
            console.print("The first article is not in the bucket; the summary above says why.", style="bold red")
            return code or 1
    # Its pages name its own addresses, so that a browser alone can show them, pictures and all.
    console.print("Taking pictures of one article: with the donation modal, and after it was closed …", style="dim")
    with Newspaper(language="en", base="self", consent=False, modal_delay=MODAL_DELAY) as newspaper:
        url = newspaper.origin + urlsplit(article.url).path
        pictures = asyncio.run(photograph(url, find_browser(), VAR))
    console.print(Rule("One article: as a naive scrape has it, and as it is stored", align="left"))
    console.print(side_by_side(pictures.visible_text, article))
    console.print(Rule("Where to look", align="left"))
    tell(console, pictures, article)
    return code


def crawl(origin: str) -> int:
    """`scrapy crawl moscowtimes`, its progress and summary on this terminal; returns its exit code."""
    # Whatever this machine's environment says of buckets and settings, the demo stays in its own folder.
    ours = ("S3_", "AWS_", "SCRAPY_", "MTCRAWLER_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment["MTCRAWLER_VAR"] = str(VAR)
    command = [sys.executable, "-m", "scrapy", "crawl", "moscowtimes", "-a", f"site={origin}", "-a", f"since={SINCE}"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def first(bucket: Bucket) -> Article | None:
    """The newspaper's first article, as it is stored."""
    return next((article for article in bucket.articles() if article.headline == HEADLINE), None)


def tell(console: Console, pictures: Pictures, article: Article) -> None:
    """Name the files and the commands to go on with."""
    here = Path.cwd()
    for file, what in (
        (pictures.together, "the donation modal, before and after"),
        (pictures.before, "before"),
        (pictures.after, "after"),
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
