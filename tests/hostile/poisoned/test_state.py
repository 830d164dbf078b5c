"""Laws of what a crawler remembers in the bucket: taken as data, checked, or made anew."""

from __future__ import annotations

import gzip
import json
import logging
import resource
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.identity.ids import article_id
from mtcrawler.identity.signatures import signature
from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.session.session import Session
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.copying import copy
from mtcrawler.storage.index.index_schema import FORM
from mtcrawler.storage.layout import CHECKS, SNAPSHOTS, article_key, change_key, check_key
from mtcrawler.storage.limits import PART_LINES
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article
from tests.hostile.poisoned.poison import DATABASES, LINE, LINES, bomb, database, packed, segments, snapshot_key

New = Callable[..., Session]


@pytest.mark.parametrize("name", [*DATABASES, "a bomb", "no gzip", "no database", "a torn database"])
def test_a_snapshot_is_data(name: str, new_session: New, client: Client, tmp_path: Path) -> None:
    """A snapshot that is anything but our tables with rows like ours runs nothing, is set aside and named once; the
    one before it is read instead.
    """
    session = new_session(snapshot_segments=1)
    session.writer.save(make_article(1))
    session.close()
    (good,) = client.keys(SNAPSHOTS)
    whole = database(tmp_path, "SELECT 1")
    bodies = {"a bomb": bomb(256), "no gzip": whole, "no database": gzip.compress(b"no database" * 999)}
    bodies["a torn database"] = gzip.compress(whole[: len(whole) // 2] + bytes(len(whole) // 2))
    body = bodies[name] if name in bodies else gzip.compress(database(tmp_path, DATABASES[name]))
    client.put(snapshot_key(), body)
    path = tmp_path / "fresh" / "known.sqlite"
    assert snapshots.fetch(client, path)
    known = ArticleIndex(path)
    assert known.get(make_article(1).id)
    known.close()
    assert [err.key for err in client.left_out.found] == [snapshot_key()]
    assert list(client.keys(SNAPSHOTS)) == [good]
    assert list(client.keys("set-aside/")) == [f"set-aside/v1/{snapshot_key()}"]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_good_snapshot_is_copied_whole(new_session: New, client: Client, tmp_path: Path) -> None:
    """Every row of a snapshot of ours is in the new table, and no more than the feed tells."""
    session = new_session(snapshot_segments=1)
    for number in range(50):
        session.writer.save(make_article(number))
    session.recrawl_policy.other("https://www.themoscowtimes.com/about")
    session.close()
    assert snapshots.fetch(client, tmp_path / "copy.sqlite")
    one, other = ArticleIndex(tmp_path / "copy.sqlite"), ArticleIndex(tmp_path / "feed.sqlite")
    other.refresh(client)
    assert list(one.stored()) == list(other.stored())
    assert (one.segments(), one.refresh(client), one.count()) == (other.segments(), 0, 50)
    for known in (one, other):
        known.close()


def _on_a_full_disk(source: Path, target: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))  # Python ignores the signal; the write fails
    try:
        copy(source, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _without_time(source: Path, target: Path) -> None:
    copy(source, target, seconds=-1)


@pytest.mark.parametrize("copied", [_on_a_full_disk, _without_time])
def test_a_good_snapshot_stays_where_the_machine_cannot_copy_it(
    copied: Callable[[Path, Path], None],
    new_session: New,
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A full disk or a machine that is too slow is named, and costs the bucket no snapshot."""
    session = new_session(snapshot_segments=1)
    session.writer.save(make_article(1))
    session.close()
    (good,) = client.keys(SNAPSHOTS)
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "copy", copied)
        assert not snapshots.fetch(client, tmp_path / "fresh" / "known.sqlite")
    assert f"{good} cannot be unpacked here now" in caplog.text
    assert (list(client.keys(SNAPSHOTS)), len(client.left_out)) == ([good], 0)
    assert snapshots.fetch(client, tmp_path / "fresh" / "known.sqlite")


def test_a_snapshot_that_boasts_keeps_none_from_being_written(new_session: New, client: Client) -> None:
    """A snapshot whose key names more segments than there are does not count as the newest."""
    client.put(f"{SNAPSHOTS}form={FORM}/20991231T000000Z-run-999999999999.sqlite.gz", b"")
    session = new_session(snapshot_segments=1, folder="fresh")
    client.put(f"{SNAPSHOTS}form={FORM}/20991231T000000Z-run-999999999999.sqlite.gz", b"")
    session.writer.save(make_article(1))
    session.close()
    assert any("run-1-1.sqlite.gz" in key for key in client.keys(SNAPSHOTS))


@pytest.mark.parametrize("name", [*segments()])
def test_a_run_reads_a_poisoned_segment_once(name: str, new_session: New, client: Client) -> None:
    """A segment that cannot be read is named by the run that meets it, counts as read, and its articles are told of
    again when they are met.
    """
    first = new_session(folder="one")
    first.writer.save(make_article(1))
    first.close()
    (key,) = client.keys("changes/")
    client.put(key, segments()[name])
    client.put(check_key("2026-11-21", "run", 1), segments()[name])
    second = new_session(folder="two")
    assert second.counts["unreadable"] == 2
    assert second.known.get(make_article(1).id) is None
    assert second.writer.save(make_article(1)).outcome == "unchanged"
    second.close()
    third = new_session(folder="two")
    assert "unreadable" not in third.counts
    assert third.known.get(make_article(1).id)


def test_a_line_of_the_feed_leads_an_article_nowhere_else(new_session: New, client: Client) -> None:
    """An article whose line names another object's key is written under its own, and that object stays as it was."""
    article, victim = make_article(1), "schema/article-1.json"
    line = {"change": "new", "id": article.id, "canonical_url": article.canonical_url, "site": article.site}
    line |= {"key": victim, "revision": "1", "at": "2026-11-20T06:00:00Z", "run_id": "run"}
    signed = {**line, "id": make_article(2).id, "signature": "m1:\u00e9"}
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in (line, signed))
    client.put(change_key("2026-11-20", "run", 1), gzip.compress(lines))
    session = new_session()
    before = client.get(victim)
    assert not session.writer.add_alternate(article.id, "https://www.themoscowtimes.com/b")
    assert session.writer.save(article).key.endswith(f"{article.id}.json")
    assert client.get(victim) == before


def test_an_object_is_named_once_on_one_line(caplog: pytest.LogCaptureFixture, client: Client) -> None:
    """However often an object is met, by however many threads, the log names it once, without controls, in brief."""
    err = ObjectUnreadable("a\r\nforged\x1b[2J" + "x" * 5000, "\u202ewhy\n" + "y" * 5000)
    with caplog.at_level(logging.WARNING):
        threads = [threading.Thread(target=client.left_out, args=(err,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    (line,) = (record.getMessage() for record in caplog.records)
    assert len(line) < 1000
    assert line.isprintable()


def test_more_looks_than_a_segment_holds_are_written_as_several(new_session: New, client: Client) -> None:
    """What a run writes is never larger than what the next one reads: nothing of it is lost."""
    session = new_session(folder="one")
    for number in range(PART_LINES + 5):
        session.recrawl_policy.other(f"https://www.themoscowtimes.com/{number}")
    session.close()
    assert len(list(client.keys(CHECKS))) == 2
    fresh = new_session(folder="two")
    assert not any(
        fresh.recrawl_policy.due(f"https://www.themoscowtimes.com/{number}") for number in (0, PART_LINES + 4)
    )
    assert "unreadable" not in fresh.counts


def test_the_lines_of_a_long_outage_are_delivered_as_several_segments(
    new_session: New, client: Client, tmp_path: Path
) -> None:
    """A journal of more lines than a segment has is delivered whole, in order, and once, whoever delivers it again."""
    folder = tmp_path / "var" / "state" / f"journal-{client.location.tag}"
    folder.mkdir(parents=True)
    line = {"change": "walled", "canonical_url": "u", "site": "s", "at": "2026-11-20T06:00:00Z", "run_id": "left"}
    ids = [article_id(str(number)) for number in range(PART_LINES + 5)]
    lines = b"".join(json.dumps({**line, "id": one}).encode() + b"\n" for one in ids)
    for _ in range(2):
        (folder / "left-000001.jsonl").write_bytes(lines)
        new_session().close()
        with Bucket(client.location) as bucket:
            assert [change.id for change in bucket.changes()] == ids


@pytest.mark.parametrize("name", LINES)
def test_no_line_of_the_feed_stops_a_run(name: str, new_session: New, client: Client) -> None:
    """Whatever a line of the feed holds, a run opens, names its segment once, and knows and stores all the rest."""
    key = change_key("2026-11-20", "evil", 1)
    client.put(key, packed(LINES[name], LINE))
    session = new_session()
    assert [err.key for err in session.client.left_out.found] == [key]
    assert session.known.get(str(LINE["id"]))
    assert session.submit(make_article(1)).result().outcome == "new"


def test_a_row_that_none_of_ours_has_costs_itself_alone(new_session: New) -> None:
    """An article is compared with the others of its site, and stored, whatever else the local table holds of it."""
    session = new_session(folder="one")
    (table,) = session.plan.state_dir.glob("known-*.sqlite")
    session.close()
    db = sqlite3.connect(table)
    at = "2026-11-20T06:00:00+00:00"
    values = f"'no uuid', 'stored', 'u', '{SITE}', NULL, 1, NULL, NULL, NULL, '{at}', NULL, NULL, NULL"
    db.execute(f"INSERT INTO articles VALUES ({values}, NULL, NULL, 'm1:{'A' * 171}=', NULL)")
    db.commit()
    db.close()
    again = new_session(folder="one")
    related = again.relate(make_article(1)).result()
    assert again.submit(related).result().outcome == "new"


def test_what_nobody_foresaw_ends_a_run_with_a_name(new_session: New, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours while the bucket is opened is told as an error of the store that names the folder."""
    monkeypatch.setattr(ArticleIndex, "refresh", lambda *_, **__: int("a mistake"))
    with pytest.raises(StoreError, match="was not foreseen") as told:
        new_session(folder="one")
    assert "ValueError" in str(told.value)


@pytest.mark.parametrize("site", ["www.example.org", SITE])
def test_the_feed_leads_nobody_to_a_strangers_key(site: str, new_session: New, client: Client) -> None:
    """An article goes where its own site and id put it, and none is compared with an object that is another's."""
    words = " ".join(f"word{number}" for number in range(80))
    mine, other = make_article(1, words=words), make_article(2)
    strange = article_key("www.example.org", "2026-11-20", mine.id)
    line = {**LINE, "site": site, "revision": 1, "signature": signature(mine.text)}
    client.put(article_key(SITE, "2026-11-20", make_article(3).id), make_article(3, words=words).to_json())
    lines = [
        {**line, "id": mine.id, "site": "www.example.org", "key": strange},
        {**line, "id": other.id, "key": article_key(SITE, "2026-11-20", make_article(3).id)},
    ]
    client.put(change_key("2026-11-20", "evil", 1), packed(*lines))
    session = new_session()
    saved = session.submit(session.relate(mine).result()).result()
    assert saved.key == article_key(SITE, "2026-11-20", mine.id)
    found = client.get(saved.key)
    assert found is not None
    assert parse(found.body, saved.key).similar_to == []
