"""When a known address is looked at again, and when an article counts as gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.config.reading import settings_of
from mtcrawler.frontier.schedule import Schedule
from mtcrawler.frontier.scope import Scope
from mtcrawler.frontier.terms import Terms, Validators
from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.errors import SettingError
from mtcrawler.session.session import Session
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import CHANGES, SNAPSHOTS
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import make_article

New = Callable[..., Session]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def real_clock() -> Iterator[None]:
    """Whatever a test pretends, the next one starts with the machine's time."""
    yield
    clock.pretend(datetime.now(UTC))


@pytest.mark.parametrize(
    ("age", "since", "due"),
    [
        (2 * HOUR, 0.5 * HOUR, False),
        (2 * HOUR, HOUR, True),
        (3 * DAY, 12 * HOUR, False),
        (3 * DAY, 23 * HOUR, True),
        (20 * DAY, 5 * DAY, False),
        (20 * DAY, 7 * DAY, True),
        (40 * DAY, 39 * DAY, False),
    ],
)
def test_articles_are_looked_at_often_while_they_are_news(age: timedelta, since: timedelta, due: bool) -> None:
    """Every hour on the first day, daily in the first week, weekly in the first month, then never."""
    assert Schedule().due(NOW - age, NOW - since, NOW) is due


@given(st.timedeltas(timedelta(), timedelta(days=100)), st.timedeltas(timedelta(), timedelta(days=100)))
def test_what_is_due_stays_due(age: timedelta, since: timedelta) -> None:
    """The longer ago the last look, the sooner the next: waiting never makes an article less due."""
    schedule = Schedule()
    if schedule.due(NOW - age, NOW - since, NOW):
        assert schedule.due(NOW - age, NOW - since - HOUR, NOW)


def test_the_schedule_is_read_from_settings() -> None:
    """Each time is a setting; what makes no sense is an error that names it."""
    schedule = Schedule.of(
        settings_of({"RECHECK_FIRST_DAY": "30m", "RECHECK_FIRST_MONTH": "never", "RECHECK_LATER": "4w"})
    )
    assert (schedule.first_day, schedule.first_month, schedule.later) == (0.5 * HOUR, None, 28 * DAY)
    assert schedule.first_week == DAY
    for name, value in (("RECHECK_LATER", "soon"), ("RECHECK_GONE_AFTER", "never")):
        with pytest.raises(SettingError, match=name):
            settings_of({name: value})


def test_what_was_looked_at_is_remembered_by_the_next_machine(new_session: New) -> None:
    """A stored article is left alone until it is due; an unchanged look counts as much; a source can make it due."""
    clock.pretend(NOW)
    article = make_article(1, published_at=NOW - 3 * DAY)
    seen = article.provenance.model_copy(update={"fetched_at": NOW, "etag": '"one"'})
    article = article.model_copy(update={"provenance": seen, "alternate_urls": ["https://other.example/1"]})
    session = new_session()
    assert session.recrawl_policy.due(article.canonical_url)
    session.submit(article).result()
    session.close()
    memory = new_session(folder="second").recrawl_policy
    url = article.canonical_url
    assert not memory.due(url)
    assert not memory.due("https://other.example/1")
    assert memory.due(url, NOW + HOUR)
    assert memory.due("https://other.example/2")
    assert memory.validators(url) == Validators('"one"', None)
    assert list(memory.overdue(article.site)) == []
    clock.pretend(NOW + DAY)
    assert list(memory.overdue(article.site)) == [(url, article.url)]
    memory.unchanged(url, Validators('"one"', None))
    memory.flush()
    third = new_session(folder="third")
    assert not third.recrawl_policy.due(url)
    clock.pretend(NOW + 2 * DAY)
    assert third.recrawl_policy.due(url)


@pytest.mark.parametrize(
    ("age", "since", "due"),
    [
        (timedelta(hours=5), timedelta(minutes=10), timedelta(minutes=44)),
        (timedelta(hours=23, minutes=30), timedelta(0), timedelta(hours=21, minutes=36)),
        (timedelta(days=40), timedelta(days=1), None),
        (timedelta(hours=5), timedelta(hours=2), timedelta(0)),
    ],
)
def test_when_an_article_is_due_again_is_known(age: timedelta, since: timedelta, due: timedelta | None) -> None:
    """The next look comes an interval after the last one, by the age that the article has by then, or never."""
    found = Schedule().next(NOW - age, NOW - since, NOW)
    assert found == (None if due is None else NOW + due)
    assert found is None or Schedule().due(NOW - age, NOW - since, found)


def test_what_is_known_of_an_articles_own_address_holds_for_its_others(new_session: New) -> None:
    """Another address of an article that was out of scope is left alone like that article's own, until it is wanted."""
    clock.pretend(NOW)
    home, other, further, lost = (f"https://p.example/{name}" for name in ("home", "other", "further", "lost"))
    session = new_session()
    narrow = Scope(since=date(2026, 11, 1), until=date.max)
    session.recrawl_policy.terms = Terms("judge", narrow)
    session.recrawl_policy.out_of_scope(home, date(2026, 10, 1), None, None)
    session.recrawl_policy.alias(other, article_id(home))
    session.recrawl_policy.alias(further, article_id(other))
    session.recrawl_policy.alias(lost, article_id(f"{home}/never-seen"))
    session.close()
    memory = new_session(folder="second").recrawl_policy
    memory.terms = Terms("judge", narrow)
    assert [memory.due(one) for one in (home, other, further, lost)] == [False, False, False, True]
    assert home not in memory.judged()
    memory.terms = Terms("judge", Scope(since=date(2026, 9, 1), until=date.max))
    assert [memory.due(one) for one in (home, other, further)] == [True, True, True]
    assert home in memory.judged()


def test_an_article_of_an_earlier_hour_is_left_alone_until_that_is_wanted(new_session: New) -> None:
    """The moment of an article that was out of scope is remembered, so that a crawl of some hours asks once for it."""
    clock.pretend(NOW)
    url, published = "https://p.example/hour", NOW - timedelta(hours=5)
    session = new_session()
    session.recrawl_policy.terms = Terms(
        "judge", Scope(since=NOW.date(), until=date.max, after=NOW - timedelta(hours=2))
    )
    session.recrawl_policy.out_of_scope(url, published.date(), None, published)
    session.close()
    memory = new_session(folder="second").recrawl_policy
    for hours, due in ((2, False), (6, True)):
        memory.terms = Terms("judge", Scope(since=NOW.date(), until=date.max, after=NOW - timedelta(hours=hours)))
        assert memory.due(url) is due


def test_an_article_is_gone_when_it_is_missed_a_day_apart(new_session: New) -> None:
    """Missed once, or twice within hours, is a bad moment; a day later still it is gone, even on another machine."""
    clock.pretend(NOW)
    article = make_article(1, published_at=NOW - 3 * DAY)
    source = article.provenance.model_copy(update={"etag": '"one"'})
    article = article.model_copy(update={"provenance": source})
    session = new_session()
    session.submit(article).result()
    assert not session.recrawl_policy.missing(article.canonical_url)
    session.close()
    clock.pretend(NOW + 2 * HOUR)
    second = new_session(folder="second")
    assert not second.recrawl_policy.due(article.canonical_url)
    assert not second.recrawl_policy.missing(article.canonical_url)
    second.close()
    clock.pretend(NOW + DAY)
    third = new_session(folder="third")
    assert third.recrawl_policy.due(article.canonical_url)
    assert third.recrawl_policy.missing(article.canonical_url)
    assert third.recrawl_policy.validators(article.canonical_url) == Validators('"one"', None)
    assert third.tell_gone(article.id)
    assert third.recrawl_policy.validators(article.canonical_url) is None  # it must be seen whole to be told as back


@pytest.mark.parametrize(("hours", "due"), [(-1, False), (1, True), (5, True)])
def test_a_missing_page_that_has_changed_since_it_was_read_is_due(new_session: New, hours: int, due: bool) -> None:
    """A change that a source tells of and that nobody has read is asked for, told before the page was missed or after;
    one that was read says nothing.
    """
    clock.pretend(NOW)
    article = make_article(1, published_at=NOW - 3 * DAY)
    fetched = article.provenance.model_copy(update={"fetched_at": NOW})
    session = new_session()
    session.submit(article.model_copy(update={"provenance": fetched})).result()
    session.close()
    clock.pretend(NOW + 3 * HOUR)
    session = new_session(folder="second")
    session.recrawl_policy.missing(article.canonical_url)
    session.close()
    clock.pretend(NOW + 6 * HOUR)
    assert new_session(folder="third").recrawl_policy.due(article.canonical_url, NOW + hours * HOUR) is due


def test_what_is_lost_stays_so_until_it_is_fetched(new_session: New) -> None:
    """A look that finds no page brings no article back: later ones come without validators, as a 304 would bring none.

    While it is missing it is asked for as often as any page that is.
    """
    clock.pretend(NOW)
    article = make_article(1, published_at=NOW - 60 * DAY)
    url, source = article.canonical_url, article.provenance.model_copy(update={"etag": '"one"', "fetched_at": NOW})
    session = new_session()
    session.submit(article.model_copy(update={"provenance": source})).result()
    session.close()
    steps = ("incomplete", "other", "missing")
    for number, step in enumerate(steps, 1):
        clock.pretend(NOW + number * HOUR)
        memory = (session := new_session(folder=step)).recrawl_policy
        assert memory.is_lost(url) is (number > 1)
        getattr(memory, step)(url)
        session.close()
    clock.pretend(NOW + 4 * HOUR)
    memory = new_session(folder="soon").recrawl_policy
    assert (memory.is_lost(url), memory.due(url), memory.validators(url)) == (True, False, None)
    clock.pretend(NOW + 2 * DAY)
    session = new_session(folder="later")
    assert (session.recrawl_policy.due(url), session.recrawl_policy.validators(url)) == (True, None)
    whole = article.provenance.model_copy(update={"etag": '"two"', "fetched_at": clock.now()})
    session.submit(article.model_copy(update={"provenance": whole})).result()
    session.close()
    memory = new_session(folder="last").recrawl_policy
    assert (memory.is_lost(url), memory.due(url)) == (False, False)


def test_a_snapshot_stands_for_the_feed(new_session: New, client: Client, tmp_path: Path) -> None:
    """A fresh machine takes what a snapshot knows and reads the rest; a damaged one costs nothing but time."""
    for number in range(3):
        session = new_session(folder=f"var-{number}", snapshot_segments=1)
        session.submit(make_article(number)).result()
        session.close()
    keys = sorted(client.keys(SNAPSHOTS))
    assert len(keys) == snapshots.KEPT
    path = tmp_path / "fresh" / "known.sqlite"
    assert snapshots.fetch(client, path)
    known = ArticleIndex(path)
    assert known.count() == 3
    assert known.refresh(client) <= 2  # what the last run wrote after its snapshot
    known.close()
    for key in keys:
        client.put(key, b"torn")
    fresh = new_session(folder="after")
    assert fresh.known.count() == 3
    for key in list(client.keys(CHANGES)):
        client.delete(key)
    assert new_session(folder="emptied").known.count() == 0
