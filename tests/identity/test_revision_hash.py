"""What counts as an edit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mtcrawler.identity.revision_hash import revision_hash
from mtcrawler.model.article import Author, Embed, Image, Overlay, Paragraph
from tests.fixtures.store import make_article

ARTICLE = make_article()


@pytest.mark.parametrize(
    "edit",
    [
        {"headline": "Another"},
        {"subtitle": "Now with one"},
        {"summary": "In short"},
        {"authors": [Author(name="B. Writer")]},
        {"image": Image(url="https://static.example/river.jpg", caption="On Saturday, in fact.")},
        {"body": [*ARTICLE.body, Paragraph(text="Correction: it was Saturday.")]},
        {"body": [*ARTICLE.body, Embed(provider="youtube", url="https://www.youtube.com/watch?v=1")]},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_what_a_reader_sees_is_an_edit(edit: dict[str, object]) -> None:
    """A changed word, caption, credit, author or block is an edit."""
    assert revision_hash(ARTICLE.model_copy(update=edit)) != revision_hash(ARTICLE)


@pytest.mark.parametrize(
    "move",
    [
        {"modified_at": datetime(2026, 11, 22, tzinfo=UTC)},
        {"tags": ["Winter"]},
        {"alternate_urls": ["https://www.themoscowtimes.com/all/83001"]},
        {"overlays": [Overlay(kind="donation", rule="r", action="closed", outcome="gone", ms=12)]},
        {"provenance": ARTICLE.provenance.model_copy(update={"etag": '"2"'})},
        {
            "image": Image(
                url="https://cdn.example/1200/river.jpg", caption="The river on Friday.", credit="M. Photographer"
            )
        },
    ],
    ids=lambda move: next(iter(move)),
)
def test_what_moves_by_itself_is_none(move: dict[str, object]) -> None:
    """Timestamps, tags, addresses, overlays, provenance and another copy of the photo are no edit."""
    assert revision_hash(ARTICLE.model_copy(update=move)) == revision_hash(ARTICLE)


def test_embed_tokens_are_none() -> None:
    """A player's token of the day is no edit; another tweet is."""
    with_token = [
        ARTICLE.model_copy(update={"body": [Embed(provider="x", url=f"https://x.com/a/1?t={n}")]}) for n in (1, 2)
    ]
    other = ARTICLE.model_copy(update={"body": [Embed(provider="x", url="https://x.com/a/2")]})
    assert revision_hash(with_token[0]) == revision_hash(with_token[1]) != revision_hash(other)
