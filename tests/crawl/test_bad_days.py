"""Bad days: a clear line, an exit code of its own, nothing lost."""

from __future__ import annotations

import re
import socket
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.moody import accounts, manifests
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import through
from tests.newspaper import Newspaper

RECENT = {"since": "2026-11-21", "sources": "rss"}


def told(run: Run, code: int, *words: str) -> None:
    """The run ended with this code, said these words in one line and printed no traceback."""
    assert run.code == code, run.said
    assert "Traceback" not in run.said
    ending = " ".join(run.said.split())
    assert all(word in ending for word in words), run.said


def accounted(bucket: Location) -> dict[str, int]:
    """What became of each address of the only run there was; none is left out."""
    (manifest,) = manifests(bucket).values()
    return accounts(manifest)


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"forbid": True}, 12, ("the site refused", "MTCRAWLER_CONTACT")),
        ({"empty": True}, 10, ("no article was found", "Widen since")),
    ],
)
def test_a_site_that_refuses_or_lists_nothing_is_told(
    options: dict[str, Any], code: int, words: tuple[str, ...], bucket: Location, tmp_path: Path
) -> None:
    """Every page 403, or no article anywhere: named, with what to do, and not a success."""
    with Newspaper("en", modal="none", **options) as paper:
        told(crawl("moscowtimes", bucket, tmp_path, site=paper.origin, **RECENT), code, *words)
    assert articles(bucket) == {}
    accounted(bucket)


def test_a_site_that_is_not_there_is_told(bucket: Location, tmp_path: Path) -> None:
    """Nobody listens at the address: named as unreachable, and no source takes more than one line of the log."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
    run = crawl("moscowtimes", bucket, tmp_path, site=origin, **RECENT)
    told(run, 13, "-a site=")
    named = Counter(re.findall(rf"(?m)^\d.*?{origin}(/rss/[\w-]+)", run.said))
    assert set(named.values()) == {1}
    assert ".." not in run.said


@pytest.mark.slow
def test_damaged_sources_cost_only_themselves(bucket: Location, tmp_path: Path) -> None:
    """Of a broken sitemap, broken feeds and broken JSON-LD what can be read is, what any source names is stored, and
    the run is partial: it names the sources that stop in the middle.
    """
    with Newspaper("en", modal="none", malformed=True) as paper:
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, since="2026-11-20")
        recent = {url for url in paper.expected() if "/2026/11/2" in url}
    told(run, 11, "sources could not be read", f"{paper.origin}/rss/news", "in the middle of its markup")
    assert recent <= set(articles(bucket))
    accounted(bucket)


def test_on_the_worst_of_days_every_address_is_accounted_for(bucket: Location, tmp_path: Path) -> None:
    """Failing answers, torn sources, empty lists and texts in scripts together: nothing found is lost."""
    faults: dict[str, Any] = {"error_rate": 0.3, "malformed": True, "unlisted": True, "scripted": date(2026, 11, 22)}
    with Newspaper("en", modal="none", **faults) as paper:
        how = {"site": paper.origin, "since": "2026-11-15", "S_RENDER_MODE": "http"}
        told(crawl("moscowtimes", bucket, tmp_path, **how), 11)
    assert {"new", "HTTP 500"} <= set(accounted(bucket))


def test_without_a_browser_nothing_starts(bucket: Location, tmp_path: Path) -> None:
    """A browser that is not there is one line with both commands that mend it."""
    run = crawl("moscowtimes", bucket, tmp_path, S_MTCRAWLER_BROWSER="/no/such/browser", site="http://127.0.0.1:9")
    told(run, 15, "there is no such program", "playwright install", "apt-get install")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bucket": "nobody-made-this"}, ("nobody-made-this",)),
        ({"secret_key": "wrong"}, ("AWS_SECRET_ACCESS_KEY",)),
    ],
)
def test_a_wrong_bucket_or_credential_is_told_before_anything_is_fetched(
    wrong: dict[str, str], words: tuple[str, ...], bucket: Location, tmp_path: Path
) -> None:
    """The store is named with what is wrong about it, and the site is left alone."""
    with Newspaper("en", modal="none") as paper:
        told(crawl("moscowtimes", replace(bucket, **wrong), tmp_path, site=paper.origin, **RECENT), 14, *words)
        assert not [path for path in paper.hits if path.startswith("/2026")]


@pytest.mark.slow
def test_articles_wait_while_the_store_is_away_and_arrive_with_the_next_run(
    bucket: Location, proxy: Proxy, tmp_path: Path
) -> None:
    """The store goes away in the middle: the crawl goes on, says so, and the next run delivers what waited."""
    with Newspaper("en", modal="none") as paper:
        site = {"site": paper.origin, **RECENT}
        proxy.reset(fail_at=25)
        run = crawl("moscowtimes", through(proxy, bucket), tmp_path, S_STORE_CLOSING_SECONDS="0.5", **site)
        told(run, 14, "on disk", "the next run delivers them")
        where = rf"s3://{bucket.bucket} at http://127\.0\.0\.1:{proxy.port}"
        assert re.search(rf"waits? on disk\. \S.* in {where}: \S.* Check S3_ENDPOINT_URL", run.last_line), run.last_line
        before = len(articles(bucket))
        proxy.reset()
        assert crawl("moscowtimes", through(proxy, bucket), tmp_path, **site).code == 0
        target = {url for url in paper.listed()["rss"] if re.search("/2026/11/2[12]/", url)}
    stored = articles(bucket)
    assert before < len(target)
    assert target <= set(stored)
