"""Objects of an article that are torn, foreign or lost: each is named, kept aside and replaced, and nothing grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from mtcrawler.model.errors import ObjectUnreadable, StoreError, StoreRefused
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import SET_ASIDE, revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.writer import Saved
from tests.fixtures.store import SITE, Contents, make_article, newer

New = Callable[..., Session]

ONE: Final = make_article(1)
EDITED: Final = make_article(1, words="The river froze late this year.")
KEY: Final = f"articles/v1/site={SITE}/date=2026-11-20/{ONE.id}.json"
FIRST: Final = revision_key(SITE, ONE.id, 1, ONE.content_hash)
FOREIGN: Final = [b"", ONE.to_json()[:100], b"{}", b"\x00\xff", make_article(2).to_json()]


@pytest.fixture
def stored(new_session: New) -> None:
    """One article, stored by an earlier run."""
    session = new_session("earlier")
    session.writer.save(ONE)
    session.close()


def aside(client: Client, key: str) -> bytes | None:
    """What was kept of an object that gave way."""
    found = client.get(SET_ASIDE + key)
    return found.body if found else None


@pytest.mark.parametrize("body", FOREIGN, ids=["empty", "cut", "another JSON", "bytes", "another article"])
def test_a_torn_article_is_replaced_in_the_run_that_meets_it(
    new_session: New, client: Client, bucket: Location, stored: None, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    """What is no article is named once and kept aside, the last revision takes its place, nothing waits, and the next
    run has nothing to say.
    """
    client.put(KEY, body)
    session = new_session()
    assert session.submit(ONE).result() == Saved("unchanged", KEY, 1)
    assert session.submit(EDITED).result() == Saved("revised", KEY, 2)
    session.close()
    assert (session.counts["waiting"], session.counts["replaced"], session.counts.get("unreadable", 0)) == (0, 1, 0)
    assert sum(KEY in line for line in caplog.messages) == 1
    assert aside(client, KEY) == body
    assert Contents.of(bucket).articles[KEY].previous_hash == ONE.content_hash
    caplog.clear()
    again = new_session()
    assert again.submit(EDITED).result() == Saved("unchanged", KEY, 2)
    again.close()
    assert "replaced" not in again.counts
    assert not [line for line in caplog.messages if KEY in line]


def test_what_nobody_told_of_is_replaced_as_well(new_session: New, client: Client, bucket: Location) -> None:
    """Where a new article is to go and foreign bytes lie, the article is stored as new and the bytes are kept aside."""
    client.put(KEY, b"torn")
    session = new_session()
    assert session.submit(ONE).result() == Saved("new", KEY, 1)
    session.close()
    assert aside(client, KEY) == b"torn"
    contents = Contents.of(bucket)
    assert (set(contents.articles), set(contents.revisions)) == ({KEY}, {FIRST})
    assert contents.told("new") == {(ONE.id, 1)}


def test_torn_revisions_cost_no_article(new_session: New, client: Client, bucket: Location, stored: None) -> None:
    """Where the article and its only revision are torn, both are written anew and can be read again."""
    client.put(KEY, b"torn")
    client.put(FIRST, b"torn too")
    session = new_session()
    assert session.submit(ONE).result() == Saved("new", KEY, 1)
    session.close()
    contents = Contents.of(bucket)
    assert contents.articles[KEY] == contents.revisions[FIRST] == ONE
    assert (aside(client, KEY), aside(client, FIRST)) == (b"torn", b"torn too")


def test_a_lost_article_is_put_back(
    new_session: New, client: Client, bucket: Location, stored: None, caplog: pytest.LogCaptureFixture
) -> None:
    """An article that was stored and is not there is put back from its revision when its page is fetched, and told."""
    client.delete(KEY)
    session = new_session()
    assert session.submit(EDITED).result() == Saved("revised", KEY, 2)
    session.close()
    assert len(Contents.of(bucket).revisions) == 2
    assert [line for line in caplog.messages if KEY in line and "not there" in line]


def test_a_duplicate_of_a_torn_article_finds_it(
    new_session: New, client: Client, bucket: Location, stored: None
) -> None:
    """Another address is put on an article whose object is torn, and nothing waits."""
    client.put(KEY, b"torn")
    session = new_session()
    other = make_article(1, url=f"https://{SITE}/2026/11/20/the-same-a99999")
    session.submit_duplicate(other, ONE.id)
    session.close()
    assert Contents.of(bucket).articles[KEY].alternate_urls == [other.canonical_url]
    assert session.counts["waiting"] == 0


def test_a_newer_version_is_never_written_over(new_session: New, client: Client, stored: None) -> None:
    """An article that a newer version of this program wrote stays as it is; the fetched one waits, and waits once."""
    client.put(KEY, newer(ONE))
    for _ in range(3):
        session = new_session()
        assert session.submit(EDITED).result().outcome == "spooled"
        session.close()
        assert session.counts["waiting"] == 1
        assert "Update mtcrawler" in session.trouble
    found = client.get(KEY)
    assert found is not None
    assert found.body == newer(ONE)


def test_what_cannot_be_kept_aside_is_not_written_over(
    new_session: New, client: Client, stored: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the store refuses the copy, foreign bytes stay and the one article waits: the store is not away."""
    client.put(KEY, b"torn")
    session = new_session()

    def refuse(*_: object, **__: object) -> None:
        raise StoreRefused("copying", "access was refused (AccessDenied)", "Check the policy.")

    monkeypatch.setattr(session.client, "copy", refuse)
    with pytest.raises(ObjectUnreadable) as told:
        session.writer.save(EDITED)
    assert isinstance(told.value, StoreError)
    assert session.submit(make_article(5)).result().outcome == "new"
    assert session.submit(EDITED).result().outcome == "spooled"
    found = client.get(KEY)
    assert found is not None
    assert found.body == b"torn"
