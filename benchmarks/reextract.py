"""Ten thousand kept pages read again: pages a second, CPU and memory of `mtcrawler reextract`.

`python -m benchmarks.reextract [ARTICLES] [WORKERS]`. The bundled newspaper is crawled over HTTP with KEEP_PAGES, and
its articles are stored again and again under further addresses, each with a page of its own. Then all are read again:
by the definition that read them, so that nothing differs, and by one whose byline is spoiled.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any, Final

from benchmarks.measuring.contenders import ROOT, Ours, scratch
from benchmarks.measuring.paper import Paper
from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Article
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.layout import article_key, date_of, revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages import writing
from mtcrawler.storage.pages.keys import pages_key
from mtcrawler.storage.pages.page import KeptPage
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import environment
from tests.fixtures.store import fresh_bucket, remove_bucket

COUNT: Final = 10_000
STORIES: Final = 200
SEGMENT: Final = 300
"""Pages of a segment."""


def crawled(store: Embedded, folder: Path) -> list[tuple[Article, KeptPage]]:
    """The newspaper's articles with their pages, from a bucket that is gone afterwards."""
    bucket = fresh_bucket(store)
    with Paper(STORIES) as paper:
        line, given = Ours("http", {"S_KEEP_PAGES": "changed"}).crawl(paper.contents, bucket, folder)
        subprocess.run(line, env=given, cwd=ROOT, check=True, capture_output=True)
    with Bucket(bucket) as reader:
        found = [(one, page) for one in reader.articles() if (page := reader.page(one))]
    remove_bucket(bucket)
    return found


def filled(store: ObjectStore, stories: list[tuple[Article, KeptPage]], number: int) -> int:
    """Store so many articles, each with its page; returns the bytes of the pages."""
    size, left = 0, zip(cycle(stories), count(1), strict=False)
    for segment in range(1, -(-number // SEGMENT) + 1):
        key = pages_key("2026-11-20", "benchmark", segment)
        body, made = writing.about(key), list[Article]()
        for (article, page), at in islice(left, min(SEGMENT, number - (segment - 1) * SEGMENT)):
            url = f"{article.canonical_url}-{at}"
            snapshot = f"{key}#{len(body)}"
            body += writing.page(article_id(url), page.answers)
            fields: dict[str, Any] = {"id": article_id(url), "canonical_url": url, "alternate_urls": []}
            provenance = article.provenance.model_copy(update={"snapshot": snapshot})
            made.append(article.model_copy(update={**fields, "provenance": provenance}))
        store.put(key, body, content_type="application/warc")
        size += len(body)
        for _ in side_by_side(lambda one: [store.put(where, one.to_json()) for where in _keys(one)], made):
            pass
    return size


def _keys(article: Article) -> Iterator[str]:
    yield revision_key(article.site, article.id, 1, article.content_hash)
    yield article_key(article.site, date_of(article), article.id)


def spoiled(folder: Path) -> Path:
    """The definitions with a byline that is nowhere."""
    sites = shutil.copytree(ROOT / "sites", folder / "sites")
    file = sites / "themoscowtimes.com.toml"
    file.write_text(re.sub(r"(?m)^authors = .*$", 'authors = ".no-such-byline"', file.read_text()))
    return sites


def measured(bucket: Location, folder: Path, sites: Path, workers: str, *options: str) -> str:
    """One reextraction; what it took, as a row of a table."""
    line = [sys.executable, "-m", "mtcrawler.cli", "reextract", "--workers", workers, *options]
    given = {**environment(bucket, folder), "MTCRAWLER_SITES": str(sites), "PYTHONPATH": str(ROOT)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(line, env=given, cwd=ROOT, check=True, capture_output=True, text=True)
    took, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (
        f"| {' '.join(options) or 'written'} | {told['read']} | {told['differ']} | {told['written']} | {took:.0f} | "
        f"{told['read'] / took:.0f} | {1000 * cpu / told['read']:.1f} | {after.ru_maxrss / 1024:.0f} |"
    )


def main() -> int:
    """Fill a bucket, and read it again twice."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    workers = sys.argv[2] if len(sys.argv) > 2 else "2"
    server = Embedded(ROOT / "var" / "bench" / "store")
    server.up()
    try:
        with scratch() as folder:
            stories = crawled(server, folder)
            bucket = fresh_bucket(server)
            store = connect(bucket)
            size = filled(store, stories, number)
            store.close()
            print(f"{number} articles, {size / number / 1024:.1f} KiB a page")
            print("| | read | differ | written | seconds | pages/s | CPU ms/page | MiB of the largest process |")
            print("|---|---|---|---|---|---|---|---|")
            print(measured(bucket, folder, ROOT / "sites", workers), flush=True)
            print(measured(bucket, folder, spoiled(folder), workers, "--dry-run"), flush=True)
            remove_bucket(bucket)
    finally:
        server.down()
    return 0


if __name__ == "__main__":
    sys.exit(main())
