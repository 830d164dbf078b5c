"""A cluster: articles of any site whose texts are nearly the same, as one object."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Annotated, Final, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded
from mtcrawler.storage.clusters.keys import is_cluster_key, member_key
from mtcrawler.storage.feed.changes import ArticleId, Host, Key, Moment
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import CLUSTERS
from mtcrawler.storage.limits import CLUSTER_VALUES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

THREADS: Final = 16
MOST_MEMBERS: Final = 10_000
"""Articles of a cluster; further near-duplicates are left out of it."""
MOST_MERGED: Final = 100
"""Earlier keys that a cluster names."""
LONGEST_URL: Final = 1_000
"""Characters of a member's address: ten thousand of them have room in an object."""
REMEDY: Final = "`mtcrawler cluster` moves it to set-aside/v1/ when it meets it, and makes it anew."


def _of_a_cluster(key: str) -> str:
    if not is_cluster_key(key):
        raise ValueError("it is no cluster's key")
    return key


ClusterKey = Annotated[str, AfterValidator(_of_a_cluster)]
"""Where a cluster lies."""


class SignedArticle(BaseModel):
    """An article as it is compared: `at` is when it was published, or, where nobody says, when the feed told of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: ArticleId
    site: Host
    url: Annotated[str, Field(max_length=LONGEST_URL)]
    key: Key
    published_at: Moment | None
    at: Moment
    signature: Annotated[str, Field(max_length=200)]

    @property
    def order(self) -> tuple[datetime, str]:
        """What articles are sorted by: the first published first."""
        return self.at, self.id


class Member(SignedArticle):
    """An article of a cluster; `similarity` is that of its signature to the first article's, 0 to 1."""

    similarity: Annotated[float, Field(ge=0, le=1)]


class Cluster(BaseModel):
    """Near-duplicates, the first published first; `cluster_id` is the id of the first.

    `merged` are keys of clusters that are now part of this one, and no longer there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    cluster_id: ArticleId
    sites: list[Host]
    members: Annotated[list[Member], Field(min_length=2, max_length=MOST_MEMBERS)]
    merged: Annotated[list[ClusterKey], Field(max_length=MOST_MERGED)]

    def to_json(self) -> bytes:
        """The cluster as it lies in the bucket: UTF-8 JSON on one line."""
        return self.model_dump_json().encode() + b"\n"


class Membership(BaseModel):
    """Which cluster an article is in, and where that lies."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: ArticleId
    cluster_id: ArticleId
    cluster: ClusterKey

    def to_json(self) -> bytes:
        """The membership as it lies in the bucket: UTF-8 JSON on one line."""
        return self.model_dump_json().encode() + b"\n"


class StoredCluster(NamedTuple):
    """A cluster as it was read."""

    cluster: Cluster
    body: bytes
    etag: str


_Model = TypeVar("_Model", bound=BaseModel)


def stored_cluster(store: ObjectStore, key: str) -> StoredCluster | None:
    """The cluster under a key, or None where there is none. Raises ObjectUnreadable or another StoreError."""
    stored = store.get(key)
    if stored is None:
        return None
    cluster = parsed_as(Cluster, stored.body, key, stored.etag)
    if cluster.members[0].id != cluster.cluster_id or not key.endswith(f"/{cluster.cluster_id}.json"):
        raise ObjectUnreadable(key, "it is not the cluster that the key is for", REMEDY, stored.etag)
    return StoredCluster(cluster, stored.body, stored.etag)


def membership(store: ObjectStore, site: str, article_id: str) -> Membership | None:
    """Which cluster an article is in, None where it is in none. Raises ObjectUnreadable or another StoreError."""
    key = member_key(site, article_id)
    stored = store.get(key)
    if stored is None:
        return None
    found = parsed_as(Membership, stored.body, key, stored.etag)
    if found.id != article_id:
        raise ObjectUnreadable(key, "it is another article's", REMEDY, stored.etag)
    return found


def cluster_of(store: ObjectStore, site: str, article_id: str) -> Cluster | None:
    """The cluster that an article is in, None where it is in none. Raises ObjectUnreadable or another StoreError."""
    found = membership(store, site, article_id)
    whole = stored_cluster(store, found.cluster) if found else None
    return whole.cluster if whole else None


def parsed_as(model: type[_Model], body: bytes, key: str, etag: str | None) -> _Model:
    """An object as what it should be. Raises ObjectUnreadable."""
    try:
        return model.model_validate_json(bounded(body, CLUSTER_VALUES))
    except Unreadable as err:
        raise ObjectUnreadable(key, str(err), REMEDY, etag) from err
    except ValidationError as err:
        raise ObjectUnreadable(key, fault(err), REMEDY, etag) from err


def clusters_with(store: ObjectStore, ids: Collection[str]) -> Iterator[str]:
    """The keys of all clusters that have one of these articles as a member, whether its membership says so or not. One
    that cannot be read is left to whoever clusters. Raises StoreError.
    """

    def of(key: str) -> str | None:
        try:
            found = stored_cluster(store, key)
        except ObjectUnreadable:
            return None
        return key if found is not None and any(member.id in ids for member in found.cluster.members) else None

    yield from filter(None, side_by_side(of, filter(is_cluster_key, store.keys(CLUSTERS)), threads=THREADS))
