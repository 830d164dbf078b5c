"""Articles taken out of their clusters and of the window, as they were removed on request."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from mtcrawler.clusters.groups import Group
from mtcrawler.clusters.window import Window
from mtcrawler.clusters.writing import write_group
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.storage.clusters.cluster import StoredCluster, clusters_with, membership, stored_cluster
from mtcrawler.storage.clusters.keys import member_key
from mtcrawler.storage.layout import is_identity
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

TRIES: Final = 5
"""How often a cluster is written anew that another process wrote meanwhile."""


def take_out(store: ObjectStore, removed: Mapping[str, str], *, everywhere: bool = False) -> int:
    """Take these articles, sites by ids, out of all clusters; returns how many objects were written or deleted.

    With `everywhere` all clusters are read: whoever clusters may have ended before it wrote which articles are in one.
    A cluster that has one article left is none any more. May be stopped at any moment and run again: which cluster an
    article is in is forgotten after the article is out of it. Raises StoreError.
    """
    done = sum(_leave(store, site, name, removed) for name, site in removed.items() if is_identity(site, name))
    for key in list(clusters_with(store, removed.keys())) if everywhere else ():
        done += _of_cluster(store, key, removed)
    for _ in range(TRIES):
        with suppress(PreconditionFailed):
            return done + Window(store).without(removed.keys())
    raise StoreError("taking articles out of clustering/v1/", "another process keeps writing it", "Run it again.")


def _leave(store: ObjectStore, site: str, article_id: str, removed: Mapping[str, str]) -> int:
    for _ in range(TRIES):
        done = 0
        try:
            said = membership(store, site, article_id)
            found = stored_cluster(store, said.cluster) if said else None
            if said is not None and found is not None:
                done = _rewrite(store, said.cluster, found, removed)
        except ObjectUnreadable as err:  # it is moved to set-aside/v1/, where whoever removes articles looks, too
            leave_out(store, err)
        except PreconditionFailed:
            continue
        key = member_key(site, article_id)
        if store.head(key) is None:
            return done
        store.delete(key)
        return done + 1
    raise StoreError(f"taking {article_id} out of its cluster", "another process keeps writing it", "Run it again.")


def _of_cluster(store: ObjectStore, key: str, removed: Mapping[str, str]) -> int:
    for _ in range(TRIES):
        with suppress(PreconditionFailed):
            found = stored_cluster(store, key)
            return _rewrite(store, key, found, removed) if found else 0
    raise StoreError(f"taking articles out of {key}", "another process keeps writing it", "Run it again.")


def _rewrite(store: ObjectStore, key: str, found: StoredCluster, removed: Mapping[str, str]) -> int:
    """Write a cluster without them. Raises PreconditionFailed where another process was faster."""
    left = [member for member in found.cluster.members if member.id not in removed]
    if len(left) == len(found.cluster.members):
        return 0
    if len(left) > 1:
        group = Group()
        group.stored[key] = found
        for member in left:
            group.put(member)
        written = write_group(store, {member.id: key for member in left}, group)
        return written.clusters + written.memberships + written.merged
    for member in left:
        store.delete(member_key(member.site, member.id))
    store.delete(key, if_etag=found.etag)
    return 1 + len(left)
