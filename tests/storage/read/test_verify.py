"""What breaks the contract is found and named; what does not is left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from mtcrawler.frontier.schedule import Schedule
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError, StoreRefused
from mtcrawler.session.session import Session
from mtcrawler.storage.feed import untold as telling
from mtcrawler.storage.feed.untold import Untold
from mtcrawler.storage.layout import CHANGES, REVISIONS
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.set_aside import set_aside
from mtcrawler.storage.read.verify import Problem, VerifyResult, verify
from mtcrawler.storage.s3.client import Client
from tests.fixtures.answering import Answer, Asked, answering, error
from tests.fixtures.store import SITE, make_article

ONE, EDITED = make_article(1), make_article(1, words="The river froze late this year.")
KEY = f"articles/v1/site={SITE}/date=2026-11-20/{ONE.id}.json"


@pytest.fixture
def written(new_session: Callable[..., Session], bucket: Location) -> Location:
    """A bucket with two articles, one of them revised."""
    session = new_session()
    for article in (ONE, make_article(2), EDITED):
        session.writer.save(article)
    session.close()
    return bucket


def found(location: Location) -> tuple[VerifyResult, list[Problem]]:
    problems: list[Problem] = []
    return verify(location, problems.append), problems


def test_foreign_names_are_named_and_cost_nothing(
    written: Location, client: Client, new_session: Callable[..., Session]
) -> None:
    """What lies under our prefixes by names that are none of ours is named by verify, and is in nobody's way."""
    foreign = {
        *("articles/v1/README.txt", "articles/v1/site=/x.json", f"articles/v1/site={SITE}/date=2026-13-45/zz.json"),
        *(f"articles/v1/site={SITE}/date=2026-11-20/.DS_Store", "changes/v1/README", "checks/v1/date=x/y"),
        *("changes/v1/date=2026-11-20/run-9-000001.jsonl.gz.tmp", "runs/v1/date=x/run/manifest.json"),
    }
    for key in (*foreign, "snapshots/v1/README", "leases/v1/x", "README"):
        client.put(key, b"hello")
    assert {problem.key for problem in found(written)[1]} == foreign
    with Bucket(written) as bucket:
        assert (len(list(bucket.articles())), len(list(bucket.changes())), bucket.left_out) == (2, 3, [])
    session = new_session(folder="elsewhere")
    assert session.writer.save(EDITED).outcome == "unchanged"
    assert session.unreadable == 0


def test_a_whole_bucket_has_no_problem(written: Location) -> None:
    """What crawlers wrote is as the contract says, all of it read."""
    assert found(written) == (VerifyResult(articles=2, revisions=3, changes=3, problems=0), [])


def test_each_kind_of_damage_is_named(written: Location, client: Client) -> None:
    """A torn article, a changed text, a missing revision, a missing article, a silent feed: each with its key."""
    whole = client.get(KEY)
    assert whole is not None
    article = json.loads(whole.body)

    def after(key: str, body: bytes | None) -> str:
        before = client.get(key)
        if body is None:
            client.delete(key)
        else:
            client.put(key, body)
        _, problems = found(written)
        if before is None:
            client.delete(key)
        else:
            client.put(key, before.body, metadata=before.metadata)
        return "; ".join(f"{problem.key.split('/')[0]}: {problem.problem}" for problem in problems)

    assert "no article of this contract" in after(KEY, whole.body[:100])
    assert "content hash" in after(KEY, json.dumps({**article, "headline": "Another"}).encode())
    assert "not that of the body" in after(KEY, json.dumps({**article, "text": "Other"}).encode())
    assert "site or id" in after(KEY.replace(ONE.id, make_article(9).id), whole.body)
    assert "it is not there" in after(KEY, None)
    (first,) = client.keys(f"{REVISIONS}site={SITE}/{ONE.id}/1-")
    assert "is missing" in after(first, None)
    (segment,) = client.keys(CHANGES)
    assert "the feed does not tell" in after(segment, None)
    assert "cannot be read" in after(segment, b"torn")
    assert "manifest" in after("runs/v1/date=2026-11-21/run-1/manifest.json", b"{")
    assert found(written)[1] == []


@pytest.mark.parametrize("torn", [b"torn", None], ids=["torn", "not there"])
def test_a_damaged_article_is_restored_from_its_revision(written: Location, client: Client, torn: bytes | None) -> None:
    """`repair` puts the last revision in the place of an article that is torn or not there; then all is well."""
    whole = client.get(KEY)
    assert whole is not None
    damage(client, KEY, torn)
    problems: list[Problem] = []
    result = verify(written, problems.append, repair=True)
    assert (result.problems, result.restored, result.due) == (1, 1, 0)
    assert "its revision 2 is in its place" in problems[0].problem
    again = client.get(KEY)
    assert again is not None
    assert again.body == whole.body
    assert found(written)[1] == []


def test_a_revision_that_is_not_there_is_restored_from_its_article(written: Location, client: Client) -> None:
    """`repair` puts an article where its own revision should be and nothing lies; then all is well."""
    (place,) = client.keys(f"{REVISIONS}site={SITE}/{ONE.id}/2-")
    whole = client.get(place)
    assert whole is not None
    client.delete(place)
    problems: list[Problem] = []
    result = verify(written, problems.append, repair=True)
    assert (result.problems, result.restored, result.due) == (1, 1, 0)
    assert "2-" in problems[0].problem
    assert problems[0].problem.endswith("is missing; the article is put there")
    again = client.get(place)
    assert again is not None
    assert (again.body, again.metadata) == (whole.body, whole.metadata)
    assert found(written)[1] == []


@pytest.mark.parametrize("key", ["../../x", "articles//x", "", "./x"])
def test_what_is_no_key_is_a_wrong_argument(key: str, client: Client) -> None:
    """A key that no object has is refused before the store is asked."""
    with pytest.raises(ArgumentError, match="no key of an object"):
        set_aside(client, key)


@pytest.mark.parametrize("torn", [b"torn", None], ids=["torn", "not there"])
def test_an_article_without_a_revision_is_fetched_again(
    written: Location, client: Client, new_session: Callable[..., Session], torn: bytes | None
) -> None:
    """An article that cannot be restored is due in the next crawl, whatever its age, without validators, and no longer
    once it is stored.
    """
    for key in [KEY, *client.keys(f"{REVISIONS}site={SITE}/{ONE.id}/")]:
        damage(client, key, torn)
    never = Schedule(None, None, None, None)
    assert not new_session(folder="before", schedule=never).recrawl_policy.due(ONE.canonical_url)
    result = verify(written, lambda problem: None, repair=True)
    assert (result.restored, result.due) == (0, 1)
    session = new_session(folder="after", schedule=never)
    assert session.recrawl_policy.due(ONE.canonical_url)
    assert ONE.canonical_url in dict(session.recrawl_policy.overdue(SITE))
    assert session.recrawl_policy.validators(ONE.canonical_url) is None
    fetched = ONE.provenance.model_copy(update={"fetched_at": clock.now()})
    assert session.submit(ONE.model_copy(update={"provenance": fetched})).result().key == KEY
    session.close()
    assert not new_session(folder="later", schedule=never).recrawl_policy.due(ONE.canonical_url)
    assert not [one for one in found(written)[1] if one.key == KEY]


def test_the_feed_tells_again_of_what_a_lost_segment_told(
    written: Location, client: Client, new_session: Callable[..., Session]
) -> None:
    """`repair` has the feed tell of each revision of which it does not, in order, so that a fresh machine knows them
    and the next repair has nothing to do; but not of what was fetched a moment ago.
    """
    late = make_article(3)
    session = new_session(folder="late")
    session.writer.save(
        late.model_copy(update={"provenance": late.provenance.model_copy(update={"fetched_at": clock.now()})})
    )
    session.close()
    for segment in client.keys(CHANGES):
        client.delete(segment)
    problems: list[Problem] = []
    result = verify(written, problems.append, repair=True)
    assert (result.problems, result.told) == (3, 2)
    assert sorted(problem.problem.rpartition("; ")[2] for problem in problems)[1:] == ["the feed tells of it again"] * 2
    with Bucket(written) as bucket:
        told = [(change.change, change.id, change.revision) for change in bucket.changes()]
    assert [one for one in told if one[1] == ONE.id] == [("new", ONE.id, 1), ("revised", ONE.id, 2)]
    assert len(told) == 3
    assert new_session(folder="after").writer.save(EDITED).outcome == "unchanged"
    again = verify(written, lambda problem: None, repair=True)
    assert (again.problems, again.told) == (1, 0)


def test_nothing_is_told_again_of_what_is_removed_meanwhile(written: Location, client: Client) -> None:
    """A line that is told while its article is being removed is taken back, and that of another stays."""
    for segment in client.keys(CHANGES):
        client.delete(segment)
    removed: list[set[str]] = [set(), {ONE.id}]
    untold = Untold(client, lambda: removed.pop(0))
    for article in (ONE, make_article(2)):
        untold.add(untold.changes(KEY, [article]))
    untold.flush()
    with Bucket(written) as bucket:
        assert [change.id for change in bucket.changes()] == [make_article(2).id]


def test_lines_do_not_wait_for_the_end_of_a_long_repair(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that waited for a while are written with the next one: at the end, hours later, they could come after those
    of a later revision.
    """
    monkeypatch.setattr(telling, "LONGEST", -1.0)
    untold = Untold(client, set)
    untold.add(untold.changes(KEY, [ONE]))
    assert len([*client.keys(CHANGES)]) == 1


def test_what_a_crawl_stores_during_a_long_repair_is_left_to_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was fetched while a repair lasted is not told, however long ago that was: the feed was read before."""
    began, fetched = clock.now(), ONE.provenance.model_copy(update={"fetched_at": clock.now()})
    untold = Untold(client, set)
    monkeypatch.setattr(clock, "now", lambda: began + timedelta(hours=9))
    assert untold.changes(KEY, [ONE.model_copy(update={"provenance": fetched})]) == []
    assert len(untold.changes(KEY, [ONE])) == 1


@pytest.mark.parametrize("ends", ["refused", "Ctrl-C"])
def test_what_was_moved_away_is_due_however_a_repair_ends(
    written: Location, client: Client, new_session: Callable[..., Session], ends: str
) -> None:
    """Where the store fails or somebody stops it after an article was moved away, the next crawl still fetches it."""
    for key in [KEY, *client.keys(f"{REVISIONS}site={SITE}/{ONE.id}/")]:
        damage(client, key, b"torn")

    def rule(asked: Asked) -> Answer | None:
        listed = asked.method == "GET" and "runs%2Fv1%2F" in asked.path
        return error(403, "AccessDenied") if listed and ends == "refused" else None

    def told(count: int) -> None:
        if ends == "Ctrl-C" and count and client.get(KEY) is None:
            raise KeyboardInterrupt

    with answering(written, rule) as behind, pytest.raises((StoreRefused, KeyboardInterrupt)):
        verify(behind, lambda problem: None, told, repair=True)
    assert new_session(folder="after", schedule=Schedule(None, None, None, None)).recrawl_policy.due(ONE.canonical_url)


def damage(client: Client, key: str, body: bytes | None) -> None:
    """Put these bytes under a key, or nothing."""
    if body is None:
        client.delete(key)
    else:
        client.put(key, body)
