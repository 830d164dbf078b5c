"""Who came first: each article once a run, each text of a site under one address."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

from mtcrawler.model.article import Article
from mtcrawler.storage.index.article_index import ArticleIndex


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article may do: be stored ("mine"), or step back, as it was taken out on request ("removed") or for one
    that was first.

    "seen" is the same article again in this run; "same text" is another article of the site, `first_id`, with the same
    words. What another site has word for word is that site's own article: `mtcrawler cluster` brings both together.
    """

    verdict: Literal["mine", "seen", "same text", "removed"]
    first_id: str | None = None
    first_url: str | None = None


class Claims:
    """The articles and texts of this run, over those the feed knows. Look-up and claim are one step for all threads."""

    def __init__(self, known: ArticleIndex) -> None:
        self._known = known
        self._guard = threading.Lock()
        self._urls: dict[str, str] = {}
        self._texts: dict[tuple[str, str], str] = {}  # by site and content hash

    def claim(self, article: Article) -> Claim:
        """Take this article and its text for whoever calls first.

        An article that is already stored under its own key stays its own, whatever its text has become; one without
        text (a gallery, a video) equals no other.
        """
        with self._guard:
            if self._known.bars(article):
                return Claim("removed")
            if article.id in self._urls:
                return Claim("seen", article.id, self._urls[article.id])
            self._urls[article.id] = article.canonical_url
            if not article.text:
                return Claim("mine")
            known = self._known.get(article.id)
            if not (known and known.stored):
                first = self._first(article)
                if first is not None:
                    return first
            self._texts.setdefault((article.site, article.content_hash), article.id)
            return Claim("mine")

    def taken(self, article_id: str) -> bool:
        """Whether this article was claimed in this run."""
        with self._guard:
            return article_id in self._urls

    def release(self, article: Article) -> None:
        """Give the claim back, because the article could not be kept."""
        with self._guard:
            self._urls.pop(article.id, None)
            if self._texts.get((article.site, article.content_hash)) == article.id:
                del self._texts[article.site, article.content_hash]

    def _first(self, article: Article) -> Claim | None:
        first_id = self._texts.get((article.site, article.content_hash))
        if first_id is not None:
            return Claim("same text", first_id, self._urls[first_id])
        known = self._known.by_content(article.site, article.content_hash)
        if known is not None and known.id != article.id:
            return Claim("same text", known.id, known.canonical_url)
        return None
