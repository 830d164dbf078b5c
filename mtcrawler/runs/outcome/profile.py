"""What the pages of a run gave: how many had an author, a date, a picture …, how long texts were, what lists named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, Self

from pydantic import AwareDatetime

from mtcrawler.model.article import Article, Model
from mtcrawler.model.reasons import HARMLESS
from mtcrawler.runs.outcome.counts import Counts

FIELDS: Final = ("authors", "published_at", "image", "section", "subtitle", "summary", "tags", "text")
ARTICLE: Final = "article"
"""Counted like a field: that a page which should be an article's was one."""
RECENT: Final = timedelta(days=30)
"""Older articles are made in other ways: what they lack says nothing of today's pages."""
WORDS_KEPT: Final = 100


class Profile(Model):
    """Numbers of one run, or of several together.

    Of `pages` shown that should be articles, `fields` counts those that had each field; `words` are the lengths of
    complete texts (at most a hundred of a run), `listed` the articles that each source named when it was read.
    """

    at: AwareDatetime
    pages: int = 0
    fields: dict[str, int] = {}
    words: list[int] = []
    listed: dict[str, int] = {}
    drifted: bool = False

    @classmethod
    def together(cls, profiles: Iterable[Self]) -> Self | None:
        """The pages of several runs as those of one; None for no run."""
        some = list(profiles)
        if not some:
            return None
        names = {name for one in some for name in one.fields}
        return cls(
            at=max(one.at for one in some),
            pages=sum(one.pages for one in some),
            fields={name: sum(one.fields.get(name, 0) for one in some) for name in sorted(names)},
            words=[length for one in some for length in one.words],
        )

    def share(self, field: str) -> float:
        """The share of pages that have a field, from 0 to 1."""
        return self.fields.get(field, 0) / self.pages if self.pages else 0.0


class Tally:
    """Makes the profile of a run while it goes on."""

    def __init__(self) -> None:
        self._articles = 0
        self._fields = dict.fromkeys(FIELDS, 0)
        self._words: list[int] = []

    def add(self, article: Article) -> None:
        """Count an article that left the last stage, unless it is an old one."""
        published = article.published_at
        if article.kind == "archive" or (published and article.provenance.fetched_at - published > RECENT):
            return
        self._articles += 1
        for name in FIELDS:
            self._fields[name] += bool(getattr(article, name))
        if article.access.complete and article.text and len(self._words) < WORDS_KEPT:
            self._words.append(article.word_count)

    def profile(self, at: AwareDatetime, counts: Counts, stats: Mapping[str, Any]) -> Profile:
        """The profile so far; pages that were no articles, or lacked what every article has, count as pages."""
        lacking = sum(number for name, number in counts.dropped.items() if name not in HARMLESS)
        listed = {
            name.removeprefix("discovery/listed/"): int(number)
            for name, number in sorted(stats.items())
            if name.startswith("discovery/listed/")
        }
        return Profile(
            at=at,
            pages=self._articles + counts.not_articles + lacking,
            fields={ARTICLE: self._articles, **self._fields},
            words=self._words,
            listed=listed,
        )
