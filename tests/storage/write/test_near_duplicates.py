"""Wire copy in the bucket: every version is stored, and each says what it resembles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from mtcrawler.frontier.schedule import Schedule
from mtcrawler.model.article import Article
from mtcrawler.session.session import Session
from mtcrawler.storage.feed.segments import lines, packed
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import CHECKS
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.near_duplicates import MISSES, NAMED
from tests.fixtures.store import MOSCOW, Contents, make_article

New = Callable[..., Session]
REPORT = "The night express stood in the snow for nine hours and its passengers drank tea while the crew dug. " * 4


def version(number: int, hour: int, words: str = REPORT) -> Article:
    """One paper's version of the report."""
    return make_article(number, words=words, published_at=datetime(2026, 11, 20, hour, tzinfo=MOSCOW))


def store(session: Session, *articles: Article) -> None:
    for article in articles:
        assert session.claim(article).verdict == "mine"
        session.submit(session.relate(article).result()).result()


def test_similar_articles_are_stored_and_related(new_session: New, bucket: Location) -> None:
    """All versions are stored; a later one names the earlier, earliest first, under one cluster; strangers do not."""
    one, two = version(1, 9), version(2, 7, REPORT.replace("tea", "coffee", 1))
    three = version(3, 8, REPORT.replace("snow", "drifts", 1))
    stranger = version(4, 8, " ".join(f"another{number}" for number in range(80)))
    session = new_session()
    store(session, one, two, stranger)
    session.close()
    session = new_session(folder="elsewhere")  # knows of them by the feed alone
    store(session, three)
    session.close()
    stored = {article.id: article for article in Contents.of(bucket).articles.values()}
    assert len(stored) == 4
    assert [near.id for near in stored[three.id].similar_to] == [two.id, one.id]
    assert [near.id for near in stored[two.id].similar_to] == [one.id]
    assert all(0.5 <= near.similarity < 1 for near in stored[three.id].similar_to)
    assert {stored[article.id].cluster_id for article in (one, two, three)} == {one.id}
    assert (stored[stranger.id].similar_to, stored[stranger.id].cluster_id) == ([], stranger.id)


def test_articles_of_other_sites_are_not_compared(new_session: New, bucket: Location) -> None:
    """A crawl relates an article to those of its own site alone, whatever else lies in the bucket."""
    site = "paper.example"
    words = REPORT.replace("tea", "coffee", 1)
    other = make_article(2, words=words, site=site, url=f"https://{site}/2026/11/20/a-night-a1")
    session = new_session()
    store(session, version(1, 9))
    session.close()
    session = new_session(folder="elsewhere")
    store(session, other)
    session.close()
    stored = {article.id: article for article in Contents.of(bucket).articles.values()}
    assert (stored[other.id].similar_to, stored[other.id].cluster_id) == ([], other.id)


def test_an_edit_stays_in_its_cluster(new_session: New, bucket: Location) -> None:
    """A revision of a version keeps its place among its kin; being related is no edit by itself."""
    session = new_session()
    store(session, version(1, 9), version(2, 10, REPORT.replace("tea", "coffee", 1)))
    session.close()
    session = new_session()
    store(session, version(1, 9), version(2, 10, REPORT.replace("tea", "coffee", 2)))
    session.close()
    contents = Contents.of(bucket)
    assert contents.told("revised") == {(version(2, 10).id, 2)}
    assert {article.cluster_id for article in contents.articles.values()} == {version(1, 9).id}


def test_of_a_notice_that_comes_every_day_the_most_alike_are_named(new_session: New, bucket: Location) -> None:
    """Whatever the number of near-duplicates, an article names a few: those that are most like it."""
    notices = [version(number, 9, f"{REPORT}The {number}th notice.") for number in range(1, NAMED + 5)]
    twin = version(99, 10, f"{REPORT}The 1th notice. So it ended.")
    session = new_session()
    store(session, *notices, twin)
    session.close()
    stored = {article.id: article for article in Contents.of(bucket).articles.values()}
    assert len(stored[twin.id].similar_to) == NAMED
    assert notices[0].id in {near.id for near in stored[twin.id].similar_to}


def test_pieces_that_share_a_template_are_not_all_fetched(
    new_session: New, monkeypatch: pytest.MonkeyPatch, bucket: Location
) -> None:
    """However many pieces look a little alike, only those that promise most are read from the bucket."""
    frame = " ".join(f"frame{number}" for number in range(120))

    def piece(number: int) -> Article:
        return version(number, 9, frame + " " + " ".join(f"own{number}x{word}" for word in range(80)))

    session = new_session()
    store(session, *(piece(number) for number in range(1, 4 * MISSES)))
    session.close()
    fetched: list[str] = []
    get = Client.get

    def counted(client: Client, key: str) -> object:
        fetched.append(key)
        return get(client, key)

    session = new_session(folder="elsewhere")
    monkeypatch.setattr(Client, "get", counted)
    store(session, piece(100))
    session.close()
    monkeypatch.undo()
    others = {key for key, article in Contents.of(bucket).articles.items() if article.id != piece(100).id}
    assert 1 < sum(key in others for key in fetched) <= MISSES


@pytest.mark.parametrize("body", [b"torn", None], ids=["torn", "not there"])
def test_a_lost_article_that_was_compared_with_is_due(
    new_session: New, client: Client, bucket: Location, body: bytes | None
) -> None:
    """An article that is torn or not there when others are compared with it is fetched by the next run, told once."""
    never = Schedule(None, None, None, None)
    one, other = version(1, 9), version(2, 10, REPORT.replace("tea", "coffee", 1))
    session = new_session(schedule=never)
    store(session, one)
    session.close()
    (key,) = Contents.of(bucket).articles
    if body is None:
        client.delete(key)
    else:
        client.put(key, body)
    session = new_session(folder="elsewhere", schedule=never)
    assert not session.recrawl_policy.due(one.canonical_url)
    store(session, other, version(3, 11, REPORT.replace("snow", "drifts", 1)))
    session.close()
    told = [check for key in client.keys(CHECKS) for check in lines(client, key, packed(client, key), Check)]
    assert [check.outcome for check in told if check.url == one.canonical_url] == ["lost"]
    assert new_session(folder="later", schedule=never).recrawl_policy.due(one.canonical_url)
