"""Duplicates that wait until the article they repeat is stored, or given up."""

from __future__ import annotations

import threading
from collections import defaultdict

from mtcrawler.model.article import Article


class WaitingDuplicates:
    """The duplicates of one crawl by the id of the article they repeat. Safe for threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._settled: set[str] = set()
        self._after: defaultdict[str, list[Article]] = defaultdict(list)

    def wait_for(self, first_id: str, article: Article) -> bool:
        """Keep this duplicate until the first is settled; False where it is settled already."""
        with self._guard:
            if first_id in self._settled:
                return False
            self._after[first_id].append(article)
            return True

    def settle(self, first_id: str) -> list[Article]:
        """The first is stored or given up; returns the duplicates that waited for it."""
        with self._guard:
            self._settled.add(first_id)
            return self._after.pop(first_id, [])

    def left(self) -> list[tuple[str, Article]]:
        """Those whose first never came, each after the id of that."""
        with self._guard:
            return [(first_id, article) for first_id, articles in self._after.items() for article in articles]
