"""Several papers that print what an agency sends them, as crawls leave them in a bucket."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from mtcrawler.clusters.clustering import Clustering, Outcome
from mtcrawler.identity.signatures import signature
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.storage.clusters.cluster import Cluster, stored_cluster
from mtcrawler.storage.feed.changes import Change, ChangeKind, pack
from mtcrawler.storage.layout import CLUSTERS, article_key, change_key, date_of, revision_key
from mtcrawler.storage.port import ObjectStore
from tests.fixtures.store import make_article

# In the morning: what is printed some hours later is of the same day.
START = clock.now().replace(hour=6, minute=0, second=0, microsecond=0) - timedelta(days=10)


def words(name: str, number: int = 150) -> str:
    """A text that no other shares three words with."""
    return " ".join(f"{name}{at}" for at in range(number))


def edited(text: str, seed: int, share: float = 0.05) -> str:
    """The text as a desk prints it, with that share of its words replaced."""
    chance = random.Random(seed)
    given = text.split(" ")
    for at in chance.sample(range(len(given)), round(len(given) * share)):
        given[at] = f"desk{seed}x{at}"
    return " ".join(given)


def printed(site: str, text: str, *, hours: float = 0, name: str = "a", dated: bool = True) -> Article:
    """A paper's article, published so many hours after `START`."""
    published: datetime = START + timedelta(hours=hours)
    url = f"https://{site}/news/{name}"
    return make_article(words=text, site=site, url=url, published_at=published if dated else None)


def tell(
    store: ObjectStore,
    seq: int,
    *articles: Article,
    run: str = "run",
    day: str = "2026-11-20",
    kind: ChangeKind = "new",
) -> None:
    """Store articles and tell the feed of them, in one segment."""
    lines = []
    for article in articles:
        key = article_key(article.site, date_of(article), article.id)
        store.put(key, article.to_json())
        store.put(revision_key(article.site, article.id, article.revision, article.content_hash), article.to_json())
        line = Change.of(kind, article, key=key, run_id=run, signature=signature(article.text))
        lines.append(line.model_copy(update={"at": START}).to_line())
    store.put(change_key(day, run, seq), pack(lines))


def look(store: ObjectStore, days: int = 30) -> Outcome:
    """Have the clusters made of what is new."""
    return Clustering(store, days).look()


def clusters(store: ObjectStore) -> dict[str, Cluster]:
    """The clusters in the bucket, by their ids."""
    found = [one.cluster for key in store.keys(CLUSTERS) if (one := stored_cluster(store, key))]
    return {one.cluster_id: one for one in found}


def grouped(store: ObjectStore) -> dict[str, list[tuple[str, float]]]:
    """The members of each cluster with their similarity."""
    return {name: [(one.id, one.similarity) for one in found.members] for name, found in clusters(store).items()}
