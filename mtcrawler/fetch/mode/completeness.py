"""Whether an article that plain HTTP gave is complete, or the browser has to be asked."""

from __future__ import annotations

import re

from lxml import etree

from mtcrawler.access.length import falls_short
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.markup.numbers import word_count
from mtcrawler.markup.text import count_words
from mtcrawler.model.article import Draft, text_of

# Content that is yet to come: what busy, lazy and server-driven fragments say of themselves.
TO_COME = etree.XPath(
    "descendant::*[@aria-busy='true' or @hx-get or @data-hx-get or @data-lazy-content or @data-lazy-load"
    " or (self::turbo-frame and @src) or self::astro-island or self::amp-list"
    " or (@data-src and not(self::img or self::iframe or self::source or self::video or self::audio))"
    " or contains(@class, 'skeleton') or contains(@class, 'lazy-content') or contains(@class, 'lazycontent')]"
)
REFRESH = etree.XPath("//head//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh'][not(ancestor::noscript)]")
NO_SCRIPT = etree.XPath(
    "string(descendant::noscript[not(ancestor::noscript)][contains(translate(., 'JS', 'js'), 'javascript')])"
)
PLEASE = re.compile(r"\b(enable|turn on|activate|requires?|needs?|включите|aktivieren|activez|active)\b", re.IGNORECASE)
USUAL = 0.25  # of the usual words, below which a text is looked at twice


def doubt_about(page: ExtractedPage, draft: Draft, words: int) -> str | None:
    """Why this can never be taken as it is, in a word; None where nothing speaks against it."""
    if not page.is_article or not draft.headline:
        return "no headline"
    if page.live_url is not None or draft.kind == "live":
        return "live"
    if not words and not draft.media and not any(block.type in {"image", "embed"} for block in draft.body):
        return "no body"
    if not page.free and (draft.access.tier != "free" or not draft.access.complete):
        return "not known to be free"
    if falls_short(word_count(page.linked.get("wordCount")), words, len(text_of(draft.body))):
        return "shorter than declared"
    if ("refresh" in page.metas and REFRESH(page.root)) or PLEASE.search(NO_SCRIPT(page.scope)):
        return "asks for scripts"
    return "content to come" if TO_COME(page.scope) else None


def fields_of(draft: Draft) -> frozenset[str]:
    """Which of the fields that nearly every article has this one has."""
    return frozenset(name for name in ("published_at", "section", "image", "authors") if getattr(draft, name))


def words_of(draft: Draft) -> int:
    """How long the article is."""
    return count_words(text_of(draft.body))
