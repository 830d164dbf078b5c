"""Clusters under faults: killed at any step, two at once, torn objects – nothing is lost, and nothing in silence."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest

from mtcrawler.clusters.clustering import Clustering
from mtcrawler.model.article import Article
from mtcrawler.model.errors import PreconditionFailed
from mtcrawler.storage.clusters.cluster import cluster_of
from mtcrawler.storage.clusters.keys import PARTS, PROGRESS_KEY
from mtcrawler.storage.layout import CHANGES, CLUSTER_MEMBERS, CLUSTERS, SET_ASIDE
from tests.clusters.press import clusters, edited, grouped, look, printed, tell, words
from tests.fixtures.memory import MemoryStore

PAPERS = [f"paper{number}.example" for number in range(3)]
HALF, OTHER = words("half", 100), words("other", 60)


def segments() -> list[list[Article]]:
    """Two reports on several sites; then an article of the one becomes the other, so that clusters are merged."""
    first = [printed(site, edited(HALF, n), hours=n + 1) for n, site in enumerate(PAPERS)]
    second = [printed(site, edited(OTHER, n), hours=n + 5, name="b") for n, site in enumerate(PAPERS)]
    return [[*first[1:], *second], [printed(PAPERS[1], edited(OTHER, 1), hours=2)], [first[0]]]


def told(store: MemoryStore, upto: int, begin: int = 0) -> None:
    """Tell of these segments."""
    for seq, articles in list(enumerate(segments(), start=1))[begin:upto]:
        tell(store, seq, *articles, kind="new" if seq == 1 else "revised")


class Killed(BaseException):
    """The process is no more."""


class MortalStore(MemoryStore):
    """A store whose process dies at its so-many-th change from now on."""

    left: int | None = None

    def put(self, key: str, body: bytes, **more: Any) -> str:
        """As the port says."""
        self._live()
        return super().put(key, body, **more)

    def delete(self, key: str, *, if_etag: str | None = None) -> None:
        """As the port says."""
        self._live()
        super().delete(key, if_etag=if_etag)

    def _live(self) -> None:
        if self.left is not None:
            if self.left <= 0:
                raise Killed
            self.left -= 1


def dealt_with(store: MemoryStore, looks: int) -> None:
    """So many segments, each looked at by itself, then the rest of the feed, not yet looked at."""
    for upto in range(1, looks + 1):
        told(store, upto, upto - 1)
        look(store)
    told(store, 3, looks)


@pytest.mark.parametrize("looks", range(3))
def test_killed_at_any_step_it_loses_nothing(looks: int) -> None:
    """Wherever it is killed, while clusters are made, grow, are renamed or merged, the next look ends as one that was
    never killed.
    """
    whole = MemoryStore()
    dealt_with(whole, looks)
    look(whole)
    for step in range(100):
        store = MortalStore()
        dealt_with(store, looks)
        store.left = step
        try:
            look(store)
        except Killed:
            store.left = None
            look(store)
        else:
            break
        assert grouped(store) == grouped(whole)
        _is_whole(store)
    assert step > 5


@pytest.mark.parametrize("prefix", [CLUSTERS, CLUSTER_MEMBERS, PARTS, PROGRESS_KEY])
@pytest.mark.parametrize("body", [b"", b"torn", b"{}", b"mtcrawler signatures 1\n7\n"])
def test_a_torn_object_is_named_and_made_anew(prefix: str, body: bytes) -> None:
    """What lies torn is moved away, named and counted, and the clusters are whole again once the window was read
    anew.
    """
    store = MemoryStore()
    told(store, 1)
    look(store)
    expected, keys = grouped(store), list(store.keys(prefix))
    for key in keys:
        store.plant(key, body)
    tell(store, 2, printed(PAPERS[2], words("news"), name="c"), printed(PAPERS[0], edited(HALF, 0), hours=1))
    looks = 0
    while look(store).unreadable:
        looks += 1
    assert 0 < looks < 3
    assert {err.key for err in store.left_out.found} == set(keys)
    assert {key.removeprefix(SET_ASIDE) for key in store.keys(SET_ASIDE)} == set(keys)
    assert len(grouped(store)) == len(expected) == 2
    assert sum(map(len, grouped(store).values())) == 6
    _is_whole(store)


def test_a_part_with_a_torn_line_is_made_anew() -> None:
    """Signatures whose articles cannot be read are moved away, and read anew from the feed by the next look."""
    store = MemoryStore()
    told(store, 1)
    look(store)
    (key,) = store.keys(PARTS)
    part = store.get(key)
    assert part is not None
    store.plant(key, part.body.replace(b'{"id"', b'{"no"'))
    tell(store, 2, printed(PAPERS[0], edited(HALF, 0), hours=1))
    assert look(store).unreadable == 1
    assert look(store).unreadable == 0
    assert sorted(map(len, grouped(store).values())) == [3, 3]
    assert look(store).articles == 0
    _is_whole(store)


def test_a_torn_segment_is_named_and_counted() -> None:
    """A segment of the feed that cannot be read hinders none of the others."""
    store = MemoryStore()
    told(store, 1)
    torn = next(iter(store.keys(CHANGES))).replace("run-", "torn-")
    store.plant(torn, b"torn")
    assert look(store).unreadable == 1
    assert [err.key for err in store.left_out.found] == [torn]
    assert len(clusters(store)) == 2


def test_two_at_once_do_no_harm() -> None:
    """Of two that deal with the same feed without a lease, one may give way; the clusters are those of one alone."""
    alone, store = MemoryStore(), MemoryStore()
    told(alone, 3)
    look(alone)
    told(store, 3)
    gate = threading.Barrier(2)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            Clustering(store, 30, partial(_pass, gate)).look()
        except BaseException as err:
            failed.append(err)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert all(isinstance(err, PreconditionFailed) for err in failed)
    look(store)
    assert grouped(store) == grouped(alone)
    _is_whole(store)


def _pass(gate: threading.Barrier) -> None:
    """Wait for the other one, if that comes."""
    try:
        gate.wait(timeout=0.2)
    except threading.BrokenBarrierError:
        return


def _is_whole(store: MemoryStore) -> None:
    """Every member of a cluster leads to it, and each article is in one at most."""
    members = [one for cluster in clusters(store).values() for one in cluster.members]
    assert len({one.id for one in members}) == len(members)
    for cluster in clusters(store).values():
        assert all(cluster_of(store, one.site, one.id) == cluster for one in cluster.members)
