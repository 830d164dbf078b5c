"""A bucket as version 0.1.0 left it, in `bucket-1.0.jsonl`, is read, verified and continued.

Its articles are invented. A line is an object: its key, its metadata, and its bytes as text or in Base64. What a
released version wrote is never changed here; another version gets another file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mtcrawler.fetch.mode.auto import Auto
from mtcrawler.runs.outcome import drift
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import ARTICLES, CHANGES, CHECKS, REVISIONS, RUNS, SCHEMA_KEY, SNAPSHOTS
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.verify import Problem, verify
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from tests.fixtures.memory import MemoryStore
from tests.fixtures.store import SITE, make_article

OBJECTS = [json.loads(line) for line in (Path(__file__).parent / "bucket-1.0.jsonl").read_text("utf-8").splitlines()]
CURSOR = "c1.eNqLrlYyMjAy0zU01DWyVLKKVkrLLCou0TVU0lEqTk3Oz0sBMmNrdaprYwHtiwwQ"
"""What that version gave once it had told of every change."""
FIRST = make_article(1)
LATER = FIRST.provenance.model_copy(update={"fetched_at": datetime(2026, 11, 29, tzinfo=UTC)})
ALIAS = "https://www.themoscowtimes.com/2026/11/20/old-a1"
LONG = " ".join(f"Ice closed the canal in year {year} and boats lay still until thaw." for year in range(30))


def fill(store: ObjectStore) -> None:
    """Put every object where it lay."""
    for one in OBJECTS:
        body = one["text"].encode() if "text" in one else base64.b64decode(one["base64"])
        store.put(one["key"], body, metadata=one["metadata"])


@pytest.fixture
def old(bucket: Location, client: Client) -> Location:
    """That bucket on a real server."""
    fill(client)
    return bucket


def problems(location: Location) -> list[Problem]:
    """What is wrong with it."""
    found: list[Problem] = []
    verify(location, found.append)
    return found


def test_it_is_read(old: Location) -> None:
    """Every article, revision, change and manifest is read, and nothing is left out."""
    with Bucket(old) as reader:
        articles = {article.id: article for article in reader.articles()}
        assert {article.revision for article in articles.values()} == {1, 2}
        assert len(articles) == 4
        history = list(reader.revisions(FIRST.canonical_url))
        assert [one.text.partition(".")[0] for one in history] == [
            "The river froze late this year",
            "The river froze early this year",
        ]
        assert [manifest["outcome"] for manifest in reader.manifests()] == ["partial"]
        kinds = [change.change for change in reader.changes()]
        assert sorted(kinds) == ["duplicate", "gone", "new", "new", "new", "new", "revised", "walled"]
        (cluster,) = reader.clusters()
        assert set(cluster) <= set(articles)
        (duplicate,) = history[0].alternate_urls
        assert reader.get(duplicate) == history[0]
        assert reader.get(ALIAS) == articles[make_article(2).id]
        assert reader.left_out == []


def test_it_verifies(old: Location) -> None:
    """It holds to the contract as this version reads it."""
    assert problems(old) == []


def test_its_cursor_goes_on(old: Location, new_session: Callable[..., Session]) -> None:
    """A consumer that had all of it hears what is new since then, and that alone."""
    with Bucket(old) as reader:
        assert list(reader.changes(CURSOR)) == []
        session = new_session()
        session.writer.save(make_article(7))
        session.close()
        assert [change.id for change in reader.changes(CURSOR)] == [make_article(7).id]


def test_it_is_continued(old: Location, client: Client, new_session: Callable[..., Session]) -> None:
    """What is stored stays as it is, an edit is its next revision, and a new near-duplicate joins the old cluster."""
    before = {key: client.get(key) for key in client.keys("") if key != SCHEMA_KEY}
    session = new_session(snapshot_segments=1)
    assert session.unreadable == 0
    for same in (make_article(2, words=LONG), make_article(1, words="The river froze late this year.")):
        assert session.submit(same).result().outcome == "unchanged"
    assert {key: client.get(key) for key in before} == before
    known = session.known.get(FIRST.id)
    assert known is not None
    assert known.key is not None
    edited = make_article(1, words="The river did not freeze.", provenance=LATER)
    assert session.submit(edited).result().revision == 3
    near = session.relate(make_article(8, words=LONG.replace("year 9", "year nine"))).result()
    alike = session.submit(near).result()
    session.close()
    changed = {key for key, stored in before.items() if client.get(key) != stored}
    assert {key for key in changed if not key.startswith(SNAPSHOTS)} == {known.key}
    with Bucket(old) as reader:
        assert [one.revision for one in reader.revisions(FIRST.id)] == [3, 2, 1]
        assert [len(cluster) for cluster in reader.clusters()] == [3]
    assert alike.outcome == "new"
    assert problems(old) == []


def test_its_snapshot_is_used(old: Location, client: Client, new_session: Callable[..., Session]) -> None:
    """A machine that knows nothing yet begins with the old snapshot, which tells what the feed does."""
    session = new_session()
    told = sorted(session.known.stored(), key=lambda one: one.id)
    session.close()
    for key in client.keys(SNAPSHOTS):
        client.delete(key)
    again = new_session(folder="without a snapshot")
    assert sorted(again.known.stored(), key=lambda one: one.id) == told
    assert len(told) == 4
    assert {key.split("/")[0] + "/v1/" for key in client.keys("")} >= {ARTICLES, CHANGES, CHECKS, REVISIONS, RUNS}


def test_what_its_runs_learned_is_used(tmp_path: Path) -> None:
    """The baseline, what was learned of templates and the lease, given back, are read; nothing is left out."""
    store = MemoryStore()
    fill(store)
    baseline, etag = drift.recall(store, "moscowtimes")
    assert [profile.pages for profile in baseline.series[""]] == [900]
    assert etag is not None
    auto: Auto[str] = Auto(SITE, "moscowtimes/1", free=True)
    auto.recall(store)
    assert auto.history.templates["article/news"].compared == 1
    with Lease(store, "moscowtimes", "third", tmp_path):
        pass
    assert store.left_out.found == []
