"""Bad days: a clear line, an exit code of its own, nothing lost."""

from __future__ import annotations

import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, articles, crawl
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


def test_a_site_that_is_not_there_is_told(bucket: Location, tmp_path: Path) -> None:
    """Nobody listens at the address: named as unreachable."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        origin = f"http://127.0.0.1:{taken.getsockname()[1]}"
    told(crawl("moscowtimes", bucket, tmp_path, site=origin, **RECENT), 13, "-a site=")


def test_damaged_sources_cost_only_themselves(bucket: Location, tmp_path: Path) -> None:
    """Of a broken sitemap, broken feeds and broken JSON-LD what can be read is; what any source names is stored."""
    with Newspaper("en", modal="none", malformed=True) as paper:
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, since="2026-11-20")
        recent = {url for url in paper.expected() if "/2026/11/2" in url}
    told(run, 0)
    assert recent <= set(articles(bucket))


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


def test_articles_wait_while_the_store_is_away_and_arrive_with_the_next_run(
    bucket: Location, proxy: Proxy, tmp_path: Path
) -> None:
    """The store goes away in the middle: the crawl goes on, says so, and the next run delivers what waited."""
    with Newspaper("en", modal="none") as paper:
        site = {"site": paper.origin, **RECENT}
        proxy.reset(fail_at=25)
        run = crawl("moscowtimes", through(proxy, bucket), tmp_path, S_STORE_CLOSING_SECONDS="0.5", **site)
        told(run, 14, "wait on disk", "the next run delivers them")
        before = len(articles(bucket))
        proxy.reset()
        assert crawl("moscowtimes", through(proxy, bucket), tmp_path, **site).code == 0
        target = {url for url in paper.listed()["rss"] if re.search("/2026/11/2[12]/", url)}
    stored = articles(bucket)
    assert before < len(target)
    assert target <= set(stored)
