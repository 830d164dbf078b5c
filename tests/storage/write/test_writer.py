"""Writing: the contract's order, conditional, and healed after a fault at any step."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from mtcrawler.model.article import SCHEMA_VERSION, Access, Article, Evidence
from mtcrawler.model.errors import StoreError
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.look_first import LookFirst
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.writer import Saved
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import SITE, Contents, make_article, through

New = Callable[..., Session]

ONE = make_article(1)
EDITED = make_article(1, words="The river froze late this year.")
RECAPTIONED = make_article(1, caption="The river on Saturday.")
LATER = ONE.provenance.model_copy(update={"fetched_at": datetime(2026, 11, 22, tzinfo=UTC), "rendered": "http"})
AGAIN = make_article(1, words="The river did not freeze.")
KEY = f"articles/v1/site={SITE}/date=2026-11-20/{ONE.id}.json"


def test_a_new_article_lies_under_its_key(new_session: New, client: Client, bucket: Location) -> None:
    """A new article is one article object, one revision object with the same bytes, and one line."""
    session = new_session()
    assert session.writer.save(ONE) == Saved("new", KEY, 1)
    session.close()
    stored = client.get(KEY)
    revision = client.get(revision_key(SITE, ONE.id, 1, ONE.content_hash))
    assert stored is not None
    assert revision is not None
    assert stored.body == revision.body == ONE.to_json()
    assert stored.metadata == {"content-hash": ONE.content_hash, "schema-version": SCHEMA_VERSION, "run-id": "run-1"}
    (line,) = Contents.of(bucket).changes
    assert (line.change, line.id, line.key, line.revision, line.run_id) == ("new", ONE.id, KEY, 1, "run-1")
    assert (line.headline, line.published_at, line.url) == (ONE.headline, ONE.published_at, ONE.url)


def test_a_new_article_costs_two_requests(new_session: New, bucket: Location, proxy: Proxy) -> None:
    """What the feed never told of is written without being looked for first."""
    session = new_session(location=through(proxy, bucket))
    proxy.reset()
    session.writer.save(ONE)
    assert proxy.requests == 2


def test_another_spelling_of_evidence_is_no_edit(new_session: New, client: Client, bucket: Location) -> None:
    """An article with the evidence of an earlier crawler is found unchanged, and keeps every byte that it has."""
    first = [("JSON-LD isAccessibleForFree", "true"), ("article:content_tier", "free"), ("publisher policy", "free")]
    now = [("json-ld:isAccessibleForFree", "true"), ("meta:article:content_tier", "free"), ("publisher-policy", "free")]
    old, new = (
        ONE.model_copy(update={"access": Access(tier="free", evidence=[Evidence(signal=a, value=b) for a, b in told])})
        for told in (first, now)
    )
    session = new_session()
    assert session.writer.save(old) == Saved("new", KEY, 1)
    assert session.writer.save(new) == Saved("unchanged", KEY, 1)
    session.close()
    stored = client.get(KEY)
    assert stored is not None
    assert stored.body == old.to_json()
    assert len(Contents.of(bucket).changes) == 1


def test_what_lies_there_untold_is_met_all_the_same(new_session: New, client: Client, bucket: Location) -> None:
    """An article whose crawler was killed before it told the feed is revised, and its own revision is kept."""
    client.put(revision_key(SITE, ONE.id, 1, ONE.content_hash), ONE.to_json())
    client.put(KEY, ONE.to_json())
    session = new_session()
    assert session.writer.save(EDITED) == Saved("revised", KEY, 2)
    session.close()
    contents = Contents.of(bucket)
    assert sorted((one.revision, one.text) for one in contents.revisions.values()) == [(1, ONE.text), (2, EDITED.text)]
    assert [(change.change, change.revision) for change in contents.changes] == [("new", 1), ("revised", 2)]


def test_an_unchanged_article_writes_nothing(new_session: New, client: Client) -> None:
    """Saving the same content again leaves every object as it was and tells nothing, in this run and the next."""
    session = new_session()
    session.writer.save(ONE)
    session.close()
    before = {key: client.get(key) for key in client.keys("")}
    moved = ONE.model_copy(update={"provenance": LATER, "tags": [*ONE.tags], "published_date": None})
    for run in range(2):
        session = new_session(f"later-{run}")
        assert session.writer.save(moved).outcome == "unchanged"
        session.close()
    assert {key: client.get(key) for key in client.keys("")} == before


def test_an_edit_is_the_next_revision(new_session: New, bucket: Location) -> None:
    """Edits of words and of captions count up, point back, and keep the key and every earlier revision."""
    session = new_session()
    outcomes = [session.writer.save(article) for article in (ONE, EDITED, RECAPTIONED)]
    session.close()
    assert outcomes == [Saved("new", KEY, 1), Saved("revised", KEY, 2), Saved("revised", KEY, 3)]
    contents = Contents.of(bucket)
    (current,) = contents.articles.values()
    chain = sorted(contents.revisions.values(), key=lambda article: article.revision)
    assert [article.revision for article in chain] == [1, 2, 3]
    assert [article.previous_hash for article in chain] == [None, ONE.content_hash, EDITED.content_hash]
    assert current == chain[-1]
    assert [change.change for change in contents.changes] == ["new", "revised", "revised"]


def test_the_day_is_decided_once(new_session: New) -> None:
    """An article without a day in its address keeps the key of its first storing, whatever it says later."""
    url = f"https://{SITE}/archive/old-story"
    first = make_article(url=url, published_at=None)
    later = make_article(url=url, words="Now dated.")
    assert new_session().writer.save(first).key.split("/")[3] == "date=unknown"
    session = new_session()
    session.close()
    assert new_session("third", folder="fresh").writer.save(later).key.split("/")[3] == "date=2026-11-20"


def test_a_known_day_is_kept(new_session: New) -> None:
    """The next run knows from the feed under which day an article lies."""
    url = f"https://{SITE}/archive/old-story"
    session = new_session()
    session.writer.save(make_article(url=url, published_at=None))
    session.close()
    saved = new_session(folder="fresh").writer.save(make_article(url=url, words="Now dated."))
    assert (saved.outcome, saved.key.split("/")[3]) == ("revised", "date=unknown")


def test_an_earlier_fetch_never_replaces_a_later_one(new_session: New) -> None:
    """What waited in a spool does not undo what was stored meanwhile."""
    writer = new_session().writer
    writer.save(EDITED)
    late = ONE.provenance.model_copy(update={"fetched_at": ONE.provenance.fetched_at - timedelta(hours=1)})
    assert writer.save(ONE.model_copy(update={"provenance": late})).outcome == "unchanged"


def test_a_part_never_replaces_the_whole(new_session: New) -> None:
    """An article stored whole is not overwritten by what a wall leaves of it; the other way round it is."""
    writer = new_session().writer
    part = make_article(1, words="The river …", access={"tier": "metered", "complete": False, "evidence": []})
    assert [writer.save(article).outcome for article in (part, ONE, part)] == ["new", "revised", "unchanged"]


def test_alternates_are_added_in_place(new_session: New, bucket: Location) -> None:
    """Another address joins the stored article without a revision, once, and survives the next revision."""
    other = f"https://{SITE}/2026/11/20/other-a9"
    session = new_session()
    assert session.writer.add_alternate(ONE.id, other) is False
    session.writer.save(ONE)
    assert session.writer.add_alternate(ONE.id, other) is True
    assert session.writer.add_alternate(ONE.id, other) is True
    assert session.writer.add_alternate(ONE.id, ONE.canonical_url) is True
    session.writer.save(EDITED)
    (current,) = Contents.of(bucket).articles.values()
    assert (current.alternate_urls, current.revision) == ([other], 2)


def test_gone_and_walled_are_told(new_session: New, bucket: Location) -> None:
    """What the publisher took away is told once and kept; what stands behind a wall is told."""
    session = new_session()
    assert session.writer.tell_gone(ONE.id) is False
    session.writer.save(ONE)
    assert session.writer.tell_gone(ONE.id) is True
    session.writer.tell_walled(make_article(2))
    session.close()
    assert new_session().writer.tell_gone(ONE.id) is False
    contents = Contents.of(bucket)
    assert list(contents.articles) == [KEY]
    assert [change.change for change in contents.changes] == ["new", "gone", "walled"]


def test_what_comes_back_is_told(new_session: New, bucket: Location) -> None:
    """An article that was gone and is there again as it was is told once as revised with the revision it had."""
    session = new_session()
    session.writer.save(ONE)
    session.writer.tell_gone(ONE.id)
    assert session.writer.save(ONE) == Saved("unchanged", KEY, 1)  # fetched before it was gone
    session.close()
    later = ONE.provenance.model_copy(update={"fetched_at": datetime.now(UTC) + timedelta(hours=1)})
    for run in range(2):
        session = new_session(f"later-{run}", folder="fresh")
        assert session.writer.save(ONE.model_copy(update={"provenance": later})) == Saved("unchanged", KEY, 1)
        session.close()
    contents = Contents.of(bucket)
    assert [(change.change, change.revision) for change in contents.changes if change.run_id == "later-0"] == [
        ("revised", 1)
    ]
    assert [change for change in contents.changes if change.run_id == "later-1"] == []
    assert len(contents.revisions) == 1
    assert new_session().writer.tell_gone(ONE.id) is True


def test_eight_crawlers_make_one_object(new_session: New, bucket: Location) -> None:
    """Of crawlers that save the same articles at once, one stores each; of different edits, each gets its number."""
    sessions = [new_session(f"crawler-{number}", folder=f"var-{number}") for number in range(8)]
    articles = [make_article(number) for number in range(6)]

    def crawl(session: Session) -> list[str]:
        outcomes = [session.writer.save(article).outcome for article in articles]
        edit = make_article(0, words=f"As {session.run_id} saw it.")
        return [*outcomes, session.writer.save(edit).outcome]

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(crawl, sessions))
    for session in sessions:
        session.close()
    contents = Contents.of(bucket)
    assert len(contents.articles) == 6
    assert sum(outcome.count("new") for outcome in outcomes) == 6
    history = [article for article in contents.revisions.values() if article.id == articles[0].id]
    numbers = sorted(article.revision for article in history)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({article.text for article in history} - {articles[0].text}) == 8
    assert contents.told("new") == {(article.id, 1) for article in articles}
    assert contents.told("revised") == {(articles[0].id, number) for number in numbers[1:]}


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_fault_at_any_step_is_healed(
    new_session: New,
    bucket: Location,
    proxy: Proxy,
    step: int,
    when: Literal["before", "after"],
    conditional: bool,
) -> None:
    """Wherever the line breaks while storing or revising, saving again ends as if nothing had happened."""
    for before, article, fresh in (([], ONE, "a"), ([ONE], EDITED, "b")):
        broken = new_session(f"broken-{fresh}", folder=f"broken-{fresh}", location=through(proxy, bucket))
        for earlier in before:
            broken.writer.save(earlier)
        # One attempt only: boto3 would mend the line by trying again.
        broken.writer._store = impatient(through(proxy, bucket), conditional=conditional)
        proxy.reset(fail_at=step, when=when)
        failed = save(broken, article) is None
        proxy.reset()
        # The machine is gone, and its journal with it.
        healed = new_session(f"healed-{fresh}", folder=f"healed-{fresh}")
        assert failed or save(healed, article) == "unchanged"
        save(healed, article)
        healed.close()
        contents = Contents.of(bucket)
        assert list(contents.articles) == [KEY]
        revision = contents.articles[KEY].revision
        assert revision == len(contents.revisions) == len(before) + 1
        assert contents.told("new") | contents.told("revised") >= {(ONE.id, n) for n in range(1, revision + 1)}


def test_an_edit_left_by_a_kill_is_taken_up(new_session: New, client: Client, bucket: Location) -> None:
    """A revision whose article was not written becomes part of the history before the next edit does."""
    session = new_session()
    session.writer.save(ONE)
    left = EDITED.model_copy(update={"revision": 2, "previous_hash": ONE.content_hash})
    client.put(revision_key(SITE, ONE.id, 2, left.content_hash), left.to_json())
    assert session.writer.save(AGAIN) == Saved("revised", KEY, 3)
    session.close()
    contents = Contents.of(bucket)
    chain = sorted(contents.revisions.values(), key=lambda article: article.revision)
    assert [article.text for article in chain] == [ONE.text, EDITED.text, AGAIN.text]
    assert [change.revision for change in contents.changes] == [1, 2, 3]


def save(session: Session, article: Article) -> str | None:
    try:
        return session.writer.save(article).outcome
    except StoreError:
        return None


def impatient(location: Location, *, conditional: bool) -> ObjectStore:
    client = Client(location, attempts=1)
    return client if conditional else LookFirst(client)
