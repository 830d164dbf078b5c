"""Writing an article so that any number of crawlers, killed at any moment, leave the bucket right."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from mtcrawler.identity.revision_hash import is_edited
from mtcrawler.identity.signatures import signature
from mtcrawler.model import clock
from mtcrawler.model.article import SCHEMA_VERSION, Article
from mtcrawler.model.errors import ObjectRefused, ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.storage.feed.changes import STORED, Change, ChangeKind
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import article_key, date_of, revision_folder, revision_key
from mtcrawler.storage.port import ObjectStore, check
from mtcrawler.storage.read.stored import parse, past
from mtcrawler.storage.write.change_feed import ChangeFeed
from mtcrawler.storage.write.current import Current, CurrentArticles
from mtcrawler.storage.write.decisions import declared_anew, in_place, is_news, own_key

TRIES: Final = 20
"""How often a decision is taken anew because another crawler was faster; each time that crawler got ahead."""

Kept = Literal["new", "revised", "unchanged", "duplicate", "spooled"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an article, where it lies, and as which revision (0: it does not lie there yet)."""

    outcome: Kept
    key: str
    revision: int


class Writer:
    """Writes articles in the contract's order: revision, article, change line, known. Safe for threads.

    A kill between two steps is healed by whoever saves the article next: a revision without an article is taken up,
    an article without a change line gets its line. What is torn or foreign under a key is kept aside and replaced; an
    article that was stored and is not there is put back as its last revision has it.

    `placed` keeps the page of an article that is about to be written, and gives the article that says where; with
    `keeps_all` also the page of one that is as it was.
    """

    placed: Callable[[Article], Article] = staticmethod(lambda article: article)
    keeps_all = False

    def __init__(self, store: ObjectStore, feed: ChangeFeed, known: ArticleIndex, run_id: str) -> None:
        self._store, self._feed, self._known, self._run_id = store, feed, known, run_id
        self._objects = CurrentArticles(store)

    @property
    def replaced(self) -> int:
        """Objects that could not be read and gave way to good ones."""
        return self._objects.replaced

    def check(self) -> None:
        """Make sure that the store answers. Raises StoreError where it does not."""
        check(self._store)

    def save(self, article: Article) -> Saved:
        """Store an article as new or as the next revision, or find it unchanged; its own revision fields are set here.

        Raises StoreError; then nothing is known as stored, and saving again is right.
        """
        key = self._key(article)
        known = self._known.get(article.id)
        for tried in range(TRIES):
            with suppress(PreconditionFailed):
                # Of what nobody told of there is nothing to read; where there is, the write is refused.
                found = self._current(key, article.id) if tried or known is not None else None
                if found is None or found.article is None:
                    return self._first(key, article, if_etag=found.etag if found else None)
                return self._next(key, found.article, found.etag, article)
        raise StoreError(f"storing {article.canonical_url}", "other crawlers keep changing it", "Run again.")

    def add_alternate(self, article_id: str, url: str) -> bool:
        """Put another address of a stored article on it, in place: no new revision. False where it is not stored."""
        known = self._known.get(article_id)
        key = own_key(known, known.site) if known else None
        if key is None:
            return False
        for _ in range(TRIES):
            with suppress(PreconditionFailed):
                found = self._current(key, article_id)
                if found is None or found.article is None:
                    return False
                article = found.article
                if url != article.canonical_url and url not in article.alternate_urls:
                    article = in_place(article, alternate_urls=[*article.alternate_urls, url])
                    self._put(key, article, if_etag=found.etag)
                return True
        raise StoreError(f"adding {url} to {key}", "other crawlers keep changing it", "Run again.")

    def tell_duplicate(self, article: Article, first_id: str) -> bool:
        """Put this article's address on the one it duplicates and tell the feed. False where that is not stored."""
        if not self.add_alternate(first_id, article.canonical_url):
            return False
        known, first = self._known.get(article.id), self._known.get(first_id)
        if known is None or known.duplicate_of != first_id:
            self._tell("duplicate", article, first.key if first else None, duplicate_of=first_id)
        return True

    def tell_walled(self, article: Article) -> None:
        """Tell the feed that a wall stands before this article; whether it is stored is another matter."""
        known = self._known.get(article.id)
        self._tell("walled", article, known.key if known and known.stored else None)

    def tell_gone(self, article_id: str) -> bool:
        """Tell the feed that the publisher took a stored article away; the article is kept. False if already told."""
        known = self._known.get(article_id)
        if known is None or not known.stored or known.state == "gone":
            return False
        self._feed.add(
            Change(
                change="gone",
                id=known.id,
                canonical_url=known.canonical_url,
                site=known.site,
                key=known.key,
                revision=known.revision,
                content_hash=known.content_hash,
                at=clock.now(),
                run_id=self._run_id,
                substance=known.substance,
            )
        )
        return True

    def _key(self, article: Article) -> str:
        known = self._known.get(article.id)
        own = own_key(known, article.site) if known else None
        return own or article_key(article.site, date_of(article), article.id)

    def _current(self, key: str, article_id: str) -> Current | None:
        """What lies under an article's key. Where that is torn or lost, its last revision is put back first."""
        found, known = self._objects.read(key), self._known.get(article_id)
        if (found is None or found.article is None) and known is not None and known.stored:
            last = self._objects.last(known, key, found)
            if last is not None:
                etag = found.etag if found else None
                self._put(key, last, if_absent=etag is None, if_etag=etag)
                return self._objects.read(key)
        return found

    def _first(self, key: str, article: Article, *, if_etag: str | None) -> Saved:
        article = self.placed(article.model_copy(update={"revision": 1, "previous_hash": None}))
        sealed = self._seal(article)
        self._place(key, sealed, if_etag=if_etag)
        self._tell("new", sealed, key)
        if is_edited(sealed, article):  # a revision left by a kill was taken up: now comes ours
            raise PreconditionFailed(f"storing {key}", "an earlier revision came first", "Decide again.")
        return Saved("new", key, 1)

    def _next(self, key: str, current: Article, etag: str | None, article: Article) -> Saved:
        self._heal(key, current)
        if not is_news(article, current):
            self._tell_back(key, article, current)
            snapshot = self.placed(article).provenance.snapshot if self.keeps_all else None
            if (declared := declared_anew(article, current, snapshot)) is not None:
                self._put(key, declared, if_etag=etag)
            return Saved("unchanged", key, current.revision)
        wanted = article.model_copy(
            update={
                "revision": current.revision + 1,
                "previous_hash": current.content_hash,
                "cluster_id": current.cluster_id if current.similar_to else article.cluster_id,
                "alternate_urls": list(dict.fromkeys([*current.alternate_urls, *article.alternate_urls])),
            }
        )
        return self._revise(key, self.placed(wanted), etag, "revised")

    def reextracted(self, article: Article, before: Article, *, key: str) -> Saved:
        """Store what a better extractor read off the page of `before`, as its next revision, told as `reextracted`.

        Raises PreconditionFailed where the stored article is not `before` any more, and StoreError as `save` does.
        """
        found = self._objects.read(key)
        if found is None or found.article != before:
            raise PreconditionFailed.of(f"storing {key}")
        self._heal(key, before)
        wanted = article.model_copy(
            update={
                "schema_version": SCHEMA_VERSION,
                "revision": before.revision + 1,
                "previous_hash": before.content_hash,
            }
        )
        return self._revise(key, wanted, found.etag, "reextracted")

    def _revise(self, key: str, wanted: Article, etag: str | None, change: ChangeKind) -> Saved:
        """Write the next revision, or take up the one that a killed crawler left, and tell the feed."""
        sealed = self._left_over(wanted) or self._seal(wanted)
        self._place(key, sealed, if_etag=etag)
        self._tell(change, sealed, key)
        if is_edited(sealed, wanted):
            raise PreconditionFailed(f"storing {key}", "an earlier revision came first", "Decide again.")
        return Saved("revised", key, sealed.revision)

    def _seal(self, article: Article) -> Article:
        """Write the revision, which is never written again unless it is torn; returns the one that lies there now."""
        key = revision_key(article.site, article.id, article.revision, article.content_hash)
        with suppress(PreconditionFailed):
            self._put(key, article, if_absent=True)
            return article
        found = self._objects.read(key)
        if found is None:  # its writer lost a race and took it back
            raise PreconditionFailed(f"storing {key}", "it went away meanwhile", "Decide again.")
        if found.article is None:
            self._put(key, article, if_etag=found.etag)
            return article
        return found.article

    def _left_over(self, wanted: Article) -> Article | None:
        """A revision of this number that a killed crawler wrote, and whose article it did not come to write."""
        for key in self._store.keys(f"{revision_folder(wanted.site, wanted.id)}{wanted.revision}-"):
            try:
                found = self._store.get(key)
                left = parse(found.body, key) if found else None
            except ObjectUnreadable as err:  # whatever it is, it is no revision to be taken up
                self._store.left_out(err)
                continue
            if left and left.previous_hash == wanted.previous_hash:
                return left.model_copy(update={"alternate_urls": wanted.alternate_urls})
        return None

    def _place(self, key: str, article: Article, *, if_etag: str | None) -> None:
        """Make a sealed revision the current one; where another crawler was faster, take ours back."""
        try:
            self._put(key, article, if_absent=if_etag is None, if_etag=if_etag)
        except PreconditionFailed:
            with suppress(ObjectUnreadable):  # met again, and dealt with, when the decision is taken anew
                found = self._store.get(key)
                # The answer to a PUT may be lost and the PUT sent again by boto3: then the faster one was ourselves.
                if found and found.body == article.to_json() and found.metadata.get("run-id") == self._run_id:
                    return
                if found is not None:
                    self._take_back(article, parse(found.body, key))
            raise

    def _take_back(self, lost: Article, current: Article) -> None:
        """Remove a revision that another crawler's has the number of, however many have followed that one meanwhile."""
        with suppress(StoreError):  # left lying it does no harm: the chain does not lead to it
            official = next((one for one in past(self._store, current) if one.revision <= lost.revision), None)
            if official and official.revision == lost.revision and official.content_hash != lost.content_hash:
                self._store.delete(revision_key(lost.site, lost.id, lost.revision, lost.content_hash))

    def _heal(self, key: str, current: Article) -> None:
        """Tell the feed of revisions whose crawler was killed before it could."""
        known = self._known.get(current.id)
        told = known.revision if known else 0
        if told >= current.revision:
            return
        missing = []
        for article in past(self._store, current):
            if article.revision <= told:
                break
            missing.append(article)
        for article in reversed(missing):
            self._tell("new" if article.revision == 1 else "revised", article, key)

    def _tell_back(self, key: str, article: Article, current: Article) -> None:
        """Tell the feed that an article it told of as gone is there again, as it was: `revised`, its revision the same.

        Not by what was fetched before it was found gone and waited in a spool.
        """
        known = self._known.get(current.id)
        if known and known.state == "gone" and article.provenance.fetched_at > datetime.fromisoformat(known.at):
            self._tell("revised", current.model_copy(update={"provenance": article.provenance}), key)

    def _tell(self, change: ChangeKind, article: Article, key: str | None, duplicate_of: str | None = None) -> None:
        signed = signature(article.text) if change in STORED else None
        self._feed.add(
            Change.of(change, article, key=key, run_id=self._run_id, duplicate_of=duplicate_of, signature=signed)
        )

    def _put(self, key: str, article: Article, *, if_absent: bool = False, if_etag: str | None = None) -> None:
        body = article.to_json()
        try:
            parse(body, key)  # what cannot be read back is never written
        except ObjectUnreadable as err:
            remedy = "Report it with the address it came from."
            raise ObjectRefused(f"storing {article.canonical_url}", err.happened, remedy) from err
        metadata = {
            "content-hash": article.content_hash,
            "schema-version": SCHEMA_VERSION,
            "run-id": self._run_id,
        }
        self._store.put(key, body, metadata=metadata, if_absent=if_absent, if_etag=if_etag)
