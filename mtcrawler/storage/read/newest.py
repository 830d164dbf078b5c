"""The articles of all sites together, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Final

from mtcrawler.model.article import Article
from mtcrawler.storage.read.reader import Bucket

AT_ONCE: Final = 2000
"""Articles that are sorted together: memory does not grow with the days of a bucket."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)


def newest_first(
    bucket: Bucket, *, site: str | None = None, since: str | None = None, until: str | None = None, limit: int | None
) -> Iterator[Article]:
    """The articles of a span of days, newest day first and in a day by time of publication, at most `limit` of them.

    Those of an unknown day come last. A day of more than AT_ONCE articles is sorted in parts.
    """
    days = sorted(bucket.days(site=site, since=since, until=until), key=lambda pair: _age(pair[1]), reverse=True)
    return islice(_sorted(bucket, days), limit)


def _sorted(bucket: Bucket, days: list[tuple[str, str]]) -> Iterator[Article]:
    for _, sites in groupby(days, key=lambda pair: pair[1]):
        keys = (key for host, day in sites for key in bucket.keys_of(host, day))
        while part := list(islice(keys, AT_ONCE)):
            yield from sorted((kept.article for kept in bucket.read(part)), key=_moment, reverse=True)


def _age(day: str) -> tuple[bool, str]:
    return day != "unknown", day


def _moment(article: Article) -> tuple[datetime, datetime]:
    return article.published_at or NEVER, article.provenance.fetched_at
