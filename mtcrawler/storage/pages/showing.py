"""The kept page of an article as people are shown it: offline, or why there is none to show."""

from __future__ import annotations

from typing import Final

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError, PageTooLarge, SettingError
from mtcrawler.storage.pages.page import KeptPage

KEEPING: Final = "Pages are kept from the next crawl on with KEEP_PAGES=changed; KEEP_PAGES_DAYS says for how long."
"""The remedy where a page is not kept."""


class PageNotKept(ArgumentError):
    """An article has no kept page, or has it no more."""


def shown(article: Article, page: KeptPage | None) -> bytes:
    """The page, made harmless, as UTF-8; None is one that is not kept.

    Raises PageNotKept, ArgumentError where it is too large, SettingError without lxml.
    """
    if page is None:
        was = "it is kept no more" if article.provenance.snapshot else "none was kept"
        raise PageNotKept(f"looking for the page of {article.canonical_url}", was, KEEPING)
    try:
        from mtcrawler.storage.pages.offline import offline  # noqa: PLC0415 - it needs lxml, and articles do not
    except ModuleNotFoundError as err:
        happened = f"the package {err.name} is not installed"
        raise SettingError("showing a kept page", happened, "Run `pip install 'mtcrawler[read]'`.") from err
    try:
        open_to_all = article.access.complete and article.access.tier in {"free", "unknown"}
        return offline(page.html, page.url, page.at, cleared=open_to_all).encode("utf-8", "replace")
    except PageTooLarge as err:
        raise ArgumentError(err.doing, err.happened, "Read it with an archive tool.") from err
