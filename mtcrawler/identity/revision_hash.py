"""What a reader would call an edit: the parts of an article whose change makes a new revision."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mtcrawler.model.article import Article

# A picture moves to another server, or is served larger, without anyone having edited the article.
_NOT_SEEN = {"url", "width", "height"}


def revision_hash(article: Article) -> str:
    """The SHA-256 (64 hex digits) of everything a newsroom edits: words, captions, credits, authors, embeds.

    Wider than `content_hash`, which is headline and text alone: a corrected caption is an edit too. Timestamps,
    tags, addresses, overlays, access and provenance are not: they move without anyone having touched the article.
    """
    seen = {
        "headline": article.headline,
        "subtitle": article.subtitle,
        "summary": article.summary,
        "authors": [author.name for author in article.authors],
        "image": _seen(article.image.model_dump(mode="json")) if article.image else None,
        "body": [_seen(block.model_dump(mode="json")) for block in article.body],
        "text": article.text,
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_edited(article: Article, before: Article) -> bool:
    """Whether a reader would see that one state of an article is another than the one before it.

    Beside the words that is what the page shows with them: tags, section, the time of an update, who paid, and how
    much is free. A tier that is not known is no other one.
    """
    if revision_hash(article) != revision_hash(before):
        return True
    tiers = {article.access.tier, before.access.tier}
    if len(tiers - {"unknown"}) > 1 or article.access.complete != before.access.complete:
        return True
    return _around(article) != _around(before)


def _around(article: Article) -> tuple[object, ...]:
    return sorted(article.tags), article.section, article.modified_at, article.sponsor


def _seen(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("type") == "embed":
        return {**part, "url": _without_query(part["url"])}
    if part.get("type") == "post":
        return {**part, "blocks": [_seen(block) for block in part["blocks"]]}
    return {name: value for name, value in part.items() if name not in _NOT_SEEN}


def _without_query(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    # A YouTube address is nothing without its query; elsewhere it mostly carries tokens of the day.
    return url if parts.path == "/watch" else urlunsplit((*parts[:3], "", ""))
