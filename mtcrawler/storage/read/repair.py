"""Articles that are torn or not there, put right: from their last revision, or by the next crawl."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError, PreconditionFailed
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import Removals
from mtcrawler.storage.feed.segments import pack, parts
from mtcrawler.storage.feed.untold import Untold
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import SET_ASIDE, check_key, glance_key, read_article_key, revision_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.set_aside import fault_of, restored
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.set_aside import move_aside


class Repairs:
    """Puts articles right, one after the other; `known` is what the feed tells.

    `restored` counts those whose last revision was put in their place, or that were put in their revision's place,
    `due` those that the next crawl of their site fetches again, however old they are, `told` those that the feed tells
    of again: the last two are written by `close`. What `mtcrawler remove` takes out meanwhile is left to it, and what
    was put in its place just before goes again.
    """

    def __init__(self, store: ObjectStore, known: ArticleIndex) -> None:
        self._store, self._known = store, known
        self._removals, self._removed = Removals(store, clock.now()), set[str]()
        self._untold = Untold(store, self._removed_by_now)
        self.restored = 0
        self._handled: set[str] = set()
        self._lost: list[Check] = []
        self._sites: set[str] = set()

    @property
    def due(self) -> int:
        """How many articles the next crawl fetches again."""
        return len(self._lost)

    @property
    def told(self) -> int:
        """How many articles the feed tells of again."""
        return self._untold.count

    def missing(self, key: str, revisions: Sequence[Article]) -> list[Change]:
        """The lines that the feed lacks of an article with these revisions, the newest first. For any thread."""
        known = self._known.get(revisions[0].id)
        if known is not None and known.removed:
            return []
        since = known.revision if known and known.revision else 0
        return self._untold.changes(key, [article for article in reversed(revisions) if article.revision > since])

    def tell(self, changes: Sequence[Change]) -> str:
        """Have the feed tell of an article what it lacks; what was done. Raises StoreError."""
        if not changes or changes[0].id in self._removed:
            return ""
        self._untold.add(changes)
        return "the feed tells of it again"

    def handled(self, key: str) -> bool:
        """Whether the article under this key was put right already."""
        return key in self._handled

    def article(self, key: str) -> str:
        """Put the article under this key right, if it cannot be read or is not there; what was done, "" for nothing.

        What cannot be read is kept under `set-aside/v1/`. Raises StoreError.
        """
        parts_of_key = read_article_key(key)
        if parts_of_key is None or key in self._handled or self._is_removed(parts_of_key.id):
            return ""
        with suppress(ArgumentError):  # there is nothing to be moved
            if (wrong := fault_of(self._store, key)) is None:
                return ""
            try:
                move_aside(self._store, wrong)
            except PreconditionFailed:  # a crawl was faster
                return ""
        self._handled.add(key)
        known = self._known.get(parts_of_key.id)
        known = known if known is not None and known.stored and known.key == key else None
        number = restored(self._store, key, known.content_hash if known else None)
        if self._is_removed(parts_of_key.id):  # whoever removes it may have been here before
            for place in (key, SET_ASIDE + key):
                self._store.delete(place)
            return "it was removed meanwhile"
        if number is not None:
            self.restored += 1
            return f"its revision {number} is in its place"
        if known is None:
            return "it is moved away; a crawl that meets its page stores it"
        self._sites.add(parts_of_key.site)
        self._lost.append(Check(url=known.canonical_url, at=clock.now(), outcome="lost"))
        return "the next crawl of its site fetches it again"

    def revision(self, key: str) -> str:
        """Put the article under this key where its own revision should be and nothing lies; what was done, "" for
        nothing. The bytes are the article's as it is now. Raises StoreError.
        """
        stored = self._store.get(key)
        article = parse(stored.body, key) if stored else None
        if stored is None or article is None or self._is_removed(article.id):
            return ""
        place = revision_key(article.site, article.id, article.revision, article.content_hash)
        with suppress(PreconditionFailed):  # a crawl was faster
            self._store.put(place, stored.body, metadata=stored.metadata, if_absent=True)
        if self._is_removed(article.id):  # as above
            self._store.delete(place)
            return "it was removed meanwhile"
        self.restored += 1
        return "the article is put there"

    def _is_removed(self, article_id: str) -> bool:
        """Whether the feed tells by now that this article was removed: before anything of one is deleted it does."""
        known = self._known.get(article_id)
        return article_id in self._removed_by_now() or (known is not None and known.removed)

    def _removed_by_now(self) -> set[str]:
        """The ids of articles that were removed since the repair began."""
        for _, changes in self._removals.news():
            self._removed |= {change.id for change in changes}
        return self._removed

    def close(self) -> None:
        """Tell what is to be told, and crawls what they are to fetch again. Raises StoreError."""
        self._untold.flush()
        run_id, day = new_run_id(clock.now()), clock.now().date().isoformat()
        for seq, part in enumerate(parts([check.model_dump_json().encode() + b"\n" for check in self._lost]), 1):
            key = check_key(day, run_id, seq)
            self._store.put(key, pack(part), content_type="application/gzip", if_absent=True)
        for site in self._sites:  # else a visit may find nothing new at a glance
            self._store.delete(glance_key(site))
