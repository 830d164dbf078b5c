"""`mtcrawler remove`: no word is left, nobody brings it back, and whatever ends it early, the same again finishes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.clusters.clustering import Clustering
from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.errors import StoreError
from mtcrawler.removal import removing
from mtcrawler.session.session import Session
from mtcrawler.storage.compact.merging import merge
from mtcrawler.storage.compact.tables import Tables
from mtcrawler.storage.layout import CHANGES
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.cli.test_compact import environment_of
from tests.fixtures.store import SITE, make_article
from tests.removal.whole_bucket import files_holding, holding
from tests.session.test_session import crawl

New = Callable[..., Session]

STORY = " ".join(f"quagga{number}" for number in range(60))
WORDS = ("quagga", "Quagga")
OTHER_FORM = f"https://{SITE}/amp/2026/11/20/quiet-a1"
REASON = "a court asked for it"


def story(number: int = 1, *, edited: bool = False, **fields: object) -> Article:
    """The article that is to go; at another number it is the same text elsewhere."""
    text = STORY + (" quaggaagain" if edited else "")
    url = f"https://{SITE}/2026/11/20/quiet-a{number}"
    day = clock.now() - timedelta(days=2)
    return make_article(words=text, headline="Quagga", url=url, published_at=day, **fields)


def other(number: int) -> Article:
    """An article that stays."""
    words = " ".join(f"word{number}x{at}" for at in range(60))
    return make_article(words=words, url=f"https://{SITE}/2026/11/20/stays-a{number}", headline=f"Stays {number}")


def near(number: int) -> Article:
    """One of another paper that is nearly the same, and stays: not a word of the story's own is in it."""
    words = " ".join(f"agency{at}" for at in range(100))
    url = f"https://paper{number}.example/agency"
    day = clock.now() - timedelta(days=1)
    return make_article(words=words, url=url, site=f"paper{number}.example", published_at=day, headline="Agency")


@pytest.fixture
def filled(new_session: New, bucket: Location, client: Client) -> Location:
    """Two revisions of the story, two further addresses, other articles; clusters, tables, evidence, a snapshot."""
    for number, articles in enumerate(
        ([story(alternate_urls=[OTHER_FORM]), other(1)], [story(edited=True), story(5, edited=True), other(2)])
    ):
        session = new_session(snapshot_segments=1)
        crawl(session, *articles)
        name = f"evidence/{story().id}-wall-before.png"
        session.put_run_file(session.run_id, f"2026-11-2{number}", name, b"quagga, a picture", "image/png")
        session.close()
    merge(client, keep=timedelta(0), until=clock.now() + timedelta(hours=1))
    Tables(client, workers=0).make()
    Clustering(client, 30).look()
    assert len(holding(client, *WORDS)) >= 9
    return bucket


def remove(bucket: Location, var: Path, *asked: str) -> dict[str, int]:
    """Remove it from the command line."""
    line = ["--var", str(var), "remove", *(asked or (story().id,)), "--reason", REASON, "--yes"]
    assert main(line, environment_of(bucket)) == 0
    return {}


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
    """Whoever reads on hears of the removal, with id, address and reason; whoever begins hears of nothing else of it."""
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


STEPS = ("all_told", "tell", "erase", "Redaction", "tables", "clusters", "RunFiles", "notes")


@pytest.mark.parametrize("step", STEPS)
def test_ended_at_any_step_the_same_again_finishes_it(
    step: str, filled: Location, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a removal ends early, nobody stores the article from the first step on, and a second one finishes."""

    class Ends:
        def __getattr__(self, name: str) -> object:
            if name == "check":
                return lambda *arguments: None
            raise StoreError("removing", "the machine went away", "Run it again.")

        def __call__(self, *arguments: object, **more: object) -> object:
            raise StoreError("removing", "the machine went away", "Run it again.")

    with monkeypatch.context() as patched:
        patched.setattr(removing, step, Ends())
        line = ["--var", str(tmp_path / "var"), "remove", story().id, "--reason", REASON, "--yes"]
        assert main(line, environment_of(filled)) != 0
    remove(filled, tmp_path / "var")
    assert holding(client, *WORDS) == {}
    assert main(["verify"], environment_of(filled)) == 0
