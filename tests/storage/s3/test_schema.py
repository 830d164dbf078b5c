"""The published schema: the committed one, the bucket's and the model's are the same."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from mtcrawler.storage.capabilities import schema_bytes
from tests.fixtures.store import make_article

COMMITTED = Path(__file__).parents[3] / "docs" / "article-1.schema.json"


def test_the_committed_schema_is_the_models() -> None:
    """docs/article-1.schema.json is what the model gives (mtcrawler schema > docs/article-1.schema.json)."""
    assert COMMITTED.read_bytes() == schema_bytes()


def test_the_schema_is_a_schema_and_takes_articles() -> None:
    """It is valid 2020-12; a stored article holds to it, with its keys in the order of the contract."""
    schema = json.loads(COMMITTED.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    stored = json.loads(make_article().to_json())
    jsonschema.Draft202012Validator(schema).validate(stored)
    assert list(stored) == list(schema["properties"])


@pytest.mark.parametrize("wrong", [{"revision": 0}, {"headline": None}, {"kind": "poem"}, {"mood": "cold"}], ids=str)
def test_the_schema_refuses_what_is_no_article(wrong: dict[str, object]) -> None:
    """A consumer who validates finds a missing, wrong or unannounced field."""
    validator = jsonschema.Draft202012Validator(json.loads(COMMITTED.read_bytes()))
    assert not validator.is_valid({**json.loads(make_article().to_json()), **wrong})
