"""What a visit costs that finds nothing new: in a process of its own, and as one of many in one process.

`python -m benchmarks.idle [ROUNDS [SITES]]`. Alone it is the bundled newspaper; the many are small papers with a
sitemap, a feed and a list each, and a visit is the difference between all of them and two, by the number of the others.
The requests are counted by a server in front of the store.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.measuring.contenders import ROOT, Ours, scratch
from benchmarks.measuring.harness import PATIENCE, read
from benchmarks.measuring.meter import Reading
from benchmarks.measuring.paper import Paper
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.fixtures.answering import Answer, Asked, answering
from tests.fixtures.crawl import command, environment
from tests.fixtures.moody import Said, moody, story
from tests.fixtures.store import fresh_bucket, remove_bucket

PAGES: Final = 60
STORIES: Final = 12
WARM: Final = 4
"""Runs until the lists of a site are known, so that nothing is written of them."""
DEFINITION: Final = """
spider = "paper{number}"
publisher = "Paper {number}"
origin = "https://paper{number}.example"
hosts = ["paper{number}.example"]
languages = ["en"]
articles = [{{ match = '/20\\d\\d/\\d\\d/\\d\\d/[^/]+', examples = ["/2026/11/20/ice"] }}]
sources = [
  {{ kind = "sitemap", address = "/map.xml" }},
  {{ kind = "feed", address = "/feed" }},
  {{ kind = "list", address = "/news" }},
]
"""


def run(line: list[str], given: dict[str, str], folder: Path, seconds: float = PATIENCE) -> Reading:
    """The reading of a crawl that has to go well; what Python compiled of the code is kept for the next one."""
    kept = {name: value for name, value in given.items() if name != "PYTHONDONTWRITEBYTECODE"}
    reading = read(line, kept, folder, seconds)
    if reading.code != 0:
        sys.exit((folder / "said.txt").read_text(errors="replace")[-3000:])
    return reading


def alone(mode: str, paper: Paper, store: Embedded, rounds: int) -> str:
    """A row for the newspaper, once it is stored, in processes of their own."""
    bucket, ours = fresh_bucket(store), Ours(mode)
    with scratch() as folder:
        for _ in range(WARM):
            run(*ours.crawl(paper.contents, bucket, folder), folder, PATIENCE + 2 * PAGES)
        paper.traffic(anew=True)
        readings = [run(*ours.crawl(paper.contents, bucket, folder), folder) for _ in range(rounds)]
        asked = paper.traffic().requests // rounds
        made = requests(bucket, lambda behind: run(*ours.crawl(paper.contents, behind, folder), folder))
    remove_bucket(bucket)
    cpu, peak = median(one.cpu for one in readings), median(one.peak for one in readings)
    return f"| alone, {mode} | {cpu:.2f} | {peak:.0f} | {asked} | {made['reads']} reads, {made['writes']} writes |"


def requests(bucket: Location, crawl: Callable[[Location], Reading]) -> Counter[str]:
    """The reads and writes of the second of two crawls by way of a server that counts them."""
    counted: Counter[str] = Counter()

    def note(asked: Asked, answer: Answer) -> None:
        counted["reads" if asked.method in {"GET", "HEAD"} else "writes"] += 1

    with answering(bucket, change=note) as behind:
        crawl(behind)
        counted.clear()
        crawl(behind)
    return counted


@contextmanager
def small_papers(number: int, folder: Path) -> Iterator[list[str]]:
    """So many papers while they are served, described in `folder`: their rows in a list of sites."""
    with ExitStack() as served:
        rows = []
        for place in range(number):
            home = f"https://paper{place}.example"
            paths = [f"/2026/11/{10 + at}/ice-{place}-{at}" for at in range(STORIES)]
            words = {path: sha256(path.encode()).hexdigest() for path in paths}
            pages = {
                path: story(f"ice {words[path][:8]}", more="".join(f"<p>{words[path][at:]}</p>" for at in range(9)))
                for path in paths
            }
            locations = "".join(f"<url><loc>{home}{path}</loc></url>" for path in paths)
            items = "".join(f"<item><link>{home}{path}</link></item>" for path in paths)
            pages["/map.xml"] = tagged(f"<urlset>{locations}</urlset>")
            pages["/feed"] = tagged(f"<rss version='2.0'><channel>{items}</channel></rss>")
            pages["/news"] = tagged("".join(f"<a href='{path}'>Ice</a>" for path in paths), "text/html")
            paper = served.enter_context(moody(pages, host=f"127.0.1.{1 + place}"))
            (folder / f"paper{place}.example.toml").write_text(DEFINITION.format(number=place))
            rows.append(f"paper{place}.example,{paper.origin}")
        yield rows


def tagged(body: str, kind: str = "application/xml") -> Said:
    """An answer with an ETag."""
    return Said(body, kind=kind, headers={"ETag": f'"{sha256(body.encode()).hexdigest()[:16]}"'})


def among_many(number: int, store: Embedded, rounds: int) -> Iterator[str]:
    """Rows for a visit among so many of one process: one that is a glance, and one that is crawled."""
    bucket = fresh_bucket(store)
    with scratch() as folder, small_papers(number, folder) as rows:
        lists = {size: folder / f"{size}.csv" for size in (2, number)}
        for size, path in lists.items():
            path.write_text("\n".join(["url,mirror", *rows[:size]]))
        told = {"since": "2026-01-01", "S_RENDER_MODE": "http", "S_CONCURRENT_SITES": "4"}
        tries = count()

        def visit(size: int, glanced: bool, at: Location = bucket) -> Reading:
            # Whatever is asked otherwise than the last time is crawled.
            more = {} if glanced else {"S_RETRY_TIMES": str(10 + next(tries) % 80)}
            given = {**environment(at, folder), "MTCRAWLER_SITES": str(folder), "PYTHONPATH": str(ROOT)}
            return run(command("news", sites=str(lists[size]), **told, **more), given, folder, PATIENCE + 10 * number)

        for kind, glanced in (("a glance", True), ("crawled", False)):
            for _ in range(WARM):
                visit(number, glanced)
            readings = [(visit(number, glanced), visit(2, glanced)) for _ in range(rounds)]
            cpu = median(many.cpu - few.cpu for many, few in readings) / (number - 2)
            peak = median(many.peak for many, _ in readings)
            made = [requests(bucket, partial(visit, size, glanced)) for size in (number, 2)]
            each = ", ".join(
                f"{(made[0][what] - made[1][what]) / (number - 2):.1f} {what}" for what in ("reads", "writes")
            )
            yield f"| one of {number} in a process, http, {kind} | {cpu:.3f} | {peak:.0f} (all) | | {each} |"
    remove_bucket(bucket)


def main(rounds: int = 5, sites: int = 20) -> None:
    """Measure, and print a table."""
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    try:
        print(
            "| visit with nothing new | CPU s | peak MiB | asked of the site | of the bucket |\n|---|---|---|---|---|"
        )
        with Paper(PAGES) as paper:
            for mode in ("http", "auto"):
                print(alone(mode, paper, store, rounds), flush=True)
        for row in among_many(sites, store, rounds):
            print(row, flush=True)
    finally:
        store.down()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
