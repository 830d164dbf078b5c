"""What keeping pages costs: `python -m benchmarks.keeping_pages [PAIRS] [PAGES] [MODE…]`.

Over plain HTTP and in browser mode the bundled newspaper is crawled in pairs, with `KEEP_PAGES=changed` and without it,
one right after the other and each first in every second pair. CPU is that of all processes of a crawl, the browser's
included, from its start to its end; what the S3 server takes stands beside it.
"""

from __future__ import annotations

import sys
from statistics import median

from benchmarks.measuring.contenders import ROOT, Ours
from benchmarks.measuring.harness import Measure, measured
from benchmarks.measuring.paper import Paper
from mtcrawler.storage.embedded.server import Embedded

PAIRS = 5
PAGES = 150
MODES = ("http", "browser")


def pair(mode: str, number: int, paper: Paper, store: Embedded) -> tuple[Measure, Measure]:
    """One crawl that keeps pages, and one that does not."""
    ways = ["changed", "never"] if number % 2 else ["never", "changed"]
    taken = {way: measured(Ours(mode, {"S_KEEP_PAGES": way}), paper, store) for way in ways}
    return taken["changed"], taken["never"]


def main() -> int:
    """Crawl in pairs, and tell; 1 where a crawl failed."""
    given = sys.argv[1:]
    pairs, pages = (int(one) for one in (*given[:2], *(str(PAIRS), str(PAGES))[len(given[:2]) :]))
    modes = given[2:] or MODES
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    failed = False
    try:
        with Paper(pages) as paper:
            for mode in modes:
                found = [pair(mode, number, paper, store) for number in range(pairs)]
                failed |= any(one.code != 0 or not one.right for both in found for one in both)
                _tell(mode, found)
    finally:
        store.down()
    return int(failed)


def _tell(mode: str, found: list[tuple[Measure, Measure]]) -> None:
    kept, plain = ([1000 * one.cpu / one.pages for one in side] for side in zip(*found, strict=True))
    more = [100 * (with_pages / without - 1) for with_pages, without in zip(kept, plain, strict=True)]
    server = [1000 * sum(one.store_cpu / one.pages for one in side) / len(side) for side in zip(*found, strict=True)]
    print(f"{mode}: {median(kept):.1f} CPU ms an article with pages kept, {median(plain):.1f} without")
    print(f"  more in each pair: {', '.join(f'{one:+.1f} %' for one in more)}; median {median(more):+.1f} %")
    print(f"  of all pairs together: {100 * (sum(kept) / sum(plain) - 1):+.1f} %")
    print(f"  the S3 server took {server[0]:.1f} and {server[1]:.1f} CPU ms an article", flush=True)


if __name__ == "__main__":
    sys.exit(main())
