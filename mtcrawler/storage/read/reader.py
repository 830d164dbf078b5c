"""The bucket for those who only read: articles by site and day, by id or by address."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError, ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, parsed_object
from mtcrawler.storage import finding
from mtcrawler.storage.clusters.cluster import Cluster, cluster_of
from mtcrawler.storage.clusters.told import clusters_told
from mtcrawler.storage.connection import connect
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.segments import grep, packed, unzipped
from mtcrawler.storage.layout import (
    ARTICLES,
    CHECKS,
    REVISIONS,
    RUNS,
    article_key,
    date_of,
    is_identity,
    is_site,
    read_article_key,
    read_change_key,
    read_manifest_key,
    revision_folder,
    run_key,
)
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.keys import read_snapshot
from mtcrawler.storage.pages.page import KeptPage, kept_page
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.read.edits import Edit, difference
from mtcrawler.storage.read.manifests import manifest
from mtcrawler.storage.read.stored import Kept, first_revisions, kept, past

THREADS = 16

_Made = TypeVar("_Made")
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}\Z")


class Bucket:
    """A bucket of articles, to read: a Location, s3://bucket/prefix with what boto3 finds by itself, or by default the
    one that the environment names, else this project's embedded store.

    What cannot be read as what it should be (damaged, too large, another's) is left out of what a method gives and
    named in `left_out`; where it is all that was asked for, ObjectUnreadable is raised. Every method raises
    StoreUnreachable, StoreRefused, BucketMissing or another StoreError.
    """

    def __init__(self, location: Location | str | None = None) -> None:
        if isinstance(location, str):
            bucket, _, prefix = location.removeprefix("s3://").partition("/")
            location = Location(endpoint_url=None, bucket=bucket, prefix=prefix)
        self._store = connect(location or finding.location(), connections=THREADS)

    def __enter__(self) -> Bucket:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()

    @property
    def left_out(self) -> list[ObjectUnreadable]:
        """What was left out so far, as it could not be read; each is a warning in the log, too."""
        return self._store.left_out.found

    def sites(self) -> list[str]:
        """The hosts whose articles lie here, sorted."""
        return sorted(name.removeprefix("site=") for name in self._store.folders(ARTICLES))

    def dates(self, site: str) -> list[str]:
        """The days (YYYY-MM-DD or "unknown") under which a site's articles lie, newest first, "unknown" last."""
        days = (name.removeprefix("date=") for name in self._store.folders(f"{ARTICLES}site={site}/"))
        return sorted(days, key=lambda day: (day != "unknown", day), reverse=True)

    def keys(self, *, site: str | None = None, since: str | None = None, until: str | None = None) -> Iterator[str]:
        """The keys of articles, by site, newest day first; `since` and `until` are days, both included."""
        for host, day in self.days(site=site, since=since, until=until):
            yield from self.keys_of(host, day)

    def keys_of(self, site: str, day: str) -> list[str]:
        """The keys of one day's articles, sorted."""
        return sorted(key for key in self._store.keys(f"{ARTICLES}site={site}/date={day}/") if read_article_key(key))

    def articles(
        self,
        *,
        site: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Article]:
        """The articles under those keys, read a few at a time: memory does not grow with the bucket."""
        for found in self.kept(site=site, since=since, until=until, limit=limit):
            yield found.article

    def kept(
        self,
        *,
        site: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Kept]:
        """As `articles`, with key and bytes."""
        return self.read(itertools.islice(self.keys(site=site, since=since, until=until), limit))

    def read(self, keys: Iterable[str]) -> Iterator[Kept]:
        """The articles under these keys, in their order."""
        for key, body in self._bodies(keys):
            if found := self._leaving_out(kept, body, key):
                yield found

    def get(self, id_or_url: str) -> Article | None:
        """The article with that id, that beginning of an id (8 characters at least) or that address; else None."""
        found = self.find(id_or_url)
        return found.article if found else None

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

    def revisions(self, article: Article | str) -> Iterator[Article]:
        """An article's revisions from this one back to the first; the article itself, its id or an address."""
        current = self.get(article) if isinstance(article, str) else article
        if current is not None:
            yield from past(self._store, current)

    def difference(self, article: Article | str, old: int, new: int) -> list[Edit]:
        """What changed between two revisions of an article, field by field. Raises ArgumentError for a number that
        is none of its revisions'.
        """
        found = {one.revision: one for one in self.revisions(article)}
        for number in (old, new):
            if number not in found:
                first = found[min(found)] if found else None
                for err in self.left_out:
                    if first and 0 < number < first.revision and f"/{first.id}/" in err.key:
                        raise err
                raise ArgumentError("comparing revisions", f"there is no revision {number}", "See mtcrawler revisions.")
        return difference(found[old], found[new])

    def page(self, article: Article | str) -> KeptPage | None:
        """The page that an article was read from; the article, its id, an address or a `provenance.snapshot`. None
        where none was kept (KEEP_PAGES), or it is kept no more.
        """
        if isinstance(article, str) and read_snapshot(article) is None:
            article = self.get(article) or ""
        return kept_page(self._store, article if isinstance(article, str) else article.provenance.snapshot)

    def changes(self, since: str | None = None) -> Changes:
        """What happened since a cursor (None: ever): iterate over it, then keep its `cursor`.

        At least once and without a gap, with any number of crawlers at work. Raises ArgumentError for no cursor.
        """
        return Changes(self._store, since)

    def clusters(self, *, site: str | None = None) -> Iterator[list[str]]:
        """The ids of near-duplicates within a site, cluster by cluster, each in the order they were stored; only those
        of two or more. Reads the change feed; memory grows with the number of clustered articles, not with their texts.
        """
        yield from clusters_told(self.changes(), site)

    def cluster(self, article: Article | str) -> Cluster | None:
        """The near-duplicates of an article, its id or an address, on all sites: what `mtcrawler cluster` found. None
        where it found none.
        """
        found = self.get(article) if isinstance(article, str) else article
        return cluster_of(self._store, found.site, found.id) if found else None

    def manifests(self, *, since: str | None = None, until: str | None = None) -> Iterator[dict[str, Any]]:
        """The manifests of finished runs, as JSON, newest first; `since` and `until` are days, both included."""
        days = (name.removeprefix("date=") for name in self._store.folders(RUNS))
        for day in sorted(days, reverse=True):
            if (since is None or day >= since) and (until is None or day <= until):
                names = (f"{RUNS}date={day}/{run}/manifest.json" for run in self._store.folders(f"{RUNS}date={day}/"))
                keys = sorted(filter(read_manifest_key, names), reverse=True)
                for key, body in self._bodies(keys):
                    if said := self._leaving_out(manifest, body, key):
                        yield said

    def run_file(self, day: str, run_id: str, name: str) -> bytes | None:
        """A file of a run, such as report.html; None where there is none. The day is that of the run's start."""
        stored = self._store.get(run_key(day, run_id, name))
        return stored.body if stored else None

    def days(self, *, site: str | None, since: str | None, until: str | None) -> Iterator[tuple[str, str]]:
        """The sites and days of a span under which articles lie. Raises ArgumentError for a site that is no host."""
        if site and not is_site(site):
            raise ArgumentError("looking for articles", f"{site!r} is no host", "See mtcrawler articles for sites.")
        for host in [site] if site else self.sites():
            for day in self.dates(host):
                if (since is None or day >= since) and (until is None or day <= until):
                    yield host, day

    def _elsewhere(self, url: str, plain: str) -> Kept | None:
        """The article that has this as another address, as the feed (duplicates) and the checks (aliases) tell."""
        marks = [json.dumps(one, ensure_ascii=False).encode() for one in {url, plain, url.partition("#")[0]}]
        keys = list(filter(read_change_key, self._store.keys(CHECKS)))
        bodies = side_by_side(partial(packed, self._store), keys, threads=THREADS)
        looks = (grep(unzipped(self._store, *one), marks) for one in zip(keys, bodies, strict=True))
        segments = FeedSegments(self._store)
        feed = (grep(found.lines, marks) for found in segments.read(segments.listed()))
        homes = (self._home(line) for lines in chain(looks, feed) for line in reversed(lines))
        return next(filter(None, homes), None)

    def _home(self, line: bytes) -> Kept | None:
        """The article at home elsewhere that a line tells of."""
        with suppress(Unreadable):  # named where the segment is read
            told = parsed_object(line)
            key, same_as = told.get("key"), told.get("same_as")
            if told.get("change") == "duplicate" and isinstance(key, str) and read_article_key(key):
                return self._read(key)
            if isinstance(same_as, str):
                return self._by_id(same_as)
        return None

    def _by_url(self, url: str) -> Kept | None:
        try:
            url.encode()
            parts = urlsplit(url)
        except ValueError as err:
            raise ArgumentError("looking for an article", f"{url!r} is no address", "Give an https:// one.") from err
        plain = urlunsplit(("https", (parts.hostname or "").lower(), parts.path.rstrip("/") or "/", "", ""))
        for canonical in dict.fromkeys((url, plain)):
            site, identity = (urlsplit(canonical).hostname or "").lower(), article_id(canonical)
            if site and (found := self._by_id(identity, sites=[site])):
                return found
        return self._elsewhere(url, plain)

    def _by_id(self, beginning: str, sites: list[str] | None = None) -> Kept | None:
        if sites is None:
            sites = [name.removeprefix("site=") for name in self._store.folders(REVISIONS)]
        ids = {
            (site, identity)
            for site in sites
            for key in self._store.keys(f"{REVISIONS}site={site}/{beginning}")
            if is_identity(site, identity := key.split("/")[3])
        }
        if len(ids) > 1:
            happened = f"{len(ids)} ids begin with {beginning}"
            raise ArgumentError("looking for an article", happened, "Give more of the id.")
        for site, identity in ids:
            for first in first_revisions(self._store, site, identity):
                if found := self._read(article_key(site, date_of(first), identity)):
                    return found
            folder = revision_folder(site, identity)
            if unread := [err for err in self.left_out if err.key.startswith(f"{folder}1-")]:
                raise unread[0]  # without it nobody knows the article's key
        return None

    def _read(self, key: str) -> Kept | None:
        return kept(found.body, key) if (found := self._store.get(key)) else None

    def _bodies(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Keys and what lies there: many are fetched at once, for whoever reads them one after the other."""

        def fetched(key: str) -> tuple[str, bytes | None]:
            try:
                stored = self._store.get(key)
            except ObjectUnreadable as err:
                self._store.left_out(err)
                return key, None
            return key, stored.body if stored else None

        return side_by_side(fetched, keys, threads=THREADS, weight=lambda read: len(read[1] or b""))

    def _leaving_out(self, made: Callable[[bytes, str], _Made], body: bytes | None, key: str) -> _Made | None:
        try:
            return None if body is None else made(body, key)
        except ObjectUnreadable as err:
            self._store.left_out(err)
            return None
