"""`mtcrawler remove`: no word is left, nobody brings it back, and whatever ends it early, a second one finishes it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.clusters.clustering import Clustering
from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.errors import StoreError
from mtcrawler.removal import removing
from mtcrawler.storage.compact.merging import merge
from mtcrawler.storage.compact.tables import Tables
from mtcrawler.storage.feed.segments import pack
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import CHANGES, check_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.cli.test_compact import environment_of
from tests.fixtures.store import Contents, s3_of
from tests.removal.story import OTHER_FORM, REASON, WORDS, New, filled, other, remove, story
from tests.removal.whole_bucket import files_holding, holding
from tests.session.test_session import crawl

__all__ = ["filled"]


def test_no_word_of_it_is_anywhere(
    filled: Location, new_session: New, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """After a removal, a crawl, a compaction, an export and a rebuild from the feed no word of it is anywhere."""
    remove(filled, tmp_path / "var")
    assert holding(client, *WORDS) == {}
    fresh = new_session(folder="fresh", snapshot_segments=1)
    assert crawl(fresh, story(), story(5, edited=True), story(9, edited=True), other(3)) == [*["removed"] * 3, "new"]
    assert fresh.recrawl_policy.removed(OTHER_FORM)
    fresh.close()
    merge(client, keep=timedelta(0), until=clock.now() + timedelta(hours=1))
    assert Tables(client, workers=0).make().missing == 0
    Clustering(client, 30).look()
    for name in ("a.jsonl", "a.parquet"):
        assert main(["export", str(tmp_path / name), "--workers", "0"], environment_of(filled)) == 0
    capfd.readouterr()
    assert main(["verify"], environment_of(filled)) == 0
    assert json.loads(capfd.readouterr().out)["removed"] == 3
    assert holding(client, *WORDS) == {}
    assert files_holding(tmp_path, *WORDS) == {}


def test_the_feed_says_so_and_cursors_go_on(filled: Location, client: Client, tmp_path: Path) -> None:
    """Who reads on hears of the removal, with address and reason; who begins anew hears of nothing else of it."""
    with Bucket(filled) as reader:
        changes = reader.changes()
        before = [change.id for change in changes]
        remove(filled, tmp_path / "var")
        since = list(reader.changes(changes.cursor))
        anew = [change for change in reader.changes() if change.id == story().id or change.duplicate_of == story().id]
    assert {change.change for change in since} == {"removed"}
    told = next(change for change in since if change.id == story().id)
    assert (told.canonical_url, told.reason) == (story().canonical_url, REASON)
    assert {change.id for change in since} == {one.id for one in (story(), story(5))} | {article_id(OTHER_FORM)}
    assert story().id in before
    assert {change.change for change in anew} == {"removed"}
    assert not any(change.headline or change.signature for change in anew)


def test_again_does_nothing_more(
    filled: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A second removal, by whichever of its addresses, finds nothing to do and tells the feed nothing."""
    remove(filled, tmp_path / "var")
    before = {key: client.head(key) for key in client.keys(CHANGES)}
    for asked in (story().canonical_url, story().id[:9], story(5).canonical_url, OTHER_FORM):
        capfd.readouterr()
        remove(filled, tmp_path / "var", asked)
        said = json.loads(capfd.readouterr().out)
        assert (said.pop("articles"), said.pop("addresses")) == (1, 2)
        assert not any(said.values())
    assert before.keys() == set(client.keys(CHANGES))


STEPS = ("all_told", "tell", "erase", "Redaction", "tables", "clusters", "erase_pages", "RunFiles", "notes")


class Ends:
    """A step at which the machine goes away."""

    def __getattr__(self, name: str) -> object:
        return self if name != "check" else lambda *arguments: None

    def __call__(self, *arguments: object, **more: object) -> object:
        raise StoreError("removing", "the machine went away", "Run it again.")


def test_ended_at_any_step_the_same_again_finishes_it(
    filled: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever removals end early, one that is not ended finishes what they left, and nothing fails meanwhile."""
    for step in STEPS:
        with monkeypatch.context() as patched:
            patched.setattr(removing, step, Ends())
            line = ["--var", str(tmp_path / "var"), "remove", story().id, "--reason", REASON, "--yes"]
            assert main(line, environment_of(filled)) != 0
        assert holding(client, *WORDS) or step in STEPS[-1:]
    assert main(["verify"], environment_of(filled)) == 0
    remove(filled, tmp_path / "var")
    assert holding(client, *WORDS) == {}


def test_what_a_long_crawl_told_last_is_known(
    new_session: New, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """Though the feed was listed here a moment ago, what a crawl that began hours before has told since counts."""
    there = Location.from_mapping(environment_of(bucket))
    assert there is not None
    for _ in range(2):
        here = new_session(folder="var", location=there)
        crawl(here, story())
        here.close()
    now = clock.now()
    began = now - timedelta(hours=5)
    look = Check(url=OTHER_FORM, at=now, outcome="alias", same_as=story().id)
    key = check_key(f"{began:%Y-%m-%d}", f"{began:%Y%m%dT%H%M%SZ}-abcdef", 1)
    client.put(key, pack([look.model_dump_json().encode() + b"\n"]))
    remove(bucket, tmp_path / "var")
    assert {change.canonical_url for change in Contents.of(bucket).changes if change.change == "removed"} == {
        story().canonical_url,
        OTHER_FORM,
    }


def test_a_bucket_that_keeps_earlier_versions_is_told(
    filled: Location, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where what was removed can still be read in earlier versions of objects, that is said, and is no success."""
    s3_of(filled).put_bucket_versioning(Bucket=filled.bucket, VersioningConfiguration={"Status": "Enabled"})
    line = ["--var", str(tmp_path / "var"), "remove", article_id(story().canonical_url), "--reason", REASON, "--yes"]
    assert main(line, environment_of(filled)) == 3
    told = capfd.readouterr()
    assert json.loads(told.out)["earlier_versions"] is True
    assert "delete noncurrent versions" in told.err
