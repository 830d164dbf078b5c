"""Whether two articles are near-duplicates: by their signatures where those are sure, else word by word."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from mtcrawler.identity.signatures import shingles, similarity, triples
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.clusters.cluster import SignedArticle
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.write.near_duplicates import ALIKE

if TYPE_CHECKING:
    from mtcrawler.identity.signatures import Triples

SURE: Final = 0.66
"""An estimate of 128 permutations from here on stands for itself: it is 3.6 sigma above `ALIKE`, and 5.5 above what
pieces of one template share."""
REMEMBERED: Final = 2_000_000
"""Word triples that are kept at hand, 8 bytes each."""


class Comparison:
    """Compares articles; `read` is how many texts were fetched for it."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._texts: OrderedDict[str, Triples | None] = OrderedDict()
        self._remembered = 0
        self.read = 0

    def alike(self, one: SignedArticle, other: SignedArticle, estimate: float) -> bool:
        """Whether they share half of their word triples; an estimate from 0 to 1 says so where a text cannot be read.

        An article that is no longer in the bucket resembles none. Raises StoreError.
        """
        if estimate >= SURE:
            return True
        try:
            words, others = self._triples(one), self._triples(other)
        except ObjectUnreadable as err:
            self._store.left_out(err)
            return estimate >= ALIKE
        return words is not None and others is not None and similarity(words, others) >= ALIKE

    def _triples(self, article: SignedArticle) -> Triples | None:
        if article.key in self._texts:
            self._texts.move_to_end(article.key)
            return self._texts[article.key]
        stored = self._store.get(article.key)
        self.read += 1
        words = triples(shingles(parse(stored.body, article.key, lenient=True).text)) if stored else None
        self._texts[article.key] = words
        self._remembered += _size(words)
        while self._remembered > REMEMBERED and len(self._texts) > 2:
            self._remembered -= _size(self._texts.popitem(last=False)[1])
        return words


def _size(words: Triples | None) -> int:
    return 1 if words is None else words.size + 1
