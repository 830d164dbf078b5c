"""What a crawl remembers of an address: whether to look again, with which validators, and how long it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from mtcrawler.frontier.schedule import Schedule
from mtcrawler.frontier.scope import FORCED
from mtcrawler.frontier.terms import Terms, Validators
from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.errors import PreconditionFailed
from mtcrawler.model.reasons import Fate
from mtcrawler.storage.feed.segments import pack, parts
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.check_log import Check, LastCheck
from mtcrawler.storage.index.indexed_article import IndexedArticle, is_lost
from mtcrawler.storage.layout import check_key
from mtcrawler.storage.port import ObjectStore

SECTION: Final = 100
"""Characters of a section that are remembered."""
ALIASES: Final = 5
"""Addresses that lead from one to the next, until one is an article's own."""
NEXT_DUE: Final = "recheck/next"
"""The stats' name for when the first of the known articles is due that are not due yet."""


class RecrawlPolicy:
    """Known articles and past looks, put together; addresses are canonical. Safe for threads."""

    def __init__(self, store: ObjectStore, known: ArticleIndex, schedule: Schedule, run_id: str) -> None:
        self._store, self._known, self._schedule, self._run_id = store, known, schedule, run_id
        self._seq = 0
        self.next_due: datetime | None = None
        self.terms = Terms()
        """Those of the crawl that asks."""

    def due(self, address: str, changed: datetime | None = None, source: str = "") -> bool:
        """Whether this address, which a source names, is to be fetched: it is new, its time has come, it changed.

        So is one that was judged by other terms than the crawl's.
        """
        if self.removed(address):
            return False
        if self.terms.force:
            return True
        identity = article_id(address)
        known, checked = self._known.get(identity), self._known.checks.get(identity)
        for _ in range(ALIASES):
            if known is not None or checked is None or not checked.same_as:
                break
            if home := self._known.get(checked.same_as):
                return self._again(home.published_at, checked.at, changed)
            # Where the article was not stored, what is known of its own address is true of this one, too.
            checked = self._known.checks.get(checked.same_as)
        if known is None:
            # Without an article only what is none, or is not there, need not be looked at again.
            if checked is None or checked.outcome not in {"other", "missing"}:
                return True
            if checked.outcome == "other" and (
                checked.judged_by != self.terms.judged_by or self._wanted(checked, source)
            ):
                return True
            if checked.why == Fate.OUT_OF_SCOPE:
                return changed is not None and changed > datetime.fromisoformat(checked.at)
            return self._again(checked.published_at or checked.at, checked.at, changed)
        return self._due(known, checked, changed)

    def removed(self, address: str) -> bool:
        """Whether the article of this address, or of the one it led to, was taken out on request: it is not asked for
        again, whoever asks.
        """
        identity = article_id(address)
        known, checked = self._known.get(identity), self._known.checks.get(identity)
        if known is None and checked is not None and checked.same_as is not None:
            known = self._known.get(checked.same_as)
        return known is not None and known.removed

    def stored(self, address: str) -> bool:
        """Whether an article is stored under this canonical address."""
        return (known := self._known.get(article_id(address))) is not None and known.stored

    def was_article(self, address: str) -> bool | None:
        """Whether an article was at this canonical address, or one is where it led; None where nobody has seen."""
        identity = article_id(address)
        known, checked = self._known.get(identity), self._known.checks.get(identity)
        if known is not None or (checked and (checked.same_as or checked.why == Fate.OUT_OF_SCOPE)):
            return True
        return False if checked and checked.outcome == "other" and checked.why is None else None

    def overdue(self, site: str) -> Iterator[tuple[str, str]]:
        """A site's stored articles whose time has come, whether a source names them: canonical address, where it was
        fetched. `next_due` is then when the first of the others is due.
        """
        self.next_due = None
        for known in self._known.of_site(site):
            checked = self._known.checks.get(known.id)
            if self._due(known, checked):
                yield known.canonical_url, known.url or known.canonical_url
            elif (due := self._next(known, checked)) and (self.next_due is None or due < self.next_due):
                self.next_due = due

    def next_look(self, address: str, changed: datetime | None, source: str) -> datetime | None:
        """When this address, which a source goes on naming, is due at the earliest: now where nobody can say."""
        identity, now = article_id(address), clock.now()
        known, checked = self._known.get(identity), self._known.checks.get(identity)
        if self.due(address, changed, source) or (known is None and checked is None):
            return now
        if known is not None:
            return self._next(known, checked)
        assert checked is not None
        home = self._known.get(checked.same_as) if checked.same_as else None
        if checked.same_as and home is None:
            return now
        begun = (home and home.published_at) or checked.published_at or checked.at
        return self._schedule.next(datetime.fromisoformat(begun), datetime.fromisoformat(checked.at), now)

    def known(self, site: str) -> Iterator[IndexedArticle]:
        """All articles of a site that are stored and in scope, gone ones included."""
        return (one for one in self._known.stored() if one.site == site and self._covers(one))

    def judged(self) -> Iterator[str]:
        """The addresses that were looked at and had no article, but for articles that are out of scope now.

        Lists of addresses are among them; what was stored since is not.
        """
        for address in self._known.checks.without_article():
            identity = article_id(address)
            known, checked = self._known.get(identity), self._known.checks.get(identity)
            if (known is None or not known.stored) and (checked is None or self._may_be_wanted(checked, FORCED)):
                yield address

    def validators(self, address: str) -> Validators | None:
        """The validators of the page as it was last seen, where it came with any and its article is stored.

        None for one that is gone or lost: a 304 brings no article and tells nobody. None, too, where everything is
        asked for again.
        """
        identity = article_id(address)
        known, checked = self._known.get(identity), self._known.checks.get(identity)
        if known is None or known.state == "gone" or self.terms.force or is_lost(known, checked):
            return None
        latest: IndexedArticle | LastCheck = known
        if checked and checked.outcome == "unchanged" and checked.at > known.last_fetched:
            latest = checked
        found = Validators(latest.etag, latest.last_modified)
        return found if found.headers else None

    def looked(self, article: Article, outcome: str) -> None:
        """An article was fetched and its storing came to that outcome.

        Only an unchanged one is worth a note, and one that was lost: its number may be one that the feed told before.
        """
        source, at = article.provenance, article.provenance.fetched_at
        checked = self._known.checks.get(article.id)
        found = checked is not None and checked.outcome == "lost" and outcome in {"new", "revised"}
        if outcome == "unchanged" or found:
            self._known.checks.note(
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
                self._known.checks.note(Check(url=other, at=at, outcome="alias", same_as=article.id))

    def alias(self, address: str, identity: str) -> None:
        """The page at this address is another form of that article's: it is looked at when the article is."""
        self._known.checks.note(Check(url=address, at=clock.now(), outcome="alias", same_as=identity))

    def incomplete(self, address: str) -> None:
        """A part of the article did not come, and may come: it is due, whole, in the next run."""
        self._known.checks.note(Check(url=address, at=clock.now(), outcome="lost"))

    def is_lost(self, address: str) -> bool:
        """Whether what is stored of an article is torn, not there or not whole, so that it is wanted in any case."""
        known = self._known.get(article_id(address))
        return known is not None and is_lost(known, self._known.checks.get(known.id))

    def unchanged(self, address: str, validators: Validators) -> None:
        """The site says that the page is as it was (304)."""
        self._known.checks.note(Check(url=address, at=clock.now(), outcome="unchanged", **validators._asdict()))

    def out_of_scope(self, address: str, day: date | None, section: str | None, published: datetime | None) -> None:
        """The article is of another day, moment or section than those asked for."""
        self.other(address, None, Fate.OUT_OF_SCOPE, day, section, published)

    def other(
        self,
        address: str,
        at: datetime | None = None,
        why: Fate | None = None,
        day: date | None = None,
        section: str | None = None,
        published: datetime | None = None,
    ) -> None:
        """The page is no article; a sitemap, of which everything was looked at, is none either."""
        check = Check(
            url=address,
            at=at or clock.now(),
            outcome="other",
            published_at=published,
            why=why,
            judged_by=self.terms.judged_by,
            day=day,
            section=section[:SECTION] if section else None,
        )
        self._known.checks.note(check)

    def moved_on(self, address: str, changed: datetime | None) -> bool:
        """Whether a list of addresses may have changed since all that it named was looked at; so where nobody says."""
        checked = self._known.checks.get(article_id(address))
        if checked is None or changed is None or self.terms.force or checked.judged_by != self.terms.judged_by:
            return True
        return changed > datetime.fromisoformat(checked.at)

    def missing(self, address: str) -> bool:
        """The page is missing (404, 410, or an error page with 200); returns whether its article is gone.

        It is where the page was missing before, at least RECHECK_GONE_AFTER ago.
        """
        identity, now, checks = article_id(address), clock.now(), self._known.checks
        known, checked = self._known.get(identity), checks.get(identity)
        checks.note(Check(url=address, at=now, outcome="missing"))
        if not (known and known.stored and checked and checked.missing_since):
            return False
        return self._schedule.missed_twice(datetime.fromisoformat(checked.missing_since), now)

    def flush(self) -> int:
        """Write what was looked at to the bucket; returns the number of looks."""
        checks = self._known.checks.take()
        day, done = clock.now().date().isoformat(), 0
        for part in parts([check.model_dump_json().encode() + b"\n" for check in checks]):
            key = self._write(day, pack(part))
            self._known.checks.apply(key, checks[done : done + len(part)])
            done += len(part)
        return len(checks)

    def _write(self, day: str, body: bytes) -> str:
        while True:
            self._seq += 1
            key = check_key(day, self._run_id, self._seq)
            with suppress(PreconditionFailed):  # an earlier run of the same name wrote it
                self._store.put(key, body, content_type="application/gzip", if_absent=True)
                return key

    def _due(self, known: IndexedArticle, checked: LastCheck | None, changed: datetime | None = None) -> bool:
        if checked and is_lost(known, checked) and not checked.missing_since:
            return True
        last = max(known.last_fetched, checked.at) if checked else known.last_fetched
        if checked and checked.missing_since and known.state != "gone":
            # A whole site may have shown its error page for an hour: a change that was not read yet is asked for.
            unread = changed is not None and changed > datetime.fromisoformat(known.last_fetched)
            since = datetime.fromisoformat(checked.missing_since)
            return unread or self._schedule.missed_twice(since, clock.now())
        return self._again(known.published_at or known.at, last, changed)

    def _next(self, known: IndexedArticle, checked: LastCheck | None) -> datetime | None:
        last = max(known.last_fetched, checked.at) if checked else known.last_fetched
        if checked and checked.missing_since and known.state != "gone":
            return datetime.fromisoformat(checked.missing_since) + self._schedule.gone_after
        published, looked = datetime.fromisoformat(known.published_at or known.at), datetime.fromisoformat(last)
        return self._schedule.next(published, looked, clock.now())

    def _may_be_wanted(self, checked: LastCheck, source: str) -> bool:
        """Whether what had no article, or none in scope, may have one now."""
        known_out = checked.why == Fate.OUT_OF_SCOPE and checked.judged_by == self.terms.judged_by
        return not known_out or self._wanted(checked, source)

    def _wanted(self, checked: LastCheck, source: str) -> bool:
        """Whether an article that was out of an earlier crawl's scope is in this one's."""
        scope = self.terms.scope
        if checked.why != Fate.OUT_OF_SCOPE or scope is None:
            return False
        published = datetime.fromisoformat(checked.published_at) if checked.published_at else None
        return scope.wants(source, date.fromisoformat(checked.day) if checked.day else None, checked.section, published)

    def _covers(self, known: IndexedArticle) -> bool:
        scope, published = self.terms.scope, known.published_at
        if scope is None or published is None:
            return True
        at = datetime.fromisoformat(published)
        return scope.covers(at.date(), at)

    def _again(self, published: str | None, last: str, changed: datetime | None) -> bool:
        looked = datetime.fromisoformat(last)
        if changed is not None and changed > looked:
            return True
        return self._schedule.due(datetime.fromisoformat(published or last), looked, clock.now())
