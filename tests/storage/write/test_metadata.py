"""What changes beside the words of an article: shown to readers it is a revision, else it is put in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mtcrawler.model.article import Access, Article, Rights, Sponsor
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.writer import Saved
from tests.fixtures.store import SITE, Contents, make_article

New = Callable[..., Session]

ONE = make_article(1)
KEY = f"articles/v1/site={SITE}/date=2026-11-20/{ONE.id}.json"


@pytest.mark.parametrize(
    "shown",
    [
        {"tags": ["Weather", "Ice"]},
        {"tags": []},
        {"modified_at": datetime(2026, 11, 21, 9, tzinfo=UTC)},
        {"section": "climate"},
        {"access": {"tier": "metered", "complete": True, "evidence": []}},
        {"sponsor": Sponsor(name="A Bank")},
    ],
    ids=lambda shown: next(iter(shown)),
)
def test_what_a_reader_sees_beside_the_words_is_a_revision(
    new_session: New, client: Client, shown: dict[str, Any]
) -> None:
    """Other tags, a shown update, another section or tier make a revision under the same content hash, once."""
    session = new_session()
    session.writer.save(ONE)
    later = make_article(1, **shown)
    assert session.writer.save(later) == Saved("revised", KEY, 2)
    assert session.writer.save(later) == Saved("unchanged", KEY, 2)
    found = client.get(KEY)
    assert found is not None
    stored = Article.model_validate_json(found.body)
    assert stored == later.model_copy(update={"revision": 2, "previous_hash": ONE.content_hash})
    assert stored.content_hash == ONE.content_hash


def test_what_no_reader_sees_reaches_the_article_in_place(new_session: New, client: Client, bucket: Location) -> None:
    """Other rights, and a tier that was unknown, are put on the stored article, which stays the same revision."""
    session = new_session()
    session.writer.save(make_article(1, access=Access()))
    moved = make_article(1, rights=Rights(robots="noindex"), tags=["Weather"])
    assert session.writer.save(moved) == Saved("unchanged", KEY, 1)
    before = client.get(KEY)
    assert before is not None
    stored = Article.model_validate_json(before.body)
    assert (stored.rights, stored.access.tier) == (Rights(robots="noindex"), "free")
    unsure = make_article(1, rights=Rights(robots="noindex"), access=Access())
    assert session.writer.save(unsure) == Saved("unchanged", KEY, 1)
    assert client.get(KEY) == before
    session.close()
    assert [line.change for line in Contents.of(bucket).changes] == ["new"]
