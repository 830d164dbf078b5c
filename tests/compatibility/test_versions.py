"""Articles of every released schema version, and of versions yet to come, stay readable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcrawler.model.article import SCHEMA_VERSION, Article
from mtcrawler.model.errors import StoreError
from mtcrawler.storage.layout import ARTICLES
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.s3.client import Client

FOLDER = Path(__file__).parent
RELEASED = sorted(FOLDER.glob("article-*.json"))


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_an_article_of_every_version_is_read(path: Path, bucket: Location, client: Client) -> None:
    """What a released version wrote is read with every value it has; these files are never changed."""
    said = json.loads(path.read_bytes())
    assert path.stem == f"article-{said['schema_version']}"
    client.put(f"{ARTICLES}site={said['site']}/date=2026-11-20/{said['id']}.json", path.read_bytes())
    with Bucket(bucket) as reader:
        (article,) = reader.articles()
    read = article.model_dump(mode="json")
    read["provenance"] = {name: read["provenance"][name] for name in said["provenance"]}
    assert {name: read[name] for name in said} == said


def test_the_present_version_has_its_article() -> None:
    """Whoever raises the version saves an article of it here (`mtcrawler show ID --json`)."""
    assert FOLDER / f"article-{SCHEMA_VERSION}.json" in RELEASED


def test_an_article_of_a_later_minor_version_is_read() -> None:
    """Fields, blocks' fields and words that a later 1.x adds are left out; the article is read."""
    later = json.loads((FOLDER / "article-1.0.json").read_bytes())
    later["schema_version"] = "1.7"
    later["mood"] = "cold"
    later["provenance"]["weather"] = {"snow": True}
    later["body"][0]["tone"] = "dry"
    article = parse(json.dumps(later).encode(), "key", lenient=True)
    now = json.loads((FOLDER / "article-1.0.json").read_bytes())
    assert article.text == now["text"]
    assert article == Article.model_validate({**now, "schema_version": SCHEMA_VERSION})
    with pytest.raises(StoreError):  # whoever would write it back must not take the new fields away
        parse(json.dumps(later).encode(), "key")


@pytest.mark.parametrize("wrong", [{"schema_version": "2.0"}, {"headline": None}, {"revision": 0}], ids=str)
def test_another_contract_is_refused(wrong: dict[str, object]) -> None:
    """A major version is another contract, and a damaged article is none of any."""
    now = json.loads((FOLDER / "article-1.0.json").read_bytes())
    with pytest.raises(Exception, match="no article of this contract"):
        parse(json.dumps({**now, **wrong}).encode(), "key", lenient=True)
