"""Which stored articles of its site an article resembles: looked up by signature, then compared word by word."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from mtcrawler.identity.neighbours import Neighbour, Neighbours
from mtcrawler.identity.signatures import shingles, signature, similarity, triples
from mtcrawler.model import clock
from mtcrawler.model.article import Article, Similar
from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.index.indexed_article import IndexedArticle
from mtcrawler.storage.layout import read_article_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.stored import parse

if TYPE_CHECKING:
    from mtcrawler.identity.signatures import Triples

ALIKE: Final = 0.5
"""The share of word triples that makes a near-duplicate: every tenth word changed leaves 57 %; pieces that share a
template of sentences have up to 42 %."""
WORTH_A_LOOK: Final = 0.38
"""An estimate from 128 permutations is off by up to 0.13 (three sigma); what lies above this is compared in full."""
MISSES: Final = 8
"""Candidates are compared in the order of their estimates; after so many that are no near-duplicates the rest, which
promise less, are left. The pieces of a template are many: of ten thousand articles every near-duplicate but one in
fifteen thousand, at 50.2 %, stood before its eighth miss."""
NAMED: Final = 20
"""The most near-duplicates that an article names: a daily notice has thousands, and its cluster tells of all."""
REMEMBERED: Final = 5_000_000
"""Word triples of this run's articles that are kept at hand, 8 bytes each: these may not be in the bucket yet."""


class NearDuplicates:
    """The near-duplicates of each article that comes by, among its site's: the bucket's and this run's. Safe for
    threads.

    Articles of other sites are compared by `mtcrawler cluster`: their signatures have no room in every process.
    """

    def __init__(self, store: ObjectStore, known: ArticleIndex) -> None:
        self._store, self._known = store, known
        self._guard = threading.Lock()
        self._clusters: dict[str, str] = {}
        self._told_lost: set[str] = set()
        self._recent: OrderedDict[str, tuple[Triples, str]] = OrderedDict()
        self._remembered = 0
        self._sites: dict[str, Neighbours] = {}

    def relate(self, article: Article) -> Article:
        """The article with `similar_to`, the most alike, earliest first, and `cluster_id`; others may now name it.

        A cluster is named after the article it began with. An article that resembles none begins its own. Articles
        too short to be compared have neither.
        """
        signed = signature(article.text)
        if signed is None:
            return article
        words = triples(shingles(article.text))
        published = article.published_at.isoformat() if article.published_at else ""
        with self._guard:
            index = self._of_site(article.site)
            near = [one for one in index.near(signed, WORTH_A_LOOK) if one.id != article.id]
            index.add(article.id, signed)
            self._remember(article.id, words, published)
        alike = sorted((self._date(identity), identity, found) for identity, found in self._alike(near, words))
        similar = [Similar(id=identity, similarity=round(found, 3)) for _, identity, found in alike]
        return article.model_copy(update={"similar_to": similar, "cluster_id": self._cluster(article.id, similar)})

    def _of_site(self, site: str) -> Neighbours:
        """The signatures of a site, read when its first article comes by."""
        if site not in self._sites:
            self._sites[site] = Neighbours(self._known.signed(site))
        return self._sites[site]

    def _remember(self, identity: str, words: Triples, published: str) -> None:
        before = self._recent.pop(identity, None)
        self._recent[identity] = words, published
        self._remembered += words.size - (before[0].size if before else 0)
        while self._remembered > REMEMBERED:
            self._remembered -= self._recent.popitem(last=False)[1][0].size

    def _alike(self, near: list[Neighbour], words: Triples) -> Iterator[tuple[str, float]]:
        """Those that are near-duplicates, with their similarity."""
        named = missed = 0
        for one in near:
            found = self._compare(one, words)
            if found >= ALIKE:
                yield one.id, found
                named += 1
            else:
                missed += 1
            if named == NAMED or missed == MISSES:
                return

    def _cluster(self, identity: str, similar: list[Similar]) -> str:
        with self._guard:
            own = self._known.get(identity)
            cluster = own.cluster_id if own else None
            if cluster in {None, identity} and similar:
                cluster = self._cluster_of(similar[0].id)
            self._clusters[identity] = cluster or identity
            return cluster or identity

    def _cluster_of(self, identity: str) -> str:
        if identity in self._clusters:
            return self._clusters[identity]
        known = self._known.get(identity)
        return (known.cluster_id if known else None) or identity

    def _date(self, identity: str) -> str:
        recent = self._recent.get(identity)
        if recent is not None:
            return recent[1]
        known = self._known.get(identity)
        return (known.published_at if known else None) or ""

    def _compare(self, one: Neighbour, words: Triples) -> float:
        """How similar they are exactly; what the signatures say where the other cannot be read now."""
        recent = self._recent.get(one.id)
        if recent is not None:
            return similarity(words, recent[0])
        known = self._known.get(one.id)
        try:
            parts = read_article_key(known.key) if known and known.key else None
            key = known.key if known and parts and parts.id == one.id else None
            stored = self._store.get(key) if key else None
            fetched = triples(shingles(parse(stored.body, key, lenient=True).text)) if key and stored else None
        except ObjectUnreadable as err:
            self._store.left_out(err)
            self._lost(known)
            return one.similarity
        except StoreError:
            return one.similarity
        if known is None or fetched is None:
            self._lost(known)
            return 0.0
        with self._guard:
            self._remember(one.id, fetched, known.published_at or "")
        return similarity(words, fetched)

    def _lost(self, known: IndexedArticle | None) -> None:
        """Have the next run fetch an article that is stored and cannot be read, whatever its age."""
        if known is None or not known.stored:
            return
        with self._guard:  # many articles are compared with one
            told = known.id in self._told_lost
            self._told_lost.add(known.id)
        if not told:
            self._known.checks.note(Check(url=known.canonical_url, at=clock.now(), outcome="lost"))
