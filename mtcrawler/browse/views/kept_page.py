"""The page that an article was read from, where it was kept: offline, as `mtcrawler show --page` shows it."""

from __future__ import annotations

from collections.abc import Mapping

from mtcrawler.browse.library import Library, NotThere
from mtcrawler.model.errors import ArgumentError, PageTooLarge, SettingError
from mtcrawler.storage.pages.page import kept_page


def kept(library: Library, asked: Mapping[str, str]) -> bytes:
    """The page of the article with the id that is asked for, made harmless, as UTF-8.

    Raises NotThere where none is kept, ArgumentError where it is too large, SettingError without lxml.
    """
    article = library.article(asked["id"])
    page = kept_page(library.store, article.provenance.snapshot)
    if page is None:
        was = "it is kept no more" if article.provenance.snapshot else "none was kept"
        remedy = "Pages are kept from the next crawl on with KEEP_PAGES=changed; KEEP_PAGES_DAYS says for how long."
        raise NotThere(f"looking for the page of {article.canonical_url}", was, remedy)
    try:
        from mtcrawler.storage.pages.offline import offline  # noqa: PLC0415 - it needs lxml, and articles do not
    except ModuleNotFoundError as err:
        happened = f"the package {err.name} is not installed"
        raise SettingError("showing a kept page", happened, "Run `pip install 'mtcrawler[read]'`.") from err
    try:
        return offline(page.html, page.url, page.at).encode("utf-8", "replace")
    except PageTooLarge as err:
        raise ArgumentError(err.doing, err.happened, "Read it with an archive tool.") from err
