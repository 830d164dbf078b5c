"""What a new article costs when many are known: CPU seconds with 500, 5,000 and 50,000 of them in the bucket.

`python -m benchmarks.growth [ROUNDS [SIZE …]]`. A run costs something by itself, which may grow; so there is a small
run and a larger one each time, and the cost of an article is the difference between them. All sizes get the same ones.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.bucket import fill
from benchmarks.measuring.contenders import MODES, ROOT, Ours, scratch
from benchmarks.measuring.harness import PAGE, PATIENCE, read
from benchmarks.measuring.paper import Paper
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.fixtures.store import fresh_bucket, remove_bucket
from tests.newspaper.stories import SEED

SIZES = (500, 5_000, 50_000)
SMALL, LARGE = 10, 60
MOST = 1.05  # of what a new article costs with the fewest known


@dataclass
class Shelf:
    """A bucket with `size` known articles and a machine that knows them; CPU seconds of its runs by number of pages."""

    size: int
    bucket: Location
    folder: Path
    taken: dict[int, list[float]] = field(default_factory=lambda: {SMALL: [], LARGE: []})

    @property
    def each(self) -> float:
        """CPU seconds of one more article."""
        return (median(self.taken[LARGE]) - median(self.taken[SMALL])) / (LARGE - SMALL)

    @property
    def run(self) -> float:
        """CPU seconds of a run without any."""
        return median(self.taken[SMALL]) - SMALL * self.each

    def crawl(self, pages: int, seed: int) -> float:
        """CPU seconds of a run that finds so many new articles; another seed is another newspaper."""
        # With a limit a run does not remember which months of the sitemap it has read; another newspaper has the same.
        ours = Ours(MODES[0], {"sources": "sitemap", "limit": str(10 * pages), "S_RECHECK": "False"})
        with Paper(pages, seed=seed) as paper:
            command, environment = ours.crawl(paper.contents, self.bucket, self.folder)
            reading = read(command, environment, self.folder, PATIENCE + PAGE * pages)
            asked = paper.traffic().stories
        if reading.code not in {0, 11} or asked < pages / 2:
            sys.exit((self.folder / "said.txt").read_text()[-3000:])
        return reading.cpu


def main(rounds: int = 3, *sizes: int) -> int:
    """Fill, crawl in turn, print; 1 where the cost grew too much."""
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    shelves: list[Shelf] = []
    try:
        with scratch() as folder:
            for size in sizes or SIZES:
                shelf = Shelf(size, fresh_bucket(store), folder / str(size))
                shelf.folder.mkdir()
                shelves.append(shelf)
                fill(shelf.bucket, size)
                print(
                    f"{size} known: the first run on a new machine takes {shelf.crawl(SMALL, SEED):.1f} CPU s",
                    flush=True,
                )
            for number in range(rounds):
                for shelf in shelves:
                    for pages in (SMALL, LARGE):
                        seed = SEED + 1 + 2 * number + (pages == LARGE)
                        shelf.taken[pages].append(shelf.crawl(pages, seed))
                        print(f"{shelf.size} known, {pages} new: {shelf.taken[pages][-1]:.1f} CPU s", flush=True)
    finally:
        for shelf in shelves:
            remove_bucket(shelf.bucket)
        store.down()
    print("| known | CPU s of a run | CPU s of a new article | × |\n|---|---|---|---|")
    for shelf in shelves:
        print(f"| {shelf.size} | {shelf.run:.2f} | {shelf.each:.4f} | {shelf.each / shelves[0].each:.3f} |")
    return 0 if all(shelf.each <= MOST * shelves[0].each for shelf in shelves) else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
