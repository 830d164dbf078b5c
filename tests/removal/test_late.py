"""What comes late to a removal: pages and lines that waited on a disk, looks of a crawl, an outage in between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.cli import main
from mtcrawler.clusters.clustering import Clustering
from mtcrawler.model import clock
from mtcrawler.model.errors import StoreError
from mtcrawler.reextraction.running import Reextracted, _write
from mtcrawler.reextraction.worker import Difference
from mtcrawler.removal import removing
from mtcrawler.storage.clusters.keys import member_key
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import Removals, all_told, tell
from mtcrawler.storage.feed.segments import pack
from mtcrawler.storage.layout import ARTICLES, CHECKS, CLUSTERS, REVISIONS, SET_ASIDE, change_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages import writing
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.removal.under_way import RemovalsUnderWay
from mtcrawler.storage.s3.client import Client
from tests.cli.test_compact import environment_of
from tests.fixtures.crawl import environment
from tests.fixtures.memory import MemoryStore
from tests.removal.story import STORY, WORDS, New, other, remove, story
from tests.removal.whole_bucket import holding
from tests.session.test_session import crawl
from tests.storage.pages.kept import answer


@pytest.mark.parametrize("command", ["redeliver", "remove"])
def test_pages_that_wait_on_a_disk(
    command: str, new_session: New, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """Pages that a killed crawl left on a disk are delivered without those of articles that were removed meanwhile,
    whichever command delivers them.
    """
    here = replace(bucket, label=None)
    first = new_session(folder="first")
    crawl(first, story(), other(1))
    first.close()
    killed = new_session(folder="killed", location=here)
    killed.bucket.pages.append(writing.page(story().id, [answer(STORY)]))
    killed._submissions.finish()
    killed._keeper.end()
    killed._page_uploads._ending.set()
    killed._page_uploads._thread.join()
    killed.bucket.close()
    killed._closed = True
    remove(bucket, tmp_path / "var")
    assert holding(client, *WORDS) == {}
    if command == "redeliver":
        assert main(["store", "redeliver"], environment(bucket, tmp_path / "killed")) == 0
    else:
        line = ["remove", other(1).id, "--reason", "another", "--yes"]
        assert main(line, environment(bucket, tmp_path / "killed")) == 0
    assert list(client.keys("pages/"))
    assert holding(client, *WORDS) == {}


def test_another_address_that_is_told_late(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that tells of another address while somebody is asked whether the article is to go leaves no line of it,
    whether it knows of the removal when its journal is delivered, or hears of it right after.
    """
    first = new_session(folder="first")
    crawl(first, story())
    first.close()
    late, later = (new_session(folder=folder) for folder in ("late", "later"))

    def asked(store: Client) -> dict[str, Change]:
        for one, number in ((late, 5), (later, 6)):
            assert one.writer.tell_duplicate(story(number), story().id)
        return all_told(store)

    monkeypatch.setattr(removing, "all_told", asked)
    remove(bucket, tmp_path / "var")
    late.close()
    later.bucket.feed.removals.look()
    later.close()
    assert holding(client, *WORDS) == {}


def test_a_removal_that_cannot_be_read_at_once() -> None:
    """A crawl that cannot read what tells of a removal, as the store does not answer, reads it at its next look."""
    store = MemoryStore()
    article = story()
    line = Change.of("removed", article, key=None, run_id="removal-1")
    tell(store, [line])
    told = Removals(store, clock.now())
    get = store.get

    def away(key: str) -> Any:
        raise StoreError("reading", "nobody answers", "Wait.")

    store.get = away  # type: ignore[method-assign]
    with pytest.raises(StoreError):
        list(told.news())
    store.get = get  # type: ignore[method-assign]
    assert [change.id for _, changes in told.news() for change in changes] == [article.id]


def test_looks_of_a_crawl_under_way(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a crawl noted of an address that was removed meanwhile is not written, and verify finds nothing. That
    another address led there is: nobody asks for that again.
    """
    first = new_session(folder="first")
    crawl(first, story())
    first.close()
    later = new_session(folder="later")
    assert crawl(later, story(), other(1)) == ["unchanged", "new"]
    later.recrawl_policy.alias("https://www.example.com/elsewhere", story().id)
    remove(bucket, tmp_path / "var")
    later.close()
    capfd.readouterr()
    code = main(["verify"], environment_of(bucket))
    assert (code, capfd.readouterr().out.count('problem"')) == (0, 0)
    noted = {word for word in ("quiet-a1", "elsewhere") if any(CHECKS in key for key in holding(client, word))}
    assert noted == {"elsewhere"}


def test_looks_are_not_noted_where_removals_are_not_known(
    new_session: New, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that cannot ask what was removed meanwhile writes no look at a page: it may be one of a removed article."""
    session = new_session()
    session.recrawl_policy.other("https://paper.example/a-page")

    def away(*_: object) -> None:
        raise StoreError("listing the feed", "the bucket is away", "Run again.")

    monkeypatch.setattr(RemovalsUnderWay, "look", away)
    session.close()
    assert list(client.keys(CHECKS)) == []


def test_what_a_long_run_told_lately(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Other addresses that a run told of that began long ago are removed, too, though this machine has not listed its
    segments yet.
    """
    here = replace(bucket, label=None)
    first = new_session(folder="killed", location=here)
    crawl(first, story(), other(1))
    first.close()
    began = clock.now() - timedelta(hours=5)
    line = Change.of("duplicate", story(5), key=None, run_id="x", duplicate_of=story().id)
    key = change_key(f"{began:%Y-%m-%d}", f"{began:%Y%m%dT%H%M%SZ}-000000", 1)
    client.put(key, pack([line.to_line()]))
    capfd.readouterr()
    assert main(["remove", story().id, "--reason", "x", "--yes"], environment(bucket, tmp_path / "killed")) == 0
    assert json.loads(capfd.readouterr().out)["addresses"] == 1


def test_what_was_set_aside(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Torn notes that name the article go with it; verify names what is left of them."""
    first = new_session(folder="first")
    crawl(first, story(), other(1))
    first.close()
    torn = b'{"members": [{"id": "%s", "url": "https://quagga' % story().id.encode()
    aside = f"{SET_ASIDE}clusters/v1/date=2026-11-20/{other(1).id}.json"
    client.put(aside, torn)
    remove(bucket, tmp_path / "var")
    assert holding(client, *WORDS) == {}
    client.put(aside, torn)
    capfd.readouterr()
    assert main(["verify"], environment_of(bucket)) == 3
    assert aside in capfd.readouterr().out


def test_a_page_that_is_read_again(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reextraction that has written its revision, but not the article, when that is removed leaves neither."""
    session = new_session(folder="first")
    crawl(session, story())
    session.bucket.feed.flush()
    key = next(key for key in client.keys(ARTICLES))
    stored = client.get(key)
    assert stored is not None
    before = parse(stored.body, key)
    after = before.model_copy(update={"section": "quagga"})
    put = Client.put

    def then_removed(store: Client, key: str, *arguments: Any, **more: Any) -> str:
        etag = put(store, key, *arguments, **more)
        if key.startswith(REVISIONS):
            monkeypatch.undo()
            erase = Client.delete

            def but_that(store: Client, other: str, **more: Any) -> None:
                if other != key:  # it was not there yet when they were listed
                    erase(store, other, **more)

            monkeypatch.setattr(Client, "delete", but_that)
            remove(bucket, tmp_path / "var")
            monkeypatch.undo()
        return etag

    monkeypatch.setattr(Client, "put", then_removed)
    outcome = Reextracted()
    _write(session.bucket, [Difference(key, before, after, ("section",))], outcome)
    assert outcome.left == {"it changed meanwhile": 1}
    session.close()
    assert holding(client, *WORDS) == {}


def test_a_cluster_whose_memberships_were_not_written(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A cluster from which a killed clustering did not come to write its memberships loses the article, too; verify
    names it where it is left.
    """
    session = new_session(folder="first")
    crawl(session, story(), story(5, edited=True))
    session.close()
    Clustering(client, 30).look()
    key = next(key for key in client.keys(CLUSTERS))
    cluster = client.get(key)
    assert cluster is not None
    client.delete(member_key(story().site, story().id))
    remove(bucket, tmp_path / "var")
    assert list(client.keys(CLUSTERS)) == []
    client.put(key, cluster.body)
    capfd.readouterr()
    assert main(["verify"], environment_of(bucket)) == 3
    assert key in capfd.readouterr().out
