"""The bucket read back: whatever breaks the contract, named with its key."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import NamedTuple

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.connection import connect, connect_to_write
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.cursor import in_full
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.segments import Line, read, read_lines
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import (
    ARTICLES,
    CHANGES,
    CHECKS,
    MERGED,
    RUNS,
    SCHEMA_KEY,
    ArticleKey,
    ChangeKey,
    date_of,
    read_article_key,
    read_change_key,
    revision_key,
)
from mtcrawler.storage.limits import LARGE
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.verification import PagesThere
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore, Stored
from mtcrawler.storage.read.manifests import manifest
from mtcrawler.storage.read.repair import Repairs
from mtcrawler.storage.read.stored import contradictions, first_revisions, parse, revision

THREADS = 16
MISSING = " is missing"


class Problem(NamedTuple):
    """What is wrong, and with which object."""

    key: str
    problem: str


class VerifyResult(NamedTuple):
    """How much was read, and what was found.

    Of the problems, `restored` are articles put in their place from a revision, or the other way round, `due` those
    that the next crawl fetches again, `told` those that the feed tells of again; `pages` are kept pages of articles.
    """

    articles: int
    revisions: int
    changes: int
    problems: int
    restored: int = 0
    due: int = 0
    told: int = 0
    pages: int = 0


def verify(
    location: Location,
    found: Callable[[Problem], None],
    told: Callable[[int], None] = lambda count: None,
    *,
    repair: bool = False,
) -> VerifyResult:
    """Read every article with its revisions, the feed and the manifests; `found` hears of each problem at once.

    `told` hears how many more articles were read. A run without a manifest, and a revision a crawler lost a race
    with, are no problems: the contract allows for both. With `repair`, an article that cannot be read or is not there
    is restored from its last revision, or else due in the next crawl, and the feed tells of what it should have told.
    Raises StoreError where the bucket cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = connect_to_write(location, connections=THREADS) if repair else connect(location, connections=THREADS)
        try:
            known = ArticleIndex(Path(folder) / "known.sqlite")
            return _Verification(store, known, found, told, Repairs(store, known) if repair else None).run()
        finally:
            store.close()


class _Verified(NamedTuple):
    """What was found of an article: what is wrong with it, its number of revisions, what is wrong with its kept page.

    `untold` are the lines that the feed lacks, where nothing else is wrong and that is to be repaired; `lacks` says
    that nothing lies where the article's own revision should.
    """

    key: str
    problems: list[str]
    revisions: int = 0
    page: str | None = None
    untold: list[Change] | None = None
    lacks: bool = False


class _Verification:
    def __init__(
        self,
        store: ObjectStore,
        known: ArticleIndex,
        found: Callable[[Problem], None],
        told: Callable[[int], None],
        repairs: Repairs | None,
    ) -> None:
        self._repairs = repairs
        self._store, self._known, self._found, self._told = store, known, found, told
        self._problems = self._revisions = self._changes = 0
        self._large = threading.Lock()  # one large article at a time: what is in it takes far more memory than it does

    def run(self) -> VerifyResult:
        """Everything, in the order in which it is written."""
        articles, made_good = 0, (0, 0, 0)
        try:
            articles = self._read()
        finally:  # what is moved away already has to be fetched again, however the rest ends
            self._known.close()
            if self._repairs is not None:
                self._repairs.close()
                made_good = self._repairs.restored, self._repairs.due, self._repairs.told
        return VerifyResult(articles, self._revisions, self._changes, self._problems, *made_good, self._pages.pages)

    def _read(self) -> int:
        """Read all of it; the number of articles."""
        try:
            if self._store.get(SCHEMA_KEY) is None:
                self._say(SCHEMA_KEY, "the schema is not published")
        except ObjectUnreadable as err:
            self._say(SCHEMA_KEY, err.happened)
        self._feed()
        self._pages = PagesThere(self._store, self._say)
        articles = 0
        for one in side_by_side(self._article, self._store.keys(ARTICLES), threads=THREADS):
            done = self._repaired(one)
            for problem in one.problems:
                self._say(one.key, f"{problem}; {done}" if done else problem)
            if one.page:
                self._say(one.key, one.page)
            articles, self._revisions = articles + 1, self._revisions + one.revisions
            self._told(1)
        self._lost()
        self._manifests()
        return articles

    def _repaired(self, one: _Verified) -> str:
        """What was done about an article's problems."""
        if not one.problems or self._repairs is None:
            return ""
        if one.lacks:
            return self._repairs.revision(one.key)
        return self._repairs.article(one.key) if one.untold is None else self._repairs.tell(one.untold)

    def _say(self, key: str, problem: str) -> None:
        self._problems += 1
        self._found(Problem(key, problem))

    def _feed(self) -> None:
        segments, moved = FeedSegments(self._store), set[ChangeKey]()
        segments.listed()
        for err in self._store.left_out.found:
            if err.key.startswith(MERGED):
                self._say(err.key, err.happened)
        self._changes = segments.lines_only_merged
        for key, changes in self._segments(CHANGES, "a change segment", Change):
            held = segments.merged.get(found) if (found := read_change_key(key)) else None
            if changes is None:
                moved |= held.names if held is not None else {found} if found else set()
                continue
            if held is None:  # the lines of a merged segment are those of others
                self._changes += len(changes)
            elif changes and len(changes) != held.lines:
                self._say(key, f"it has {len(changes)} lines, and those that it was made of had {held.lines}")
            self._known.apply(key, changes)
        self._moved(segments, moved)
        for _ in self._segments(CHECKS, "a segment of checks", Check):
            self._told(0)

    def _moved(self, segments: FeedSegments, moved: set[ChangeKey]) -> None:
        """Read segments that were merged and deleted since they were listed where they lie now."""
        if moved:
            segments.listed()
        for key, found_in, whole in segments.read(moved):
            changes, wrong = read_lines(found_in, whole, Change)
            if wrong is not None or not whole:
                self._say(found_in, f"the segment cannot be read: {wrong.happened if wrong else 'it is gone, or torn'}")
            self._known.apply(in_full(key), changes)

    def _segments(self, prefix: str, what: str, kind: type[Line]) -> Iterator[tuple[str, list[Line] | None]]:
        """Keys with their lines; None for those that are gone since they were listed."""

        def keys() -> Iterator[str]:
            for key in self._store.keys(prefix):
                if read_change_key(key) is None:
                    self._say(key, f"the key is none of {what}")
                else:
                    yield key

        bodies = side_by_side(self._body, keys(), threads=THREADS, weight=lambda got: len(got[1] or b""))
        for key, body, unread in bodies:
            lines, wrong = read(key, body, kind) if body is not None else ([], unread)
            if wrong is not None:
                self._say(key, f"the segment cannot be read: {wrong.happened}")
            yield key, None if body is None and wrong is None else lines

    def _body(self, key: str) -> tuple[str, bytes | None, ObjectUnreadable | None]:
        """What lies under a key, and why it cannot be read."""
        try:
            stored = self._store.get(key)
        except ObjectUnreadable as err:
            return key, None, err
        return key, stored.body if stored else None, None

    def _article(self, key: str) -> _Verified:
        parts = read_article_key(key)
        if parts is None:
            return _Verified(key, ["the key is none of an article"])
        try:
            stored = self._store.get(key)
            if stored is None:  # taken away since it was listed
                return _Verified(key, [])
            with self._large if len(stored.body) > LARGE else nullcontext():
                return self._judged(key, parts, stored)
        except ObjectUnreadable as err:
            return _Verified(key, [err.happened])

    def _judged(self, key: str, parts: ArticleKey, stored: Stored) -> _Verified:
        """As `_article`, of an object. Raises ObjectUnreadable."""
        article = parse(stored.body, key, lenient=True)
        problems = list(contradictions(article, stored))
        sound = not problems
        read = list(self._history(article, problems))
        lacks, history = sound and not read and problems[-1].endswith(MISSING), read or [article]
        dated = any(date_of(first) == parts.date for first in (history[-1:] if history[-1].revision == 1 else []))
        if not dated and not any(
            date_of(first) == parts.date for first in first_revisions(self._store, article.site, article.id)
        ):
            problems.append("no first revision belongs to the day in its key")
        known, untold = self._known.get(article.id), None
        if known is None or known.revision < article.revision:
            if self._repairs is not None and not problems:
                untold = self._repairs.missing(key, history)
            problems.append(f"the feed does not tell of revision {article.revision} (the next run that meets it will)")
        return _Verified(key, problems, len(history), self._pages.problem(article), untold, lacks)

    def _history(self, article: Article, problems: list[str]) -> Iterator[Article]:
        number, expected = article.revision, article.content_hash
        while True:
            key = revision_key(article.site, article.id, number, expected)
            try:
                stored = self._store.get(key)
                if stored is None:
                    problems.append(f"{key}{MISSING}")
                    return
                current = revision(stored.body, key, article, number, expected)
            except ObjectUnreadable as err:
                problems.append(f"{key}: {err.happened}")
                return
            yield current
            if current.previous_hash is None or number == 1:
                if number != 1:
                    problems.append(f"{key} names no previous revision")
                elif current.previous_hash is not None:
                    problems.append(f"{key} is the first revision and names a previous one")
                return
            number, expected = number - 1, current.previous_hash

    def _lost(self) -> None:
        for known in self._known.stored():
            if known.key is None:
                continue
            if read_article_key(known.key) is None:
                self._say(known.key, "the feed tells of an article under this key, which is none of an article")
                continue
            with suppress(ObjectUnreadable):  # told where the article was read
                if self._store.get(known.key) is None and not (self._repairs and self._repairs.handled(known.key)):
                    done = f"; {self._repairs.article(known.key)}" if self._repairs else ""
                    self._say(known.key, f"the feed tells of this article and it is not there{done}")

    def _manifests(self) -> None:
        for key in self._store.keys(RUNS):
            if key.endswith("/manifest.json"):
                try:
                    if stored := self._store.get(key):
                        manifest(stored.body, key)
                except ObjectUnreadable as err:
                    self._say(key, err.happened)
