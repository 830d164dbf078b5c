"""Articles that belong together, begun from the clusters in the bucket and joined as near-duplicates are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.clusters.cluster import (
    MOST_MEMBERS,
    Membership,
    SignedArticle,
    StoredCluster,
    membership,
    stored_cluster,
)
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

THREADS: Final = 16

_Found = TypeVar("_Found")


class Group:
    """Articles that belong together, by id; `stored` are the clusters of the bucket that they come from, by key."""

    def __init__(self) -> None:
        self.members: dict[str, SignedArticle] = {}
        self.stored: dict[str, StoredCluster] = {}
        self._first, self._last = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)

    @property
    def ordered(self) -> list[SignedArticle]:
        """The articles, the first published first."""
        return sorted(self.members.values(), key=lambda one: one.order)

    @property
    def merged(self) -> set[str]:
        """The keys of clusters that were merged before."""
        return {key for one in self.stored.values() for key in one.cluster.merged}

    def put(self, article: SignedArticle) -> None:
        """Hold an article as it is now."""
        article = placed(article, self.members.get(article.id))
        self.members[article.id] = article
        self._first, self._last = min(self._first, article.at), max(self._last, article.at)

    def reaches(self, other: Group) -> timedelta:
        """From the first article of both to the last."""
        return max(self._last, other._last) - min(self._first, other._first)


class Groups:
    """The group of each article. Those of the bucket are read when they are asked for, many at once by `fetch`.

    `memberships` is what the bucket says of each article that was fetched: where its cluster lies, if it has one.
    Unreadable objects are moved away and named in `store.left_out`.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._groups: dict[str, Group] = {}
        self._clusters: dict[str, Group] = {}
        self.memberships: dict[str, str | None] = {}

    def __iter__(self) -> Iterator[Group]:
        """Every group, once."""
        yield from {id(group): group for group in self._groups.values()}.values()

    def fetch(self, articles: Iterable[SignedArticle]) -> None:
        """Read the clusters of these. Raises StoreError."""
        wanted = {one.id: one for one in articles if one.id not in self.memberships}
        found = side_by_side(self._membership, wanted.values(), threads=THREADS)
        for article, said in zip(wanted.values(), found, strict=True):
            self.memberships[article.id] = said.cluster if said else None
        keys = {key for one in wanted if (key := self.memberships[one]) and key not in self._clusters}
        read = self._hold_all(sorted(keys))
        # A process that ended while it merged them may have left clusters that were merged into these.
        merged = {old: key for key, found in read.items() for old in found.cluster.merged if old not in self._clusters}
        heads = zip(merged, side_by_side(self._store.head, merged, threads=THREADS), strict=True)
        for old in self._hold_all([old for old, head in heads if head is not None]):
            self._join(self._clusters[merged[old]], self._clusters[old])

    def of(self, article: SignedArticle) -> Group:
        """The group that holds the article; its own, if it has none."""
        if article.id not in self.memberships:
            self.fetch([article])
        group = self._groups.get(article.id)
        if group is None:
            key = self.memberships[article.id]
            group = self._clusters.get(key, Group()) if key else Group()
            group.put(article)
            self._groups[article.id] = group
        return group

    def join(self, one: Group, other: Group) -> bool:
        """Make one group of two; False where that would have too many members."""
        if len(one.members) + len(other.members) > MOST_MEMBERS:
            return False
        self._join(one, other)
        return True

    def _join(self, one: Group, other: Group) -> None:
        if one is other:
            return
        large, small = (one, other) if len(one.members) >= len(other.members) else (other, one)
        for article in small.members.values():
            large.put(article)
            self._groups[article.id] = large
        large.stored.update(small.stored)
        for key in small.stored:
            self._clusters[key] = large

    def _hold_all(self, keys: list[str]) -> dict[str, StoredCluster]:
        """Read these clusters; those that are there."""
        found = dict(zip(keys, side_by_side(self._cluster, keys, threads=THREADS), strict=True))
        read = {key: cluster for key, cluster in found.items() if cluster is not None}
        for key, cluster in read.items():
            self._hold(key, cluster)
        return read

    def _hold(self, key: str, found: StoredCluster) -> None:
        group = Group()
        group.stored[key] = found
        self._clusters[key] = group
        for member in found.cluster.members:
            before = self._groups.get(member.id)
            if before is not None and before is not group:
                self._join(group, before)
                group = self._clusters[key]
            group.put(member)
            self._groups[member.id] = group

    def _membership(self, article: SignedArticle) -> Membership | None:
        return self._leaving_out(partial(membership, self._store, article.site, article.id))

    def _cluster(self, key: str) -> StoredCluster | None:
        return self._leaving_out(partial(stored_cluster, self._store, key))

    def _leaving_out(self, read: Callable[[], _Found | None]) -> _Found | None:
        try:
            return read()
        except ObjectUnreadable as err:
            leave_out(self._store, err)
            return None


def placed(article: SignedArticle, before: SignedArticle | None) -> SignedArticle:
    """An article as it is now, in the place in time that it was first told with."""
    if before is None or (before.published_at is None and article.published_at is not None):
        return article
    return article.model_copy(update={"at": before.at})
