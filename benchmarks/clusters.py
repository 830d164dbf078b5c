"""Near-duplicates across sites at a hundred thousand articles: time and memory of `mtcrawler cluster`.

`python -m benchmarks.clusters [ARTICLES]`; signatures are random, of a hundred sites over thirty days. One in ten is a
near copy, on another site, of one of the five before it. Measured from the beginning, then with a thousand more.
"""

from __future__ import annotations

import base64
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np

from mtcrawler.identity.ids import article_id
from mtcrawler.identity.signatures import PERMUTATIONS, SCHEME
from mtcrawler.model import clock
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.layout import article_key, change_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import ObjectStore

SEGMENT = 5_000
MORE = 1_000


def lines(count: int, seed: int) -> Iterator[bytes]:
    """Lines of the feed."""
    rng = np.random.default_rng(seed)
    now = clock.now()
    recent = rng.integers(0, 256, (5, PERMUTATIONS), dtype=np.uint8)
    for number in range(count):
        values = rng.integers(0, 256, PERMUTATIONS, dtype=np.uint8)
        if number % 10 == 9:
            values = np.where(rng.random(PERMUTATIONS) < 0.85, recent[rng.integers(5)], values).astype(np.uint8)
        recent[number % 5] = values
        site = f"paper{number % 100}.example"
        url = f"https://{site}/news/{seed}/a-story-of-the-day-that-papers-print-{number}"
        published = now - timedelta(days=29 * (count - number) / count)
        identity = article_id(url)
        yield Change(
            change="new",
            id=identity,
            canonical_url=url,
            site=site,
            key=article_key(site, published.date().isoformat(), identity),
            revision=1,
            published_at=published,
            at=now,
            run_id=f"run-{seed}",
            signature=SCHEME + base64.b64encode(values.tobytes()).decode(),
        ).to_line()


def tell(store: ObjectStore, count: int, seed: int) -> None:
    """Write so many lines to the feed."""
    made = list(lines(count, seed))
    for seq, begin in enumerate(range(0, count, SEGMENT), start=1):
        key = change_key(clock.now().date().isoformat(), f"run-{seed}", seq)
        store.put(key, pack(made[begin : begin + SEGMENT]))


def measure(location: Location, var: Path) -> str:
    """Run the command; what it said, and what it took."""
    environment = {
        **os.environ,
        "S3_ENDPOINT_URL": location.endpoint_url or "",
        "S3_BUCKET": location.bucket,
        "AWS_ACCESS_KEY_ID": location.access_key or "",
        "AWS_SECRET_ACCESS_KEY": location.secret_key or "",
        "MTCRAWLER_VAR": str(var),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "cluster"], env=environment, check=True, capture_output=True, text=True
    )
    taken, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{done.stdout.strip()}\n  {taken:.1f} s, {cpu:.1f} CPU s, {after.ru_maxrss / 1024:.0f} MiB at most"


def main() -> None:
    """Make a feed, and have its clusters made."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        embedded = Embedded(Path(folder) / "store")
        location = embedded.up()
        store = connect(location)
        try:
            tell(store, count, 1)
            print(f"{count} signatures from the beginning: {measure(location, Path(folder))}", flush=True)
            tell(store, MORE, 2)
            print(f"{MORE} more: {measure(location, Path(folder))}", flush=True)
            print(f"nothing new: {measure(location, Path(folder))}", flush=True)
        finally:
            store.close()
            embedded.down()


if __name__ == "__main__":
    main()
