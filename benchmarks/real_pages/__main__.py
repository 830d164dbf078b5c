"""Meets saved pages of real hosts with the overlay engine, offline, and tells what it did to them.

    python -m benchmarks.real_pages FILE.jsonl.xz… [--shots DIR] [--only ID…] [--every K] [--limit N]

Each line of a file is a page: id, url, html, text (what its readers see). Ends with 1 where a page was harmed, visible
words were withheld, or the engine threw.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from playwright.async_api import Error, async_playwright

from benchmarks.real_pages.meeting import Meeting, Met, launch_options
from benchmarks.real_pages.saved import SavedPage, pages_of, served
from benchmarks.real_pages.tally import told


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_pages", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="keep pictures of pages before and after acts here")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="this page; may be given again")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="a sample: every Kth page of a file")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="so many pages at most")
    asked = parser.parse_args()
    if asked.every < 1 or asked.limit < 0:
        parser.error("--every is at least 1, --limit at least 0")
    return asked


async def met_all(pages: list[SavedPage], shots: Path | None) -> list[Met]:
    """What came of each page, in order, in one browser."""
    found = []
    with served() as shelf:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options(pages, shelf.port))
            for number, page in enumerate(pages):
                context = await browser.new_context(viewport={"width": 1280, "height": 800}, ignore_https_errors=True)
                try:
                    found.append(await Meeting(context, shelf, shots).meet(page))
                except Error as err:
                    # Not the engine, whose errors `meet` tells: the page went on to another document by itself.
                    found.append(Met(page.id, page.url, left=str(err).partition("\n")[0]))
                await context.close()
                if sys.stderr.isatty():
                    print(f"\r{number + 1}/{len(pages)}", end="", file=sys.stderr, flush=True)
            await browser.close()
    return found


def main() -> int:
    """Meet them, tell; 1 where something was done to a reader."""
    asked = options()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    pages = list(pages_of(asked.files, asked.only, asked.every, asked.limit))
    if not pages:
        print("There are no such pages: give other files, or other --only.", file=sys.stderr)
        return 2
    found = asyncio.run(met_all(pages, asked.shots))
    print("\n".join(told(found)))
    return int(any(page.harmed or page.withheld or page.crash for page in found))


if __name__ == "__main__":
    sys.exit(main())
