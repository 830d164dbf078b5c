"""`python -m tests.sites`: forty sites that nobody has described are crawled, and what came of it is measured."""

from __future__ import annotations

import argparse
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.store import fresh_bucket, remove_bucket
from tests.sites.table import table
from tests.sites.world.crawling import crawled, crawled_together
from tests.sites.world.layouts import layouts
from tests.sites.world.measuring import Score, scored
from tests.sites.world.serving import served


def main() -> int:
    """Crawl the sites with these words in their names, or all of them, and print the table.

    Each is crawled by a process of its own, or with `--together` all by one. With `--wrong` it says of each site what
    is wrong, with so many examples of each kind.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.sites", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of sites")
    parser.add_argument("--wrong", type=int, default=0, help="examples of what is wrong with each field")
    parser.add_argument("--jobs", type=int, default=2, help="sites that are crawled at once")
    parser.add_argument("--together", action="store_true", help="crawl all of them in one process, into one bucket")
    options = parser.parse_args()
    chosen = [one for one in layouts().values() if not options.names or any(part in one.name for part in options.names)]
    with tempfile.TemporaryDirectory() as name, served(chosen) as world, ThreadPoolExecutor(options.jobs) as pool:
        folder = Path(name)
        store = Embedded(folder / "store")
        store.up()

        def measured(site: str) -> Score:
            bucket = fresh_bucket(store)
            try:
                return scored(crawled(world, site, bucket, folder / site))
            finally:
                remove_bucket(bucket)  # each takes a GiB of what the server thinks it has; a small disk holds twenty

        try:
            names = [one.name for one in chosen]
            if options.together:
                came = crawled_together(world, names, fresh_bucket(store), folder / "all")
                scores = {site: scored(one) for site, one in came.items()}
            else:
                scores = dict(zip(names, pool.map(measured, names), strict=True))
        finally:
            store.down()
    for site, score in scores.items() if options.wrong else ():
        for field, examples in score.wrong.items():
            for example in examples[: options.wrong]:
                print(f"{site} {field}: {example}")
    print(table(scores))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
