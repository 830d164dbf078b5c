"""An article that is to go, among others, in a bucket with everything that a bucket can have of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.cli import main
from mtcrawler.clusters.clustering import Clustering
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.runs.telemetry.manifest import ErrorGroup
from mtcrawler.session.session import Session
from mtcrawler.storage.compact.merging import merge
from mtcrawler.storage.compact.tables import Tables
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages import writing
from mtcrawler.storage.port import JSON
from mtcrawler.storage.s3.client import Client
from tests.cli.test_compact import environment_of
from tests.fixtures.store import SITE, make_article
from tests.removal.whole_bucket import holding
from tests.runs.telemetry import full
from tests.session.test_session import crawl
from tests.storage.pages.kept import answer

New = Callable[..., Session]

STORY = " ".join(f"quagga{number}" for number in range(60))
WORDS = ("quagga", "Quagga")
OTHER_FORM = f"https://{SITE}/amp/2026/11/20/quiet-a1"
REASON = "a court asked for it"


def story(number: int = 1, *, edited: bool = False, **fields: Any) -> Article:
    """The article that is to go; at another number it is the same text elsewhere."""
    text = STORY + (" quaggaagain" if edited else "")
    url = f"https://{SITE}/2026/11/20/quiet-a{number}"
    day = clock.now() - timedelta(days=2)
    return make_article(words=text, headline="Quagga", url=url, published_at=day, **fields)


def other(number: int) -> Article:
    """An article that stays."""
    words = " ".join(f"word{number}x{at}" for at in range(60))
    return make_article(words=words, url=f"https://{SITE}/2026/11/20/stays-a{number}", headline=f"Stays {number}")


@pytest.fixture
def filled(new_session: New, bucket: Location, client: Client) -> Location:
    """Two revisions of the story, two further addresses, other articles; clusters, tables, run files, a snapshot."""
    for number, articles in enumerate(
        ([story(alternate_urls=[OTHER_FORM]), other(1)], [story(edited=True), story(5, edited=True), other(2)])
    ):
        session = new_session(snapshot_segments=1)
        crawl(session, *articles)
        name = f"evidence/{story().id}-wall-before.png"
        session.bucket.pages.append(writing.page(story().id, [answer(STORY)]))
        session.put_run_file(session.run_id, f"2026-11-2{number}", name, b"quagga, a picture", "image/png")
        error = ErrorGroup(name="MissingField", count=1, example="no body after Quagga", url=story().canonical_url)
        manifest = full.manifest().model_copy(update={"run_id": session.run_id, "errors": [error]})
        session.put_run_file(session.run_id, f"2026-11-2{number}", "manifest.json", manifest.to_json(), JSON)
        session.close()
    merge(client, keep=timedelta(0), until=clock.now() + timedelta(hours=1))
    Tables(client, workers=0).make()
    Clustering(client, 30).look()
    assert len(holding(client, *WORDS)) >= 13
    return bucket


def remove(bucket: Location, var: Path, *asked: str) -> None:
    """Remove it from the command line."""
    line = ["--var", str(var), "remove", *(asked or (story().id,)), "--reason", REASON, "--yes"]
    assert main(line, environment_of(bucket)) == 0
