"""Removed articles leave their clusters and the window, whoever takes them out, and never come back."""

from __future__ import annotations

import pytest

from mtcrawler.clusters.leaving import take_out
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.storage.clusters.cluster import cluster_of
from mtcrawler.storage.clusters.keys import PARTS, member_key
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import tell as tell_removed
from mtcrawler.storage.layout import CLUSTER_MEMBERS, CLUSTERING, CLUSTERS
from tests.clusters.press import clusters, edited, look, printed, tell, words
from tests.fixtures.memory import MemoryStore
from tests.removal.whole_bucket import holding

STORY = words("flood")
PAPERS = [
    printed(f"{name}.example", edited(STORY, at), hours=at) for at, name in enumerate(("first", "second", "third"))
]


@pytest.fixture
def store() -> MemoryStore:
    """A bucket in which three papers have the same story, and are one cluster."""
    store = MemoryStore()
    tell(store, 1, *PAPERS)
    look(store)
    assert [len(found.members) for found in clusters(store).values()] == [3]
    return store


def removed(article: Article) -> Change:
    """The line that tells that an article was removed."""
    return Change(
        change="removed",
        id=article.id,
        canonical_url=article.canonical_url,
        site=article.site,
        at=clock.now(),
        run_id="removal-1",
        reason="asked for",
    )


@pytest.mark.parametrize("gone", [0, 1])
def test_the_others_stay_together(store: MemoryStore, gone: int) -> None:
    """Without one article, the first or another, the cluster has all others, under the id of the first of them."""
    article = PAPERS[gone]
    left = [one.id for one in PAPERS if one.id != article.id]
    assert take_out(store, {article.id: article.site}) > 0
    (found,) = clusters(store).values()
    assert (found.cluster_id, [one.id for one in found.members]) == (left[0], left)
    for one in PAPERS:
        cluster = cluster_of(store, one.site, one.id)
        assert (cluster and cluster.cluster_id) == (None if one is article else left[0])
    assert not any(article.id in key for key in store.keys(CLUSTER_MEMBERS))
    assert not [key for key in holding(store, f'"id":"{article.id}"') if key.startswith((CLUSTERS, CLUSTERING))]
    assert take_out(store, {article.id: article.site}) == 0


def test_one_alone_is_no_cluster(store: MemoryStore) -> None:
    """A cluster with one article left is gone, with what leads to it; with none, the window is empty, too."""
    take_out(store, {one.id: one.site for one in PAPERS[:2]})
    assert (list(store.keys(CLUSTERS)), list(store.keys(CLUSTER_MEMBERS))) == ([], [])
    take_out(store, {PAPERS[2].id: PAPERS[2].site})
    assert list(store.keys(PARTS)) == []


def test_stopped_halfway_it_goes_on(store: MemoryStore) -> None:
    """Where the cluster was written and the membership not deleted yet, the same again deletes it."""
    gone = PAPERS[2]
    key = member_key(gone.site, gone.id)
    before = store.get(key)
    take_out(store, {gone.id: gone.site})
    assert before is not None
    store.put(key, before.body)
    take_out(store, {gone.id: gone.site})
    assert store.get(key) is None
    assert [len(found.members) for found in clusters(store).values()] == [2]


def test_a_look_takes_them_out_and_keeps_them_out(store: MemoryStore) -> None:
    """A look that reads of a removal takes the article out, also where it is stored in the same part of the feed; and
    so does one that begins with the whole feed.
    """
    late = printed("late.example", edited(STORY, 9), hours=9)
    tell(store, 2, late)
    tell_removed(store, [removed(late), removed(PAPERS[0])])
    look(store)
    (found,) = clusters(store).values()
    assert [one.id for one in found.members] == [PAPERS[1].id, PAPERS[2].id]
    for key in [*store.keys(CLUSTERING), *store.keys(CLUSTERS), *store.keys(CLUSTER_MEMBERS)]:
        store.delete(key)
    look(store)
    (found,) = clusters(store).values()
    assert [one.id for one in found.members] == [PAPERS[1].id, PAPERS[2].id]
