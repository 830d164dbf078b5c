"""What is under way while an article is removed does not bring it back, and neither does what waits on a disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.clusters.clustering import Clustering
from mtcrawler.model import clock
from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.session.redelivery import redeliver
from mtcrawler.storage.compact import merging, tables
from mtcrawler.storage.compact.merging import merge
from mtcrawler.storage.compact.tables import Tables
from mtcrawler.storage.feed.merged import covers
from mtcrawler.storage.layout import ARTICLES
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages import writing
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.spool import Spool
from tests.cli.test_compact import environment_of
from tests.fixtures.store import Contents, plan_for
from tests.removal.story import STORY, WORDS, New, other, remove, story
from tests.removal.whole_bucket import files_holding, holding
from tests.session.test_session import crawl
from tests.storage.pages.kept import answer


def test_a_crawl_that_has_the_page_in_flight(
    new_session: New, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """Crawls that stored it just before, know it, or never heard of it, and store it after it was removed, leave
    nothing: neither article nor line, and not its page.
    """
    stranger = new_session(folder="stranger")
    first = new_session(folder="first")
    assert crawl(first, story()) == ["new"]
    first.close()
    knows = new_session(folder="knows")
    assert crawl(knows, story(edited=True)) == ["revised"]  # its line waits on the disk
    remove(bucket, tmp_path / "var")
    for session in (stranger, knows):
        session.bucket.pages.append(writing.page(story().id, [answer(STORY)]))
    assert crawl(stranger, story(), other(1)) == ["new", "new"]
    assert holding(client, *WORDS)
    stranger.close()
    assert holding(client, *WORDS) == {}
    assert knows.writer.save(story(edited=True)).outcome == "new"
    assert holding(client, *WORDS)
    knows.close()
    assert stranger.removed == knows.removed == {story().id}
    assert holding(client, *WORDS) == {}
    assert {change.change for change in Contents.of(bucket).changes if change.id == story().id} == {"removed"}


def test_a_crawl_that_looks_while_objects_are_deleted(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that stores the article between any two deletions of a removal leaves nothing in the end."""
    for number in range(2):
        first = new_session(folder="first")
        crawl(first, story(edited=number == 1))
        first.close()
    knows = new_session(folder="knows")
    delete, deleted = Client.delete, list[str]()

    def then_saved(store: Client, key: str, **more: Any) -> None:
        delete(store, key, **more)
        if story().id in key and store is not knows.client:
            deleted.append(key)
            knows.writer.save(story(edited=True))

    monkeypatch.setattr(Client, "delete", then_saved)
    remove(bucket, tmp_path / "var")
    assert len(deleted) >= 3
    knows.close()
    monkeypatch.undo()
    assert holding(client, *WORDS) == {}


def test_what_a_killed_crawl_left_on_a_disk(new_session: New, bucket: Location, client: Client, tmp_path: Path) -> None:
    """Lines in the journal of a crawl that was killed are not told after the removal, nor is what it stored left."""
    first = new_session(folder="first")
    crawl(first, story())
    first.close()
    killed = new_session(folder="killed")
    assert crawl(killed, story(edited=True)) == ["revised"]
    revised = next(key for key in client.keys(ARTICLES) if story().id in key)
    written = client.get(revised)
    killed.bucket.pages.append(writing.page(story().id, [answer(STORY)]))
    killed.bucket.feed.close()  # the lock goes with the process
    remove(bucket, tmp_path / "var")
    assert written is not None
    client.put(revised, written.body)  # what it was about to write when the objects were deleted
    killed.bucket.close()
    killed._closed = True
    assert files_holding(tmp_path / "killed" / "spool", story().id) or killed.bucket.pages.waiting
    new_session(folder="killed").close()
    assert holding(client, *WORDS) == {}


def test_pages_that_cannot_be_taken_back_are_told(new_session: New, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the end of a run cannot find out whose pages are to go, the run does not end as if nothing were left."""
    session = new_session(keep_pages="changed")
    session.bucket.pages.append(writing.page(story().id, [answer(STORY)]))

    def away() -> None:
        raise StoreUnreachable("listing", "nobody answers", "Wait.")

    monkeypatch.setattr(session.bucket.feed.removals, "look", away)
    session.close()
    assert "kept pages of removed" in str(session.failure)


def test_pages_that_a_killed_crawl_left_are_redelivered_without_it(
    new_session: New, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """Without a crawl, too, pages that waited on a disk come to the bucket without those of removed articles."""
    there = Location.from_mapping(environment_of(bucket))
    assert there is not None
    first = new_session(folder="first", location=there)
    crawl(first, story())
    for article in (story(), other(1)):
        first.bucket.pages.append(writing.page(article.id, [answer(STORY if article.id == story().id else "stays")]))
    first._page_uploads._ending.set()
    first.bucket.pages.close()
    first.close()
    remove(bucket, tmp_path / "var")
    assert redeliver(plan_for(tmp_path / "first", "again", there), there).pages == 1
    assert holding(client, *WORDS) == {}
    assert holding(client, other(1).id)


def test_what_waits_in_a_spool(new_session: New, bucket: Location, client: Client, tmp_path: Path) -> None:
    """An article that waits on a disk, here or on another machine, is dropped and counted once it was removed."""
    first = new_session(folder="first")
    crawl(first, story())
    first.close()
    there = Location.from_mapping(environment_of(bucket))
    assert there is not None
    for folder in ("here", "elsewhere"):
        (tmp_path / folder / "state").mkdir(parents=True)
        spool = Spool(tmp_path / folder / "spool" / there.tag, 1 << 20)
        spool.add(story(edited=True))
        spool.add(story(5), story().id)
        if folder == "here":
            spool.set_aside(story(edited=True))
    remove(bucket, tmp_path / "here")
    assert not files_holding(tmp_path / "here", *WORDS)
    later = new_session(folder="elsewhere", location=there)
    assert later.counts["removed"] == 2
    later.close()
    assert not files_holding(tmp_path / "elsewhere" / "spool" / there.tag, *WORDS).keys() - {
        f"rejected/{story().id}.json"
    }
    assert holding(client, *WORDS) == {}


@pytest.mark.parametrize("job", ["merging", "tables", "clusters"])
def test_a_job_that_has_read_it(
    job: str, new_session: New, bucket: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compaction, or clustering, that read the article before it was removed writes nothing of it in the end."""
    for number in (1, 2):
        session = new_session()
        crawl(session, story(number) if number == 1 else other(2), other(number + 5))
        session.close()

    def then_removed(work: Callable[..., Any]) -> Callable[..., Any]:
        def both(*arguments: Any, **more: Any) -> Any:
            monkeypatch.undo()
            remove(bucket, tmp_path / "var")
            return work(*arguments, **more)

        return both

    if job == "merging":
        monkeypatch.setattr(merging, "covers", then_removed(covers))
        merge(client, keep=timedelta(0), until=clock.now() + timedelta(hours=1))
    elif job == "tables":
        monkeypatch.setattr(tables.Tables, "_file", then_removed(tables.Tables._file))
        Tables(client, workers=0).make()
    else:
        monkeypatch.setattr(Clustering, "_candidates", then_removed(Clustering._candidates))
        Clustering(client, 30).look()
    assert holding(client, *WORDS) == {}
    assert not any(story().id in key for key in holding(client, "signature"))
