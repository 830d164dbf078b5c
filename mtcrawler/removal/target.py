"""What is to be removed: an article, and every address that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import ArgumentError, ObjectUnreadable
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.indexed_article import IndexedArticle
from mtcrawler.storage.layout import is_site, revision_folder
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.stored import Kept, parse

FULL_ID = 36
"""Characters of an id."""


class Address(NamedTuple):
    """An address: the id that an article of it has, the address itself, and its host."""

    id: str
    url: str
    site: str


@dataclass(frozen=True, slots=True)
class Target:
    """An article to be removed. `home` is its own address, `others` lead to it: its other forms, and addresses that
    show the same text word for word. `key` is where it lies, `revisions` how many there are. `apart` are addresses that
    lead to it and have an article of their own, which stays. `told` says that the feed tells of the removal already.
    """

    home: Address
    key: str | None
    content_hash: str | None
    headline: str | None
    revisions: int
    others: tuple[Address, ...]
    apart: tuple[str, ...]
    told: bool

    @property
    def addresses(self) -> tuple[Address, ...]:
        """All of them, its own first."""
        return self.home, *self.others


def find(store: ObjectStore, known: ArticleIndex, reader: Bucket, asked: str) -> Target:
    """The article with that id, that beginning of an id or that address, stored or only told of.

    Raises ArgumentError where there is none, or StoreError.
    """
    kept = None
    with suppress(ObjectUnreadable):  # a torn article is removed as any other
        kept = reader.find(asked)
    row = known.get(kept.article.id) if kept else _told(known, asked.strip())
    if kept is None and row is not None and row.duplicate_of is not None:
        row = known.get(row.duplicate_of) or row
    if row is None and kept is None:
        raise ArgumentError(
            f"looking for {asked}",
            "the bucket holds no such article, and its feed tells of none",
            "See mtcrawler articles for what it holds.",
        )
    return _target(store, known, kept, row)


def _told(known: ArticleIndex, asked: str) -> IndexedArticle | None:
    """What the feed tells of an id, the beginning of one, or an address. Raises ArgumentError for one of several."""
    if "://" in asked:
        parts = urlsplit(asked)
        plain = urlunsplit(("https", (parts.hostname or "").lower(), parts.path.rstrip("/") or "/", "", ""))
        return next(filter(None, (known.get(article_id(url)) for url in (asked, plain))), None)
    found = known.beginning(asked.lower()[:FULL_ID])
    if len(found) > 1:
        raise ArgumentError("looking for an article", f"several ids begin with {asked}", "Give more of the id.")
    return found[0] if found else None


def _target(store: ObjectStore, known: ArticleIndex, kept: Kept | None, row: IndexedArticle | None) -> Target:
    if kept is not None:
        home = Address(kept.article.id, kept.article.canonical_url, kept.article.site)
    else:
        assert row is not None
        home = Address(row.id, row.canonical_url, row.site)
    found = dict.fromkeys(kept.article.alternate_urls) if kept else {}
    revisions = 0
    for url in _in_revisions(store, home):
        if url is None:
            revisions += 1
        else:
            found[url] = None
    found |= dict.fromkeys(one.canonical_url for one in known.same_as(home.id))
    found |= dict.fromkeys(known.checks.leading_to(home.id))
    others, apart = [], []
    for url in found:
        one = _address(url)
        if one is None or one.id == home.id:
            continue
        there = known.get(one.id)
        if there is not None and there.stored:
            apart.append(url)
        else:
            others.append(one)
    return Target(
        home=home,
        key=kept.key if kept else row.key if row else None,
        content_hash=kept.article.content_hash if kept else row.content_hash if row else None,
        headline=kept.article.headline if kept else None,
        revisions=revisions,
        others=tuple(others),
        apart=tuple(apart),
        told=row is not None and row.removed,
    )


def _in_revisions(store: ObjectStore, home: Address) -> Iterator[str | None]:
    """None for each revision that lies there, and the other addresses that it names. One that is torn names none."""
    for key in store.keys(revision_folder(home.site, home.id)):
        yield None
        with suppress(ObjectUnreadable):
            if (stored := store.get(key)) is not None:
                yield from parse(stored.body, key, lenient=True).alternate_urls


def _address(url: str) -> Address | None:
    """An address of which the feed can tell; None for one that no site has."""
    try:
        host = (urlsplit(url).hostname or "").lower()
        return Address(article_id(url), url, host) if is_site(host) else None
    except ValueError:
        return None
