"""The bucket for those who only read: articles by site and day, by id or by address."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from mtcrawler.article import Article
from mtcrawler.bucket.client import Client, side_by_side
from mtcrawler.bucket.layout import ARTICLES, REVISIONS, article_key, date_of, read_article_key
from mtcrawler.bucket.location import Location
from mtcrawler.bucket.stored import first_revisions, parse, past
from mtcrawler.errors import ArgumentError
from mtcrawler.identity.ids import article_id

THREADS = 16

_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}\Z")


class Kept(NamedTuple):
    """An article, where it lies and the very bytes that lie there."""

    key: str
    body: bytes
    article: Article


class Bucket:
    """A bucket of articles, to read. Takes a Location, or s3://bucket/prefix with what boto3 finds by itself.

    Every method raises StoreUnreachable, StoreRefused, BucketMissing or another StoreError.
    """

    def __init__(self, location: Location | str) -> None:
        if isinstance(location, str):
            bucket, _, prefix = location.removeprefix("s3://").partition("/")
            location = Location(endpoint_url=None, bucket=bucket, prefix=prefix)
        self._client = Client(location, connections=THREADS)

    def __enter__(self) -> Bucket:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def sites(self) -> list[str]:
        """The hosts whose articles lie here, sorted."""
        return sorted(name.removeprefix("site=") for name in self._client.folders(ARTICLES))

    def dates(self, site: str) -> list[str]:
        """The days (YYYY-MM-DD or "unknown") under which a site's articles lie, newest first, "unknown" last."""
        days = (name.removeprefix("date=") for name in self._client.folders(f"{ARTICLES}site={site}/"))
        return sorted(days, key=lambda day: (day != "unknown", day), reverse=True)

    def keys(self, *, site: str | None = None, since: str | None = None, until: str | None = None) -> Iterator[str]:
        """The keys of articles, by site, newest day first; `since` and `until` are days, both included."""
        for host in [site] if site else self.sites():
            for day in self.dates(host):
                if (since is None or day >= since) and (until is None or day <= until):
                    found = self._client.keys(f"{ARTICLES}site={host}/date={day}/")
                    yield from sorted(key for key in found if read_article_key(key))

    def articles(
        self,
        *,
        site: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Article]:
        """The articles under those keys, read a few at a time: memory does not grow with the bucket."""
        for kept in self.kept(site=site, since=since, until=until, limit=limit):
            yield kept.article

    def kept(
        self,
        *,
        site: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Kept]:
        """As `articles`, with key and bytes."""
        keys = itertools.islice(self.keys(site=site, since=since, until=until), limit)
        yield from (kept for kept in side_by_side(self._read, keys, threads=THREADS) if kept)

    def get(self, id_or_url: str) -> Article | None:
        """The article with that id, that beginning of an id (8 characters at least) or that address; else None."""
        kept = self.find(id_or_url)
        return kept.article if kept else None

    def find(self, id_or_url: str) -> Kept | None:
        """As `get`, with key and bytes. Raises ArgumentError for what is neither, or for a beginning of several ids."""
        asked = id_or_url.strip()
        if "://" in asked:
            return self._by_url(asked)
        if _ID.match(asked.lower()):
            return self._by_id(asked.lower())
        raise ArgumentError(
            "looking for an article", f"{asked!r} is neither an id nor an address", "Give an id or an https:// address."
        )

    def revisions(self, article: Article) -> Iterator[Article]:
        """An article's revisions from this one back to the first."""
        yield from past(self._client, article)

    def _by_url(self, url: str) -> Kept | None:
        parts = urlsplit(url)
        plain = urlunsplit(("https", (parts.hostname or "").lower(), parts.path.rstrip("/") or "/", "", ""))
        for canonical in dict.fromkeys((url, plain)):
            site, identity = (urlsplit(canonical).hostname or "").lower(), article_id(canonical)
            found = self._by_id(identity, sites=[site]) if site else None
            if found:
                return found
        return None

    def _by_id(self, beginning: str, sites: list[str] | None = None) -> Kept | None:
        if sites is None:
            sites = [name.removeprefix("site=") for name in self._client.folders(REVISIONS)]
        ids = {
            (site, key.split("/")[3])
            for site in sites
            for key in self._client.keys(f"{REVISIONS}site={site}/{beginning}")
        }
        if len(ids) > 1:
            raise ArgumentError(
                "looking for an article", f"{len(ids)} ids begin with {beginning}", "Give more of the id."
            )
        for site, identity in ids:
            for first in first_revisions(self._client, site, identity):
                found = self._read(article_key(site, date_of(first), identity))
                if found:
                    return found
        return None

    def _read(self, key: str) -> Kept | None:
        found = self._client.get(key)
        return Kept(key, found.body, parse(found.body, key)) if found else None
