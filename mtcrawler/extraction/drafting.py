"""A page becomes a draft: every property asked once, with where it came from."""

from __future__ import annotations

from collections.abc import Iterable

from mtcrawler.article import Access, Draft, Overlay, Provenance
from mtcrawler.extraction.page import ArticlePage


def draft_of(
    page: ArticlePage,
    *,
    publisher: str,
    spider: str,
    known_as: Iterable[str],
    overlays: Iterable[Overlay],
    access: Access,
    provenance: Provenance,
) -> Draft:
    """The draft of this page; `known_as` are canonical forms of the other addresses that led to it."""
    return Draft(
        url=page.url,
        canonical_url=page.canonical_url,
        alternate_urls=sorted(set(known_as) - {page.canonical_url}),
        site=page.site.host,
        publisher=publisher,
        spider=spider,
        kind=page.kind,
        language=page.language,
        headline=page.headline,
        subtitle=page.subtitle,
        summary=page.summary,
        section=page.section,
        tags=page.tags,
        authors=page.authors,
        published_at=page.published_at,
        modified_at=page.modified_at,
        image=page.image,
        body=page.body,
        media=page.media,
        access=access,
        overlays=list(overlays),
        rights=page.rights,
        provenance=provenance,
    )
