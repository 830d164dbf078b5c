"""Clusters across sites: agency copy together, pieces of a template apart, the same however the feed is read."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.storage.clusters.cluster import cluster_of
from mtcrawler.storage.clusters.keys import PROGRESS_KEY
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.layout import CLUSTER_MEMBERS, CLUSTERS, change_key
from mtcrawler.storage.port import ObjectStore
from tests.clusters.press import clusters, edited, grouped, look, printed, tell, words
from tests.fixtures.memory import MemoryStore

AGENCY = words("agency")
PAPERS = [f"paper{number}.example" for number in range(5)]


@pytest.fixture
def store() -> MemoryStore:
    """An empty bucket."""
    return MemoryStore()


def copies(text: str = AGENCY, name: str = "a") -> list[Article]:
    """Each paper's version, an hour after the one before, the last paper's first."""
    return [printed(site, edited(text, n), hours=5 - n, name=name) for n, site in enumerate(PAPERS)]


def test_agency_copy_on_several_sites_is_one_cluster(store: MemoryStore) -> None:
    """All versions are one cluster, named after the first published one, and each article leads to it."""
    versions = copies()
    own = printed(PAPERS[0], words("own"), name="own")
    tell(store, 1, *versions, own)
    outcome = look(store)
    (found,) = clusters(store).values()
    assert [member.id for member in found.members] == [one.id for one in reversed(versions)]
    assert (found.cluster_id, found.sites) == (versions[-1].id, PAPERS)
    assert found.members[0].similarity == 1
    assert all(0.4 < one.similarity < 1 for one in found.members[1:])
    assert all(cluster_of(store, one.site, one.id) == found for one in versions)
    assert cluster_of(store, own.site, own.id) is None
    assert (outcome.compared, outcome.clusters_written, outcome.memberships_written) == (6, 1, 5)


def test_pieces_that_share_a_template_are_no_cluster(store: MemoryStore) -> None:
    """Pieces that have up to 42 % of their word triples in common stay apart, however many there are."""
    frame = words("frame", 120)
    pieces = [printed(PAPERS[n % 5], f"{frame} {words(f'own{n}x', 80)}", name=f"piece{n}") for n in range(40)]
    tell(store, 1, *pieces)
    assert look(store).texts_read > 0
    assert clusters(store) == {}


def test_articles_outside_the_window_are_left(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was published before the window is counted and in no cluster, and a cluster does not grow for ever: what
    comes more than a window after its first article is not in it.
    """
    old = printed(PAPERS[0], AGENCY, hours=-24 * 30)
    early, late, later = (printed(PAPERS[n], edited(AGENCY, n), hours=24 * 7 * n) for n in range(3))
    tell(store, 1, old, early, late)
    outcome = look(store, days=12)
    assert (outcome.outside_window, outcome.compared) == (1, 2)
    assert [name for name, _ in grouped(store)[early.id]] == [early.id, late.id]
    monkeypatch.setattr(clock, "_ahead", timedelta(days=6))
    tell(store, 2, later)
    assert look(store, days=12).far_apart == 1
    assert [name for name, _ in grouped(store)[early.id]] == [early.id, late.id]


def test_what_cannot_be_compared_is_counted(store: MemoryStore) -> None:
    """Short texts and lines whose key is another article's are told, and hinder no other."""
    one, other = copies()[:2]
    tell(store, 1, printed(PAPERS[0], "Too short.", name="short"), one, other)
    (line,) = Change.of("new", one, key=None, run_id="other", signature="m1:torn").to_line().splitlines()
    store.put(change_key("2026-11-20", "other", 1), pack([line]))
    outcome = look(store)
    assert (outcome.articles, outcome.too_short, outcome.unusable, outcome.compared) == (4, 1, 1, 2)
    assert len(clusters(store)) == 1


def edition(seed: int) -> list[list[Article]]:
    """Segments of the feed: several reports, each on several sites, told in any order."""
    chance = random.Random(seed)
    found = [one for n in range(6) for one in copies(words(f"report{n}x"), f"r{n}")[: chance.randint(1, 5)]]
    found += [printed(PAPERS[n], words(f"own{n}x"), name="own", dated=False) for n in range(3)]
    chance.shuffle(found)
    return [found[at : at + 4] for at in range(0, len(found), 4)]


@pytest.mark.parametrize("seed", range(4))
def test_going_on_gives_what_the_beginning_gives(store: MemoryStore, seed: int) -> None:
    """Clusters that grow from look to look, and are merged and renamed, end as those made in one look."""
    at_once = MemoryStore()
    for seq, articles in enumerate(edition(seed), start=1):
        tell(store, seq, *articles)
        tell(at_once, seq, *articles)
        look(store)
    look(at_once)
    assert grouped(store) == grouped(at_once) != {}
    _is_whole(store)


def test_a_late_article_joins_two_clusters(store: MemoryStore) -> None:
    """Clusters that one article resembles are merged: the later one is taken away and named, its articles moved."""
    half, other = words("half", 100), words("other", 60)
    tell(store, 1, printed(PAPERS[0], half), printed(PAPERS[1], edited(half, 1), hours=1))
    tell(store, 2, printed(PAPERS[2], other, hours=2), printed(PAPERS[3], edited(other, 3), hours=3))
    look(store)
    first, second = sorted(clusters(store).values(), key=lambda one: one.members[0].at)
    bridge = printed(PAPERS[4], half, hours=4)
    moved = printed(PAPERS[4], other, hours=4)
    tell(store, 3, bridge)
    look(store)
    tell(store, 4, moved, kind="revised")
    outcome = look(store)
    (found,) = clusters(store).values()
    assert (outcome.clusters_merged, found.cluster_id, len(found.members)) == (1, first.cluster_id, 5)
    assert [key.rpartition("/")[2] for key in found.merged] == [f"{second.cluster_id}.json"]
    _is_whole(store)


def test_a_look_without_news_writes_nothing(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the feed says nothing new, and where it says the same again, no object is written."""
    tell(store, 1, *copies())
    look(store)
    assert look(store).articles == 0
    before = {key: store.get(key) for key in [*store.keys(CLUSTERS), *store.keys(CLUSTER_MEMBERS)]}
    tell(store, 2, *copies())
    written: list[str] = []
    put = MemoryStore.put

    def noted(store: MemoryStore, key: str, body: bytes, **more: Any) -> str:
        written.append(key)
        return put(store, key, body, **more)

    monkeypatch.setattr(MemoryStore, "put", noted)
    assert look(store).compared == 5
    assert written == [PROGRESS_KEY]
    assert {key: store.get(key) for key in before} == before


def test_a_revision_is_compared_as_it_is_now(store: MemoryStore) -> None:
    """An article that becomes agency copy by an edit joins the cluster, once."""
    first, second, third = copies()[:3]
    mine = printed(third.site, words("mine"), hours=3)
    tell(store, 1, first, second, mine)
    look(store)
    assert len(next(iter(clusters(store).values())).members) == 2
    tell(store, 2, third, kind="revised")
    look(store)
    assert sorted(name for name, _ in next(iter(grouped(store).values()))) == sorted(one.id for one in copies()[:3])
    _is_whole(store)


def _is_whole(store: ObjectStore) -> None:
    """Every member leads to its cluster, and nothing else leads anywhere."""
    found = clusters(store)
    members = {one.id: cluster for cluster in found.values() for one in cluster.members}
    assert sum(len(cluster.members) for cluster in found.values()) == len(members)
    pointed = {key.rpartition("/")[2].removesuffix(".json") for key in store.keys(CLUSTER_MEMBERS)}
    assert pointed == set(members)
    for cluster in found.values():
        assert all(cluster_of(store, one.site, one.id) == cluster for one in cluster.members)
