"""An article that is lost in the bucket comes back with the first crawl that gets its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mtcrawler.model import clock
from mtcrawler.storage.layout import ARTICLES, REVISIONS
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.verify import verify
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import articles
from tests.fixtures.moody import Moody, Said, accounts, crawled, moody, story


@contextmanager
def losing(path: str, page: Said, bucket: Location, var: Path) -> Iterator[Moody]:
    """A paper whose article was stored, deleted from the bucket, and found to be lost."""
    with moody({path: page}) as paper:
        paper.lists(path)
        crawled(paper, bucket, var, since="2026-09-01")
        client = Client(bucket)
        try:
            for key in [*client.keys(ARTICLES), *client.keys(REVISIONS)]:
                client.delete(key)
        finally:
            client.close()
        clock.pretend(datetime.fromisoformat("2026-11-21T11:00:00+00:00"))
        try:
            assert verify(bucket, lambda problem: None, repair=True).due == 1
        finally:
            clock.pretend(datetime.now(UTC))
        yield paper


@pytest.mark.slow
def test_a_lost_article_is_in_every_scope(bucket: Location, tmp_path: Path) -> None:
    """A crawl with a limit and of later days stores a lost article whose address tells no day."""
    with losing("/story/ice", story("ice", day="2026-09-20"), bucket, tmp_path) as paper:
        now = {"E_MTCRAWLER_NOW": "2026-12-01T12:00:00+00:00"}
        _, told = crawled(paper, bucket, tmp_path, limit="50", since="2d", **now)
    assert "out of scope" not in accounts(told)
    assert len(articles(bucket)) == 1
