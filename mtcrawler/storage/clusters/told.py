"""The clusters within sites, as the lines of the change feed tell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtcrawler.storage.feed.changes import STORED, Change


def clusters_told(changes: Iterable[Change], site: str | None) -> Iterator[list[str]]:
    """The ids of near-duplicates, cluster by cluster, each in the order they were told of; only those of two or more,
    and of one site, if it is given.
    """
    members: dict[str, dict[str, None]] = {}
    latest: dict[str, str] = {}
    for change in changes:
        told = change.change in STORED and change.cluster_id and site in {None, change.site}
        if not told or not change.cluster_id:
            continue
        if (before := latest.get(change.id)) not in {None, change.cluster_id}:
            members[before].pop(change.id, None)
        latest[change.id] = change.cluster_id
        members.setdefault(change.cluster_id, {})[change.id] = None
    yield from (list(ids) for ids in members.values() if len(ids) > 1)
