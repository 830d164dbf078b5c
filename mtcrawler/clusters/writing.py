"""Groups written as clusters: what did not change is not written, and a process may end between any two steps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date
from functools import partial
from typing import Final

import numpy as np

from mtcrawler.clusters.groups import THREADS, Group, Groups
from mtcrawler.clusters.window import matrix
from mtcrawler.identity.neighbours import CHANCE
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed
from mtcrawler.storage.clusters.cluster import (
    MOST_MEMBERS,
    MOST_MERGED,
    Cluster,
    Member,
    Membership,
    SignedArticle,
    membership,
    stored_cluster,
)
from mtcrawler.storage.clusters.keys import cluster_key, is_cluster_key, member_key
from mtcrawler.storage.layout import CLUSTERS
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

TRIES: Final = 3


class Written:
    """What was written: clusters, memberships, and clusters that were taken away because they were merged."""

    def __init__(self) -> None:
        self.clusters = self.memberships = self.merged = 0


def write(store: ObjectStore, groups: Groups) -> Written:
    """Write every group of two or more that is not in the bucket as it is.

    Of each group first the cluster, then which articles are in it, then what was merged into it is taken away: whoever
    begins again finds either step done or what leads to it. Raises StoreError, among them PreconditionFailed where
    another process writes the same clusters.
    """
    total = Written()
    several = [group for group in groups if len(group.members) > 1]
    for one in side_by_side(partial(write_group, store, groups.memberships), several, threads=THREADS):
        total.clusters += one.clusters
        total.memberships += one.memberships
        total.merged += one.merged
    return total


def sweep(store: ObjectStore, since: date) -> int:
    """Take away the clusters of that day and later that no article leads to; returns how many there were.

    A torn membership leaves one where its cluster was made anew under another name. Raises StoreError.
    """
    keys = [key for key in store.keys(CLUSTERS) if is_cluster_key(key) and key >= f"{CLUSTERS}date={since.isoformat()}"]
    return sum(side_by_side(partial(_swept, store), keys, threads=THREADS))


def _swept(store: ObjectStore, key: str) -> bool:
    try:
        found = stored_cluster(store, key)
        if found is None:
            return False
        first = found.cluster.members[0]
        said = membership(store, first.site, first.id)
    except ObjectUnreadable as err:
        leave_out(store, err)
        return False
    if said is not None and said.cluster == key:
        return False
    store.delete(key, if_etag=found.etag)
    return True


def write_group(store: ObjectStore, memberships: Mapping[str, str | None], group: Group) -> Written:
    """Write one group, as `write` does; `memberships` is what the bucket says of its articles, as far as known."""
    done = Written()
    key, cluster = _put(store, group, done)
    told = {name for name in group.members if memberships.get(name) == key}
    if (before := group.stored.get(key)) is not None:
        # Those of a cluster that is still there may lead to that one, where a process ended before it moved them.
        elsewhere = {one.id for old, found in group.stored.items() if old != key for one in found.cluster.members}
        told |= {one.id for one in before.cluster.members} - elsewhere - memberships.keys()
    for member in cluster.members:
        if member.id not in told:
            said = Membership(id=member.id, cluster_id=cluster.cluster_id, cluster=key)
            absent = memberships.get(member.id, "") is None
            done.memberships += _replace(store, member_key(member.site, member.id), said.to_json(), absent=absent)
    for old, stored in group.stored.items():
        if old != key:
            store.delete(old, if_etag=stored.etag)
            done.merged += 1
    return done


def _put(store: ObjectStore, group: Group, done: Written) -> tuple[str, Cluster]:
    """Write the cluster itself, where it is another than before; returns its key."""
    for attempt in range(TRIES):
        key, cluster = _cluster(group)
        body = cluster.to_json()
        before = group.stored.get(key)
        if before is not None and before.body == body:
            return key, cluster
        try:
            store.put(key, body, if_absent=before is None, if_etag=before.etag if before else None)
        except PreconditionFailed:
            # Written by a process that ended before it said which articles are in it.
            if before is not None or attempt == TRIES - 1:
                raise
            _take_up(store, key, group)
        else:
            done.clusters += 1
            return key, cluster
    raise PreconditionFailed.of("writing a cluster")


def _take_up(store: ObjectStore, key: str, group: Group) -> None:
    try:
        found = stored_cluster(store, key)
    except ObjectUnreadable as err:
        leave_out(store, err)
        return
    if found is not None:
        group.stored[key] = found
        for member in found.cluster.members:
            if member.id not in group.members and len(group.members) < MOST_MEMBERS:
                group.put(member)


def _cluster(group: Group) -> tuple[str, Cluster]:
    articles = group.ordered
    first = articles[0]
    key = cluster_key(first.at.astimezone(UTC).date(), first.id)
    similarities = _similarities(articles)
    members = [
        Member.model_validate({**dict(one), "similarity": similarity})
        for one, similarity in zip(articles, similarities, strict=True)
    ]
    merged = (group.merged | group.stored.keys()) - {key}
    return key, Cluster(
        cluster_id=first.id,
        sites=sorted({one.site for one in articles}),
        members=members,
        merged=sorted(merged)[-MOST_MERGED:],
    )


def _similarities(articles: list[SignedArticle]) -> list[float]:
    """How similar each signature is to the first one, 0 to 1."""
    signatures = matrix(articles)
    same = (signatures == signatures[0]).mean(axis=1)
    return [round(float(one), 3) for one in np.clip((same - CHANCE) / (1 - CHANCE), 0, 1)]


def _replace(store: ObjectStore, key: str, body: bytes, *, absent: bool) -> bool:
    """Write an object that is another than before; `absent` ones were not there when they were looked for. False where
    it is the same.
    """
    if absent:
        with suppress(PreconditionFailed):
            store.put(key, body, if_absent=True)
            return True
    etag = None
    try:
        if (stored := store.get(key)) is not None:
            if stored.body == body:
                return False
            etag = stored.etag
    except ObjectUnreadable as err:
        leave_out(store, err)
    store.put(key, body, if_absent=etag is None, if_etag=etag)
    return True
