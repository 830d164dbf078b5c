"""One look at what is new in the feed: compared with the window, and grouped with what it resembles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from mtcrawler.clusters.comparison import Comparison
from mtcrawler.clusters.groups import Groups, placed
from mtcrawler.clusters.leaving import take_out
from mtcrawler.clusters.progress import Progress
from mtcrawler.clusters.window import Window, matrix
from mtcrawler.clusters.writing import sweep, write
from mtcrawler.identity.joining import SignatureSet
from mtcrawler.identity.signatures import unpacked
from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.clusters.cluster import LONGEST_URL, SignedArticle
from mtcrawler.storage.feed.changes import STORED, Change
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.feed.removals import Removals
from mtcrawler.storage.layout import CLUSTER_MEMBERS, CLUSTERING, CLUSTERS, read_article_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out
from mtcrawler.storage.write.near_duplicates import MISSES, WORTH_A_LOOK

BATCH: Final = 10_000
"""Articles that are compared with the window at once."""
CANDIDATES: Final = 16
"""Articles, of those that look alike, that one is compared with: the most similar."""

Candidate = tuple[float, SignedArticle]
"""An estimated similarity, 0 to 1, and the article."""


@dataclass
class Outcome:
    """What a look came to: numbers of articles, clusters and objects. Removed are clusters that no article led to.

    Not compared are `too_short` texts and those `outside_window`; `unusable` are lines whose parts contradict each
    other. `full` near-duplicates were left out of a cluster that has as many members as it may, `far_apart` ones
    because the cluster began more than a window away; both are numbers of pairs. `unreadable` objects are named in
    the log.
    """

    articles: int = 0
    compared: int = 0
    clusters_written: int = 0
    clusters_merged: int = 0
    clusters_removed: int = 0
    memberships_written: int = 0
    too_short: int = 0
    outside_window: int = 0
    unusable: int = 0
    full: int = 0
    far_apart: int = 0
    texts_read: int = 0
    unreadable: int = 0


@dataclass
class _Batch:
    """Articles to be compared, by id, and which of them were told of as revised."""

    articles: dict[str, SignedArticle] = field(default_factory=dict)
    revised: set[str] = field(default_factory=set)

    @property
    def ordered(self) -> list[SignedArticle]:
        return sorted(self.articles.values(), key=lambda one: one.order)


class Clustering:
    """Groups what the feed tells, in clusters of `clusters/v1/`. `go_on` is called before anything is written, and
    raises where another process has taken over; `read` hears how many more changes were read.
    """

    def __init__(
        self,
        store: ObjectStore,
        window_days: int,
        go_on: Callable[[], None] = lambda: None,
        read: Callable[[int], object] = lambda number: None,
    ) -> None:
        self._store, self._days, self._go_on, self._read = store, window_days, go_on, read
        self._window = Window(store)
        self._removed: dict[str, str] = {}

    def look(self) -> Outcome:
        """Deal with everything that is new in the feed. Raises StoreError.

        The order of writing is clusters, signatures, progress: what was dealt with twice gives the same.
        """
        outcome, batch, self._removed = Outcome(), _Batch(), {}
        unreadable = len(self._store.left_out)
        since, removals = clock.now() - timedelta(days=self._days), Removals(self._store, clock.now())
        progress = Progress(self._store, self._days)
        anew = progress.cursor is None and any(self._store.keys(CLUSTERS, limit=1))
        self._window.drop_before(since)
        changes = Changes(self._store, progress.cursor)
        for change in changes:
            self._read(1)
            self._take(change, batch, since, outcome)
            if len(batch.articles) >= BATCH:
                self._deal(batch, outcome)
                batch = _Batch()
                self._keep(progress, changes.cursor)
        self._deal(batch, outcome)
        # What is removed while this goes on may have been dealt with already.
        self._removed |= {one.id: one.site for _, changes in removals.news() for one in changes}
        if self._removed:
            self._go_on()
            take_out(self._store, self._removed)
        if anew:
            self._go_on()
            outcome.clusters_removed = sweep(self._store, since.date())
        torn = [err.key for err in self._store.left_out.found[unreadable:] if _ours(err.key)]
        # What was torn is not whole before everything in the window was compared again.
        self._keep(progress, None if torn else changes.cursor)
        outcome.unreadable = len(self._store.left_out) - unreadable
        return outcome

    def _keep(self, progress: Progress, cursor: str | None) -> None:
        if cursor != progress.cursor:
            self._go_on()
            progress.keep(cursor)

    def _take(self, change: Change, batch: _Batch, since: datetime, outcome: Outcome) -> None:
        """Put an article into the batch, or count why not; one that was removed leaves it."""
        if change.change == "removed":
            self._removed[change.id] = change.site
            batch.articles.pop(change.id, None)
        if change.change not in STORED:
            return
        outcome.articles += 1
        if change.signature is None:
            outcome.too_short += 1
            return
        place = read_article_key(change.key) if change.key else None
        known = unpacked(change.signature) is not None and len(change.canonical_url) <= LONGEST_URL
        if change.key is None or place is None or (place.site, place.id) != (change.site, change.id) or not known:
            outcome.unusable += 1
            return
        stated = change.published_at is not None and not clock.to_come(change.published_at)
        article = SignedArticle(
            id=change.id,
            site=change.site,
            url=change.canonical_url,
            key=change.key,
            published_at=change.published_at if stated else None,
            at=change.published_at if stated and change.published_at else min(change.at, clock.now()),
            signature=change.signature,
        )
        article = placed(article, batch.articles.get(article.id))
        if article.at < since:
            outcome.outside_window += 1
            return
        batch.articles[article.id] = article
        if change.change != "new":
            batch.revised.add(article.id)

    def _deal(self, batch: _Batch, outcome: Outcome) -> None:
        articles = batch.ordered
        if not articles:
            return
        outcome.compared += len(articles)
        candidates, kept = self._candidates(articles)
        groups, comparison = Groups(self._store), Comparison(self._store)
        asked = [one for number, one in enumerate(articles) if candidates[number] or one.id in batch.revised]
        groups.fetch([*asked, *(other for found in candidates for _, other in found)])
        for number, article in enumerate(articles):
            if candidates[number] or article.id in batch.revised:
                groups.of(article).put(article)
                self._relate(article, candidates[number], groups, comparison, outcome)
        self._go_on()
        written = write(self._store, groups)
        outcome.clusters_written += written.clusters
        outcome.memberships_written += written.memberships
        outcome.clusters_merged += written.merged
        outcome.texts_read += comparison.read
        self._go_on()
        self._window.add(one for one in articles if one.id not in kept)

    def _candidates(self, articles: list[SignedArticle]) -> tuple[list[list[Candidate]], set[str]]:
        """What each article may resemble, the most similar first; and the ids of those that the window has as they
        are.
        """
        asked = matrix(articles)
        found: list[list[Candidate]] = [[] for _ in articles]
        kept: set[str] = set()
        for pair in SignatureSet(asked).similar(asked, WORTH_A_LOOK):
            if pair.asked != pair.other:
                found[pair.asked].append((pair.similarity, articles[pair.other]))
        _shorten(found)
        for part in self._window.parts():
            for pair in SignatureSet(part.signatures).similar(asked, WORTH_A_LOOK):
                try:
                    other = part.article(pair.other)
                except ObjectUnreadable as err:
                    leave_out(self._store, err)
                    break
                if other.id != articles[pair.asked].id:
                    found[pair.asked].append((pair.similarity, other))
                elif other.signature == articles[pair.asked].signature:
                    kept.add(other.id)
            _shorten(found)
            del part  # before the next one is read
        return found, kept

    def _relate(
        self,
        article: SignedArticle,
        candidates: list[Candidate],
        groups: Groups,
        comparison: Comparison,
        outcome: Outcome,
    ) -> None:
        missed = 0
        for estimate, other in candidates:
            own, others = groups.of(article), groups.of(other)
            if own is others:
                continue
            if own.reaches(others) > timedelta(days=self._days):
                outcome.far_apart += 1
            elif not comparison.alike(article, other, estimate):
                missed += 1
                if missed == MISSES:
                    return
            elif not groups.join(own, others):
                outcome.full += 1


def _shorten(found: list[list[Candidate]]) -> None:
    """Keep the most similar, each article once."""
    for candidates in found:
        best: dict[str, Candidate] = {}
        for one in sorted(candidates, key=lambda one: (-one[0], one[1].order)):
            if len(best) == CANDIDATES:
                break
            best.setdefault(one[1].id, one)
        candidates[:] = best.values()


def _ours(key: str) -> bool:
    return key.startswith((CLUSTERS, CLUSTER_MEMBERS, CLUSTERING))
