"""What is decided of an article that is stored already: whether it is news, and what is changed in place."""

from __future__ import annotations

from mtcrawler.identity.revision_hash import is_edited
from mtcrawler.model.article import SCHEMA_VERSION, Article
from mtcrawler.storage.index.article_index import IndexedArticle
from mtcrawler.storage.layout import read_article_key


def own_key(known: IndexedArticle, site: str) -> str | None:
    """Where a stored article lies. The feed may name any key, and nothing but this article is written over."""
    parts = read_article_key(known.key) if known.stored and known.key else None
    return known.key if parts and (parts.site, parts.id) == (site, known.id) else None


def in_place(article: Article, **changes: object) -> Article:
    """A stored article with these fields changed; it is written as this version writes articles."""
    return article.model_copy(update={**changes, "schema_version": SCHEMA_VERSION})


def declared_anew(article: Article, current: Article, snapshot: str | None = None) -> Article | None:
    """The stored article with what a fetched one declares and no reader sees; None where it says that already.

    `snapshot` is where the page that was fetched is kept, where it is.
    """
    if article.provenance.fetched_at < current.provenance.fetched_at:
        return None
    known = current.access.tier != "unknown" or article.access.tier == "unknown"
    access = current.access if known else article.access
    if snapshot is not None:
        current = in_place(current, provenance=current.provenance.model_copy(update={"snapshot": snapshot}))
    elif (article.rights, access) == (current.rights, current.access):
        return None
    return in_place(current, rights=article.rights, access=access)


def is_news(article: Article, current: Article) -> bool:
    """Whether a fetched article should become the next revision of the stored one.

    Not where nothing a reader sees has changed; nor where it was fetched before the stored one (it waited in a
    spool); nor where a wall now hides part of what is stored whole.
    """
    if not is_edited(article, current) or article.provenance.fetched_at < current.provenance.fetched_at:
        return False
    return article.access.complete or not current.access.complete
