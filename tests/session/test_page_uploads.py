"""The thread of kept pages: it costs a run that keeps none nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from mtcrawler.session.session import Session
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.indexed_article import IndexedArticle


def test_where_no_page_is_kept_or_waits_it_ends_at_once(
    new_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that keeps no page has no such thread once it looked, and does not read what was removed for it."""
    read: list[ArticleIndex] = []

    def removed(index: ArticleIndex) -> Iterator[IndexedArticle]:
        read.append(index)
        return iter(())

    monkeypatch.setattr(ArticleIndex, "removed", removed)
    before = set(threading.enumerate())
    new_session()
    for thread in set(threading.enumerate()) - before:
        if thread.name == "page-uploads":
            thread.join(20)
            assert not thread.is_alive()
    assert read == []
