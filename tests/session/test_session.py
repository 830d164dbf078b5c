"""A crawl's session: outages, duplicates, run files, and what is left for the next run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import pytest

from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Article
from mtcrawler.model.errors import ObjectRefused, SpoolFull
from mtcrawler.session.session import Session
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.layout import ARTICLES, CHECKS
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.writer import Saved
from tests.fixtures.answering import Answer, answering, error
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import SITE, Contents, make_article, newer, plan_for, through
from tests.fixtures.waiting import until

New = Callable[..., Session]


def crawl(session: Session, *articles: Article) -> list[str]:
    """What becomes of articles that go the way the pipelines send them."""
    fates: list[str | Future[Saved]] = []
    for article in articles:
        claim = session.claim(article)
        if claim.verdict == "mine":
            fates.append(session.submit(session.relate(article).result()))
        else:
            fates.append(claim.verdict)
            if claim.verdict == "same text" and claim.first_id:
                session.submit_duplicate(article, claim.first_id)
    return [fate if isinstance(fate, str) else fate.result().outcome for fate in fates]


def same_text(number: int) -> Article:
    """Article 1 at another address."""
    return make_article(number, headline=make_article(1).headline)


def test_each_text_is_stored_once(new_session: New, bucket: Location) -> None:
    """The same article again steps back; the same text elsewhere becomes an alternate address, told in the feed."""
    session = new_session()
    assert crawl(session, make_article(1), make_article(2), make_article(1), same_text(3), same_text(4)) == [
        "new",
        "new",
        "seen",
        "same text",
        "same text",
    ]
    session.close()
    contents = Contents.of(bucket)
    first = next(article for article in contents.articles.values() if article.id == make_article(1).id)
    assert len(contents.articles) == 2
    assert sorted(first.alternate_urls) == [same_text(3).canonical_url, same_text(4).canonical_url]
    told = [(change.id, change.duplicate_of) for change in contents.changes if change.change == "duplicate"]
    assert sorted(told) == sorted((same_text(number).id, first.id) for number in (3, 4))
    assert session.counts == {"new": 2, "duplicate": 2, "waiting": 0}


def test_the_same_text_on_another_site_is_an_article_of_its_own(new_session: New, bucket: Location) -> None:
    """What two sites have word for word is stored for both, in this run and over what earlier runs stored."""
    url = "https://other.example/2026/11/20/agency-copy"
    copy = make_article(url=url, site="other.example", canonical_url=url, id=article_id(url))
    session = new_session()
    assert crawl(session, make_article(1), copy) == ["new", "new"]
    session.close()
    session = new_session(folder="elsewhere")
    url = "https://third.example/2026/11/20/agency-copy"
    third = make_article(url=url, site="third.example", canonical_url=url, id=article_id(url))
    assert crawl(session, third) == ["new"]
    session.close()
    assert not [change for change in Contents.of(bucket).changes if change.change == "duplicate"]


def test_a_second_run_writes_nothing(new_session: New, client: Client) -> None:
    """Over an unchanged newspaper, duplicates included, only that it was looked at is written, whoever comes first."""
    articles = [make_article(1), make_article(2), same_text(3)]
    session = new_session()
    crawl(session, *articles)
    session.close()
    before = {key: client.get(key) for key in client.keys("") if not key.startswith(CHECKS)}
    session = new_session(folder="elsewhere")
    assert crawl(session, *reversed(articles)) == ["same text", "unchanged", "unchanged"]
    session.close()
    assert {key: client.get(key) for key in client.keys("") if not key.startswith(CHECKS)} == before


def test_a_stored_article_stays_its_own(new_session: New) -> None:
    """An article that comes to have another's text is edited to it, not dropped."""
    session = new_session()
    crawl(session, make_article(1), make_article(2))
    session.close()
    assert crawl(new_session(), make_article(1), same_text(2)) == ["unchanged", "revised"]


def test_articles_without_text_are_not_compared(new_session: New) -> None:
    """Two galleries of one name are two galleries."""
    galleries = [
        make_article(number, headline="The Week in Photos", body=[], text="", word_count=0, content_hash="0" * 64)
        for number in (1, 2)
    ]
    assert crawl(new_session(), *galleries) == ["new", "new"]


def test_articles_wait_while_the_store_is_away(new_session: New, bucket: Location, proxy: Proxy) -> None:
    """While nobody answers, articles and duplicates go to disk at once; when the store is back all are delivered."""
    session = new_session(location=through(proxy, bucket))
    assert crawl(session, make_article(1)) == ["new"]
    proxy.reset(fail_at=1)
    assert crawl(session, make_article(2), make_article(3), same_text(4)) == ["spooled", "spooled", "same text"]
    until(lambda: session.counts["waiting"] == 3)
    assert session.away
    proxy.reset()
    until(lambda: session.counts["waiting"] == 0 and not session.away)
    assert crawl(session, make_article(5)) == ["new"]
    session.close()
    contents = Contents.of(bucket)
    assert len(contents.articles) == 4
    assert contents.told("new") == {(make_article(number).id, 1) for number in (1, 2, 3, 5)}
    assert [change.id for change in contents.changes if change.change == "duplicate"] == [same_text(4).id]
    counts = session.counts
    assert (counts["spooled"], counts["delivered"], counts["new"], counts["waiting"]) == (3, 3, 4, 0)


def test_a_duplicate_of_a_waiting_article_waits_behind_it(new_session: New, bucket: Location, proxy: Proxy) -> None:
    """A duplicate whose first is not stored yet does not become an article of its own."""
    session = new_session(location=through(proxy, bucket))
    proxy.reset(fail_at=1)
    crawl(session, make_article(1), same_text(2))
    until(lambda: session.counts["waiting"] == 2)
    proxy.reset()
    until(lambda: session.counts["waiting"] == 0)
    session.close()
    (article,) = Contents.of(bucket).articles.values()
    assert article.alternate_urls == [same_text(2).canonical_url]


def test_a_duplicate_of_an_article_that_may_not_be_written_over_waits(
    new_session: New, client: Client, tmp_path: Path
) -> None:
    """A duplicate of what a newer version wrote waits on disk, holds nothing else up, and is told once it can be."""
    session = new_session()
    crawl(session, make_article(1))
    (key,) = client.keys(ARTICLES)
    whole = client.get(key)
    assert whole is not None
    client.put(key, newer(make_article(1)))
    crawl(session, same_text(2))
    until(lambda: session.counts["waiting"] == 1)
    assert crawl(session, make_article(3)) == ["new"]
    session.close()
    assert (session.counts["waiting"], list(tmp_path.rglob("rejected/*"))) == (1, [])
    client.put(key, whole.body)
    again = new_session()
    again.close()
    assert (again.counts["duplicate"], again.counts["waiting"]) == (1, 0)


def test_a_duplicate_that_finds_no_room_is_counted(new_session: New, bucket: Location, proxy: Proxy) -> None:
    """A duplicate that can neither be told nor wait counts as failed."""
    session = new_session(location=through(proxy, bucket), spool_max_bytes=0)
    crawl(session, make_article(1))
    proxy.reset(fail_at=1)
    crawl(session, same_text(2))
    until(lambda: session.counts.get("failed") == 1)
    session.close()


def test_the_next_run_delivers_what_waits(new_session: New, bucket: Location, proxy: Proxy) -> None:
    """What waits when a run ends is delivered when the next one opens, and told under its name."""
    session = new_session("first", location=through(proxy, bucket))
    crawl(session, make_article(1))
    proxy.reset(fail_at=1)
    crawl(session, make_article(2), same_text(3))
    session.close()
    assert session.counts["waiting"] == 2
    proxy.reset()
    session = new_session("second")
    assert (session.counts["delivered"], session.counts["waiting"]) == (2, 0)
    session.close()
    contents = Contents.of(bucket)
    assert len(contents.articles) == 2
    assert sorted((change.run_id, change.change) for change in contents.changes) == [
        ("first", "new"),
        ("second", "duplicate"),
        ("second", "new"),
    ]


@pytest.mark.slow
def test_a_killed_server_loses_nothing(tmp_path: Path) -> None:
    """A server that is killed and started again mid-run: every article is there in the end, once."""
    store = Embedded(tmp_path / "store")
    session = Session(plan_for(tmp_path / "var", "run-1", store.up()))
    session.open()
    try:
        articles = [make_article(number) for number in range(40)]
        crawl(session, *articles[:10])
        store.down(wait=0)
        crawl(session, *articles[10:30])
        assert session.counts["waiting"] == 20
        store.up()
        crawl(session, *articles[30:])
        until(lambda: session.counts["waiting"] == 0)
        session.close()
        contents = Contents.of(session.location)
        assert {article.id for article in contents.articles.values()} == {article.id for article in articles}
        assert contents.told("new") == {(article.id, 1) for article in articles}
        assert len(contents.revisions) == 40
    finally:
        session.close()
        store.down(wait=0)


def test_a_full_spool_is_an_error_and_loses_nothing(new_session: New, bucket: Location, proxy: Proxy) -> None:
    """The article that finds no room is given back, and the ones that found room are delivered later."""
    session = new_session("first", location=through(proxy, bucket), spool_max_bytes=3000)
    proxy.reset(fail_at=1)
    assert crawl(session, make_article(1)) == ["spooled"]
    with pytest.raises(SpoolFull):
        crawl(session, make_article(2))
    assert session.claim(make_article(2)).verdict == "mine"
    session.close()
    proxy.reset()
    assert new_session("second").known.get(make_article(1).id)


def test_run_files_lie_beside_each_other(new_session: New, client: Client) -> None:
    """Manifest, report and evidence of a run lie in its folder, and can be written after closing."""
    session = new_session("run-1")
    session.close()
    key = session.put_run_file("run-1", "2026-11-21", "evidence/1.png", b"png", "image/png")
    session.put_run_file("run-1", "2026-11-21", "manifest.json", b"{}")
    assert key == "runs/v1/date=2026-11-21/run-1/evidence/1.png"
    assert sorted(client.keys("runs/")) == [key, "runs/v1/date=2026-11-21/run-1/manifest.json"]


def test_what_hinders_one_article_lets_it_wait_alone(
    new_session: New, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """An article whose key holds what may not be written over waits, named once with the object and what to do; every
    other article passes it by, also those that waited behind it.
    """
    session = new_session()
    key = f"articles/v1/site={SITE}/date=2026-11-20/{make_article(1).id}.json"
    client.put(key, newer(make_article(1)))
    assert crawl(session, make_article(1), make_article(2)) == ["spooled", "new"]
    session.bucket.spool.add(make_article(3))
    session.bucket.delivery.retry(now=True)
    session.close()
    counts = session.counts
    assert (counts["waiting"], counts["delivered"], counts.get("failed", 0)) == (1, 1, 0)
    (line,) = [line for line in caplog.messages if f"set-aside {key}" in line and "waits in" in line]
    assert make_article(1).canonical_url in line
    client.delete(key)
    again = new_session()
    again.close()
    assert (again.counts["new"], again.counts["waiting"]) == (1, 0)


@pytest.mark.parametrize(
    ("refusal", "rejected"),
    [
        (error(400, "MetadataTooLarge"), 1),
        (error(418, "ATeapot"), 0),
        (error(429, "TooManyRequests", **{"Retry-After": "0"}), 0),
        (error(403, "QuotaExceeded"), 0),
        (error(507, ""), 0),
        (error(400, "BadDigest"), 0),
    ],
    ids=lambda value: value.body.decode() or str(value.status) if isinstance(value, Answer) else "",
)
def test_only_what_is_malformed_is_rejected(
    new_session: New, bucket: Location, monkeypatch: pytest.MonkeyPatch, refusal: Answer, rejected: int
) -> None:
    """Whatever else a store answers to an article, the article waits, and is delivered when the store takes it."""
    refuses = False
    monkeypatch.setattr("mtcrawler.storage.s3.throttling.LONGEST", 0.01)
    with answering(bucket, lambda asked: refusal if refuses and asked.method == "PUT" else None) as behind:
        session = new_session(location=behind)
        refuses = True
        with suppress(ObjectRefused):
            crawl(session, make_article(1))
        kept = list(session.plan.spool_dir.rglob("rejected/*.json"))
        assert (len(kept), session.counts["waiting"]) == (rejected, 1 - rejected)
        refuses = False
        session.close()
    assert len(Contents.of(bucket).articles) == 1 - rejected
