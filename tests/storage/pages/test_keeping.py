"""Pages under way: kept with their article or let go, and never in an article's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ObjectRefused
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import PAGES
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages import keeping
from mtcrawler.storage.pages.keeping import NotKept, PagesUnderWay
from mtcrawler.storage.pages.keys import read_snapshot
from mtcrawler.storage.pages.records import read_page
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.writer import Saved
from tests.fixtures.memory import MemoryStore
from tests.fixtures.store import make_article
from tests.storage.pages.kept import answer, segments


def with_ticket(article: Article, ticket: str) -> Article:
    """The article of a page that is held."""
    return article.model_copy(update={"provenance": article.provenance.model_copy(update={"snapshot": ticket})})


@pytest.mark.parametrize("keep", ["changed", "all"])
def test_the_article_says_where_its_page_is(
    keep: str, new_session: Callable[..., Session], bucket: Location, client: Client
) -> None:
    """A new article and a revision name their pages; with `all` so does one that is as it was, in place."""
    places = []
    for text in ("One day.", "One day.", "Another day."):
        session = new_session(keep_pages=keep)

        ticket = session.pages.hold(answer(text))
        stored = session.submit(with_ticket(make_article(words=text), ticket)).result()
        session.close()
        found = client.get(stored.key)
        assert found is not None
        snapshot = Article.model_validate_json(found.body).provenance.snapshot
        place = read_snapshot(snapshot)
        assert place is not None
        page = read_page(client, place)
        assert page is not None
        assert text.encode() in page[0].block
        places.append(snapshot)
    assert len(set(places)) == (2 if keep == "changed" else 3)
    assert len(list(client.keys(PAGES))) == (2 if keep == "changed" else 3)


def test_no_ticket_leaves_the_run(new_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch) -> None:
    """An article that the store refuses is kept aside with the place of its page: another run's tickets are others'."""

    def refused(article: Article) -> Saved:
        raise ObjectRefused("storing", "it is malformed", "Report it.")

    session = new_session(keep_pages="changed")
    monkeypatch.setattr(session.writer, "save", refused)
    with pytest.raises(ObjectRefused):
        session.submit(with_ticket(make_article(), session.pages.hold(answer()))).result()
    (file,) = session.plan.spool_dir.rglob("rejected/*.json")
    assert read_snapshot(json.loads(file.read_text())["article"]["provenance"]["snapshot"]) is not None
    session.close()


def test_a_page_that_cannot_be_kept_costs_its_reason_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps a page from being kept is counted by name, and the article goes on without a place."""
    pages = PagesUnderWay("changed")
    pages.segments = segments(MemoryStore(), tmp_path, most=100)
    full = pages.placed(with_ticket(make_article(), pages.hold(answer())))
    let_go = pages.placed(with_ticket(make_article(), "held-99"))
    monkeypatch.setattr(keeping, "PAGE_RECORD_BYTES", 1)
    large = pages.placed(with_ticket(make_article(), pages.hold(answer())))
    monkeypatch.undo()
    pages.segments.close()
    pages.segments = segments(MemoryStore(), tmp_path)
    many = replace(answer(), headers=(("X-Long", "x" * 8000),) * 9)
    headers = pages.placed(with_ticket(make_article(), pages.hold(many)))  # more of them than are read
    assert [one.provenance.snapshot for one in (full, let_go, large, headers)] == [None] * 4
    assert pages.not_kept == {NotKept.NO_ROOM: 1, NotKept.LET_GO: 1, NotKept.LARGE: 1, NotKept.FAILED: 1}
    assert pages.kept == 0
    pages.segments.close()


def test_what_is_held_is_bounded_and_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that nobody asks for any more take no memory: the oldest go first, and a ticket given back goes at once."""
    monkeypatch.setattr(keeping, "HELD", 1000)
    pages = PagesUnderWay("changed")
    pages.segments = segments(MemoryStore(), tmp_path)
    tickets = [pages.hold(answer("x" * 400)) for _ in range(5)]
    pages.release(tickets[-1])
    kept = [pages.placed(with_ticket(make_article(), ticket)).provenance.snapshot is not None for ticket in tickets]
    assert kept == [False, False, False, True, False]
    again = pages.placed(with_ticket(make_article(), tickets[3]))
    assert (pages.kept, again.provenance.snapshot is not None) == (1, True)  # asked twice, kept once
    pages.segments.close()
