"""The page that an article was read from, where it was kept: offline, as `mtcrawler show --page` shows it."""

from __future__ import annotations

from collections.abc import Mapping

from mtcrawler.browse.library import Library, NotThere
from mtcrawler.storage.pages.page import kept_page
from mtcrawler.storage.pages.showing import PageNotKept, shown


def kept(library: Library, asked: Mapping[str, str]) -> bytes:
    """The page of the article with the id that is asked for, made harmless, as UTF-8.

    Raises NotThere where none is kept, ArgumentError where it is too large, SettingError without lxml.
    """
    article = library.article(asked["id"])
    try:
        return shown(article, kept_page(library.store, article.provenance.snapshot))
    except PageNotKept as err:
        raise NotThere(err.doing, err.happened, err.remedy) from err
