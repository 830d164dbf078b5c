"""The web page over a large bucket: how long the index takes, how quick pages and searches are, how much memory it is.

`python -m benchmarks.browse [ARTICLES]` fills an embedded store with that many articles (100,000) as tables and feed,
starts `mtcrawler browse` on it and asks for pages over HTTP, one after the other.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final
from urllib.parse import quote
from urllib.request import urlopen

import pyarrow as pa

from mtcrawler.model.article import Access, Article
from mtcrawler.storage.compact.changed_articles import Told
from mtcrawler.storage.compact.table_manifest import TableEntry, manifest_of
from mtcrawler.storage.compact.table_rows import COLUMNS, TableWriter, rows_of
from mtcrawler.storage.compact.tables import PARQUET
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.layout import TABLES_KEY, article_key, change_key, date_of, table_group, table_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.columns import batch
from tests.browse.shelf import Shelf
from tests.fixtures.store import make_article

SITES: Final = tuple(f"www.paper-{number}.example" for number in range(20))
DAYS: Final = 365
VOCABULARY: Final = 30_000
WORDS: Final = 350
LAST: Final = datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0)
OPENED: Final = 200
"""Articles that are there as objects, too, and can be opened."""
SEGMENT: Final = 5_000
ROUNDS: Final = 20
_RANDOM: Final = random.Random(22)
_WORDS: Final = [
    "".join(_RANDOM.choice("bcdfghklmnprstvz") + _RANDOM.choice("aeiou") for _ in range(2 + number % 4))
    for number in range(VOCABULARY)
]
_WEIGHTS: Final[list[float]] = [1 / (number + 3) for number in range(VOCABULARY)]
_TEXT: Final = _RANDOM.choices(_WORDS, _WEIGHTS, k=2_000_000)
"""Words as often as words are (Zipf), of which each article has a stretch."""


def articles(count: int) -> Iterator[Article]:
    """Articles of twenty papers over a year, the oldest first."""
    for number in range(count):
        at = LAST - timedelta(days=DAYS) * ((count - number) / count)
        site = SITES[number % len(SITES)]
        begin = _RANDOM.randrange(len(_TEXT) - WORDS)
        words = _TEXT[begin : begin + WORDS]
        url = f"https://{site}/{at:%Y/%m/%d}/{number}"
        tier = "metered" if number % 20 == 7 else "free"
        yield make_article(
            number,
            url=url,
            site=site,
            spider=site,
            headline=" ".join(words[:9]).capitalize(),
            section=_WORDS[100 + number % 12],
            words=" ".join(words),
            published_at=at,
            access=Access(tier=tier, complete=tier == "free"),
        )


def fill(location: Location, count: int) -> None:
    """Write tables, feed, manifests, and the last articles themselves."""
    with closing(connect(location)) as store:
        changes: list[Change] = []
        files: dict[tuple[str, str], TableWriter] = {}
        part: list[Article] = []
        for number, article in enumerate(articles(count), start=1):
            part.append(article)
            key = article_key(article.site, date_of(article), article.id)
            late = article.published_at + timedelta(minutes=30) if article.published_at else LAST
            line = Change.of("new", article, key=key, run_id="bench")
            changes.append(line.model_copy(update={"at": late, "fetched_at": late}))
            if number > count - OPENED:
                store.put(key, article.to_json())
            if len(part) == SEGMENT or number == count:
                _rows(files, part)
                seq = -(-number // SEGMENT)
                store.put(change_key(f"{changes[0].at:%Y-%m-%d}", "bench", seq), pack(one.to_line() for one in changes))
                changes, part = [], []
        shelf = Shelf(store)
        for ago in range(DAYS):
            shelf.run(f"run-{ago}", LAST - timedelta(days=ago), SITES[ago % len(SITES)])
        _tables(store, files)


def _rows(files: dict[tuple[str, str], TableWriter], part: list[Article]) -> None:
    sorted_by_file: dict[tuple[str, str], list[tuple[str, bytes]]] = {}
    for article in part:
        day = date_of(article)
        sorted_by_file.setdefault((day[:7], table_group(article.site)), []).append((day, article.to_json()))
    for file, found in sorted_by_file.items():
        table = pa.Table.from_batches([batch(found)])
        told = {identity: Told(LAST, False, True) for identity in table["id"].to_pylist()}
        files.setdefault(file, TableWriter()).add(rows_of(table, told))


def _tables(store: ObjectStore, files: dict[tuple[str, str], TableWriter]) -> None:
    changes = Changes(store, None)
    for _ in changes:
        pass
    entries = {}
    for (month, group), writer in files.items():
        body, key = writer.close(), table_key(month, group)
        etag = store.put(key, body, content_type=PARQUET)
        entries[key] = TableEntry(key=key, rows=writer.rows, bytes=len(body), etag=etag, made_at=LAST)
    made = manifest_of(entries, schema_version="1.1", columns=COLUMNS, cursor=changes.cursor, at=LAST, unread=[])
    store.put(TABLES_KEY, made.model_dump_json().encode())


def main() -> None:
    """Fill, serve, ask, tell."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        store = Embedded(Path(folder) / "store")
        location = store.up()
        try:
            begin = time.monotonic()
            fill(location, count)
            print(f"filled with {count} articles in {time.monotonic() - begin:.0f} s", flush=True)
            measure(location, Path(folder))
        finally:
            store.down()


def measure(location: Location, folder: Path) -> None:
    """Start the command and ask for pages."""
    environment = {
        **os.environ,
        "S3_ENDPOINT_URL": location.endpoint_url or "",
        "S3_BUCKET": location.bucket,
        "AWS_ACCESS_KEY_ID": location.access_key or "",
        "AWS_SECRET_ACCESS_KEY": location.secret_key or "",
    }
    command = [sys.executable, "-m", "mtcrawler.cli", "--var", str(folder), "browse", "--port", "0"]
    begin = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as it:
        assert it.stdout is not None
        named = (re.search(r"open (http://[\d.]+:\d+)", line) for line in it.stdout)
        origin = next(found[1] for found in named if found)
        print(f"served after {time.monotonic() - begin:.2f} s", flush=True)
        try:
            print(f"first page while the index is made: {1000 * _asked(f'{origin}/'):.0f} ms", flush=True)
            slow = 0.0
            while "The index is being made" in (page := _page(f"{origin}/")) or "As of" not in page:
                slow = max(slow, _asked(f"{origin}/search?q={_WORDS[50]}"))
                time.sleep(1)
            size = sum(file.stat().st_size for file in folder.glob("browse/**/*") if file.is_file()) >> 20
            took = time.monotonic() - begin
            print(f"index complete after {took:.0f} s, {size} MiB; slowest search meanwhile {1000 * slow:.0f} ms")
            _ask_all(origin, it.pid)
        finally:
            it.terminate()


def _ask_all(origin: str, process: int) -> None:
    """Each page some times; the middle and the slowest."""
    pages = {
        "first page": "/",
        "a rare word": f"/search?q={_WORDS[20_000]}",
        "a frequent word (in most articles)": f"/search?q={_WORDS[0]}",
        "a frequent word, best match first": f"/search?q={_WORDS[0]}&sort=fit",
        "three words": f"/search?q={'+'.join(_WORDS[5:8])}",
        "three words, best match first": f"/search?q={'+'.join(_WORDS[5:8])}&sort=fit",
        "words in their order": f"/search?q={quote(chr(34) + ' '.join(_WORDS[:2]) + chr(34))}",
        "the beginning of a word": f"/search?q={_WORDS[3][:3]}*",
        "a frequent word of one site, behind a wall": f"/search?q={_WORDS[1]}&site={SITES[3]}&access=walled",
        "a frequent word of one month": f"/search?q={_WORDS[1]}&from={LAST - timedelta(30):%Y-%m-%d}",
        "one site, page 200": f"/search?site={SITES[3]}&page=200",
        "all, page 4000": "/search?page=4000",
        "what is not there": "/search?q=qqqqqq",
        "overlays": "/overlays",
        "walls": "/walls",
        "runs": "/runs",
        "sites": "/sites",
        "one site": f"/sites/{SITES[3]}",
    }
    article = _page(f"{origin}/search").split('href="/article/')[1].split('"')[0]
    pages["an article"] = f"/article/{article}"
    before = _memory(process)
    for name, path in pages.items():
        taken = sorted(_asked(origin + path) for _ in range(ROUNDS))
        print(f"{name:45} {1000 * median(taken):6.0f} ms, slowest {1000 * taken[-1]:6.0f} ms", flush=True)
    print(f"memory: {before} MiB before, {_memory(process)} MiB after {ROUNDS * len(pages)} pages", flush=True)
    for _ in range(1000):
        _asked(origin + _RANDOM.choice(list(pages.values())[:1] + list(pages.values())[10:]))
    print(f"memory: {_memory(process)} MiB after 1,000 more", flush=True)


def _asked(url: str) -> float:
    begin = time.perf_counter()
    _page(url)
    return time.perf_counter() - begin


def _page(url: str) -> str:
    with urlopen(url, timeout=60) as answer:
        body: bytes = answer.read()
    return body.decode()


def _memory(process: int) -> int:
    """MiB of the process."""
    fields = Path(f"/proc/{process}/statm").read_text(encoding="utf-8").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


if __name__ == "__main__":
    main()
