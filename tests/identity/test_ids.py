"""Ids and hashes: the same for ever, whoever computes them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.identity.ids import article_id, content_hash, new_run_id

WORDS = st.text(alphabet=st.characters(codec="utf-8"))


def test_id_comes_from_the_canonical_address_alone() -> None:
    """An id is the UUIDv5 of the address in the URL namespace, as RFC 9562 lets anyone compute it."""
    url = "https://www.themoscowtimes.com/2026/11/20/a-cold-morning-a83001"
    digest = hashlib.sha1(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8").bytes + url.encode()).digest()
    assert article_id(url) == str(UUID(bytes=digest[:16], version=5)) == "87c2cb55-a847-5229-b488-46a518d6fe10"


def test_content_hash_is_headline_blank_line_text() -> None:
    """Consumers can check a content hash with any SHA-256."""
    assert content_hash("Зима", "Лёд.") == hashlib.sha256("Зима\n\nЛёд.".encode()).hexdigest()


@given(WORDS, WORDS)
def test_content_hash_tells_texts_apart(one: str, other: str) -> None:
    """The same words have the same hash, other words another."""
    assert (content_hash("A headline", one) == content_hash("A headline", other)) == (one == other)


def test_run_ids_sort_by_start_and_differ() -> None:
    """A run's id begins with its start in UTC and is its own even within a second."""
    moment = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
    one, other = new_run_id(moment), new_run_id(moment)
    assert one.startswith("20261123T061500Z-")
    assert one != other
