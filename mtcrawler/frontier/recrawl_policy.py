"""What a crawl remembers of an address: whether to look again, with which validators, and how long it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from mtcrawler.frontier.schedule import Schedule
from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.errors import PreconditionFailed
from mtcrawler.storage.feed.segments import pack, parts
from mtcrawler.storage.index.article_index import ArticleIndex, IndexedArticle
from mtcrawler.storage.index.check_log import Check, LastCheck
from mtcrawler.storage.layout import check_key
from mtcrawler.storage.port import ObjectStore


class Validators(NamedTuple):
    """What to send with a request so that a page that is as it was is not sent again."""

    etag: str | None
    last_modified: str | None

    @property
    def headers(self) -> dict[str, str]:
        """As request headers; none where the page came with no validator, or with one that is no header's value."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value and value.isprintable()}


class RecrawlPolicy:
    """Known articles and past looks, put together; addresses are canonical. Safe for threads."""

    def __init__(self, store: ObjectStore, known: ArticleIndex, schedule: Schedule, run_id: str) -> None:
        self._store, self._known, self._schedule, self._run_id = store, known, schedule, run_id
        self._seq = 0

    def due(self, address: str, changed: datetime | None = None) -> bool:
        """Whether this address is to be fetched: it is new, its time has come, or a source says that it changed."""
        identity = article_id(address)
        known, visit = self._known.get(identity), self._known.visits.get(identity)
        if known is None and visit is not None and visit.same_as:
            home = self._known.get(visit.same_as)
            return home is None or self._again(home.published_at, visit.at, changed)
        if known is None:
            # Without an article only what is none, or is not there, need not be looked at again.
            return (
                visit is None
                or visit.outcome not in {"other", "missing"}
                or self._again(visit.published_at or visit.at, visit.at, changed)
            )
        return self._due(known, visit, changed)

    def overdue(self, site: str) -> Iterator[str]:
        """The canonical addresses of a site's stored articles whose time has come, whether a source names them."""
        for known in self._known.of_site(site):
            if self._due(known, self._known.visits.get(known.id)):
                yield known.canonical_url

    def validators(self, address: str) -> Validators | None:
        """The validators of the page as it was last seen, where it came with any and its article is stored.

        None for one that is gone: that it is there again has to be told, and a 304 tells nobody.
        """
        identity = article_id(address)
        known, visit = self._known.get(identity), self._known.visits.get(identity)
        if known is None or known.state == "gone":
            return None
        latest: IndexedArticle | LastCheck = known
        if visit and visit.outcome == "unchanged" and visit.at > _last(known):
            latest = visit
        found = Validators(latest.etag, latest.last_modified)
        return found if found.headers else None

    def looked(self, article: Article, outcome: str) -> None:
        """An article was fetched and its storing came to that outcome; only an unchanged one is worth a note."""
        source, at = article.provenance, article.provenance.fetched_at
        if outcome == "unchanged":
            self._known.visits.note(
                Check(
                    url=article.canonical_url,
                    at=at,
                    outcome="unchanged",
                    etag=source.etag,
                    last_modified=source.last_modified,
                    published_at=article.published_at,
                )
            )
        if outcome in {"unchanged", "new", "revised"}:
            for other in article.alternate_urls:
                self._known.visits.note(Check(url=other, at=at, outcome="alias", same_as=article.id))

    def unchanged(self, address: str, validators: Validators) -> None:
        """The site says that the page is as it was (304)."""
        check = Check(url=address, at=clock.now(), outcome="unchanged", **validators._asdict())
        self._known.visits.note(check)

    def other(self, address: str, at: datetime | None = None) -> None:
        """The page is no article; a sitemap, of which everything was looked at, is none either."""
        self._known.visits.note(Check(url=address, at=at or clock.now(), outcome="other"))

    def moved_on(self, address: str, changed: datetime | None) -> bool:
        """Whether a list of addresses may have changed since all that it named was looked at; so where nobody says."""
        visit = self._known.visits.get(article_id(address))
        return visit is None or changed is None or changed > datetime.fromisoformat(visit.at)

    def missing(self, address: str) -> bool:
        """The page is not there (404, 410); returns whether its article is gone: missed before, long enough ago."""
        identity, now = article_id(address), clock.now()
        known, visit = self._known.get(identity), self._known.visits.get(identity)
        self._known.visits.note(Check(url=address, at=now, outcome="missing"))
        since = visit.missing_since if visit else None
        return bool(
            known and known.stored and since and self._schedule.missed_twice(datetime.fromisoformat(since), now)
        )

    def flush(self) -> int:
        """Write what was looked at to the bucket; returns the number of looks."""
        checks = self._known.visits.take()
        day, done = clock.now().date().isoformat(), 0
        for part in parts([check.model_dump_json().encode() + b"\n" for check in checks]):
            key = self._write(day, pack(part))
            self._known.visits.apply(key, checks[done : done + len(part)])
            done += len(part)
        return len(checks)

    def _write(self, day: str, body: bytes) -> str:
        while True:
            self._seq += 1
            key = check_key(day, self._run_id, self._seq)
            with suppress(PreconditionFailed):  # an earlier run of the same name wrote it
                self._store.put(key, body, content_type="application/gzip", if_absent=True)
                return key

    def _due(self, known: IndexedArticle, visit: LastCheck | None, changed: datetime | None = None) -> bool:
        last = max(_last(known), visit.at) if visit else _last(known)
        if visit and visit.missing_since and known.state != "gone":
            since = datetime.fromisoformat(visit.missing_since)
            return self._schedule.missed_twice(since, clock.now())
        return self._again(known.published_at or known.at, last, changed)

    def _again(self, published: str | None, last: str, changed: datetime | None) -> bool:
        looked = datetime.fromisoformat(last)
        if changed is not None and changed > looked:
            return True
        return self._schedule.due(datetime.fromisoformat(published or last), looked, clock.now())


def _last(known: IndexedArticle) -> str:
    return known.fetched_at or datetime.fromisoformat(known.at).astimezone(UTC).isoformat()
