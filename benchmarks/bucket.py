"""Reading a large bucket: how long export, changes and the rebuild of what is known take, and with how much memory.

`python -m benchmarks.bucket [ARTICLES]` fills an embedded store with that many articles (100,000) and measures.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from mtcrawler.identity.signatures import signature
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import article_key, change_key, date_of
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.store import make_article

SEGMENT = 500
LAST = date(2026, 11, 22)
WORDS = " ".join(f"The river froze early in year {number} and thawed late." for number in range(30))


def fill(location: Location, count: int) -> None:
    """Articles with their change lines, sixty a day back from the last day."""
    store = connect(location)
    signed = signature(WORDS)

    def put(number: int) -> Change:
        day = LAST - timedelta(days=number // 60)
        article = make_article(number, words=f"{WORDS} {number}", day=f"{day:%Y/%m/%d}")
        key = article_key(article.site, date_of(article), article.id)
        store.put(key, article.to_json())
        return Change.of("new", article, key=key, run_id="bench", signature=signed)

    with ThreadPoolExecutor(16) as pool:
        for seq, begin in enumerate(range(0, count, SEGMENT), start=1):
            changes = list(pool.map(put, range(begin, min(begin + SEGMENT, count))))
            key = change_key(changes[0].at.date().isoformat(), "bench", seq)
            store.put(key, pack(change.to_line() for change in changes))
    store.close()


def measured(what: str, *command: str, environment: dict[str, str], server: int) -> None:
    """Run a command; say how long it took, of the processors too, and the largest memory of a process of ours so far.

    On a busy machine the seconds of the processors, of both sides together, tell more than the clock.
    """
    begin, before, others = time.monotonic(), _spent(), _spent_by(server)
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", *command], env=environment, capture_output=True, text=True, check=True
    )
    took, ours, theirs = time.monotonic() - begin, _spent() - before, _spent_by(server) - others
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{what}: {took:.2f} s; processors: {ours:.2f} s here, {theirs:.2f} s in the store; at most {most:.0f} MiB; "
        f"{done.stdout.strip()[-100:]}",
        flush=True,
    )


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _spent_by(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Fill, measure, take everything away."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        store = Embedded(Path(folder) / "store")
        location = store.up()
        try:
            begin = time.monotonic()
            fill(location, count)
            print(f"filled with {count} articles in {time.monotonic() - begin:.0f} s", flush=True)
            environment = {
                **os.environ,
                "S3_ENDPOINT_URL": location.endpoint_url or "",
                "S3_BUCKET": location.bucket,
                "AWS_ACCESS_KEY_ID": location.access_key or "",
                "AWS_SECRET_ACCESS_KEY": location.secret_key or "",
            }
            with Bucket(location) as bucket:
                changes = bucket.changes()
                number = sum(1 for _ in changes)
                cursor = changes.cursor
            print(f"{number} changes, a cursor of {len(cursor)} characters", flush=True)
            server = store.status().pid or 0
            for _ in range(3):
                what = ("changes", "--since", cursor)
                measured("changes from a cursor", *what, environment=environment, server=server)
            for form in ("parquet", "jsonl"):
                file = str(Path(folder) / f"all.{form}")
                measured(f"export to {form}", "export", file, environment=environment, server=server)
            rebuild(location, Path(folder))
        finally:
            store.down()


def rebuild(location: Location, folder: Path) -> None:
    """What is known, from every line of the feed and from a snapshot."""
    store = connect(location)
    for name in ("from the feed", "from a snapshot"):
        path = folder / name / "known.sqlite"
        begin = time.monotonic()
        snapshots.fetch(store, path)
        known = ArticleIndex(path)
        known.refresh(store)
        print(f"known rebuilt {name}: {known.count()} articles in {time.monotonic() - begin:.2f} s", flush=True)
        snapshots.keep(store, known, "bench", 1)
        known.close()


if __name__ == "__main__":
    main()
