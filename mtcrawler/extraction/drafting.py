"""A page becomes a draft: every property asked once, with where it came from."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Final

from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.markup.document import BYTES
from mtcrawler.markup.json_values import read
from mtcrawler.model.article import Access, Draft, Overlay, text_of
from mtcrawler.model.errors import PageTooLarge
from mtcrawler.model.provenance import Provenance

READ: Final = tuple(
    """
    kind language headline subtitle summary section tags authors sponsor published_at published_date modified_at image
    body media rights
    """.split()
)
"""The fields of a draft that a page is asked for by name."""
logger = logging.getLogger(__name__)

MARGIN: Final = 1024 * 1024
"""Bytes by which the JSON of an article may be longer than its page: for field names and the `text` copy."""


def draft_of(
    page: ExtractedPage,
    *,
    publisher: str,
    spider: str,
    known_as: Iterable[str],
    overlays: Iterable[Overlay],
    access: Access,
    provenance: Provenance,
) -> Draft:
    """The draft of this page; `known_as` are canonical forms of the other addresses that led to it.

    Raises PageTooLarge where the article would be larger than its page.
    """
    fields = {name: getattr(page, name) for name in READ}
    draft = Draft(
        **fields,
        url=page.url,
        canonical_url=page.canonical_url,
        alternate_urls=sorted(set(known_as) - {page.canonical_url}),
        site=page.site.host,
        publisher=publisher,
        spider=spider,
        access=access,
        overlays=list(overlays),
        # Known once every field was asked for.
        provenance=provenance.model_copy(update={"fields": dict(page.sources), "confidence": page.confidence}),
    )
    return no_larger(draft, page.size)


def no_larger(draft: Draft, size: int) -> Draft:
    """The same draft; raises PageTooLarge where its article would be larger than what it was read from.

    `size` is the length of that in characters. An article has its words twice, as blocks and as text.
    """
    length, most = len(draft.model_dump_json()), size + MARGIN
    if 2 * length > most and length + len(text_of(draft.body)) > most:
        raise PageTooLarge.of(draft.url, "the article would be larger than its page")
    return draft


class NoPosts(ValueError):
    """What should be a live page's posts is no JSON."""


def with_posts(draft: Draft, page: ExtractedPage, body: bytes) -> Draft:
    """The draft of a live page with its posts, from what its `live_url` answers; raises NoPosts or PageTooLarge.

    A post that holds nothing that can be kept is left out, which is logged.
    """
    if len(body) > BYTES:
        raise PageTooLarge.of(draft.url, f"its posts are {len(body):,} bytes long")
    try:
        entries = read(body.decode(json.detect_encoding(body), "replace"))
    except ValueError as err:
        raise NoPosts("the posts are no JSON") from err
    entries = entries if isinstance(entries, list) else []
    posts = page.posts(entries)
    if left_out := len(entries) - len(posts):
        logger.warning("%d of %d posts of %s hold nothing that can be kept.", left_out, len(entries), draft.url)
    whole = draft.model_copy(update={"body": posts, "media": [*draft.media, *page.pictures(posts)]})
    return no_larger(whole, page.size + len(body))
