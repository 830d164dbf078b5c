"""The columns of an export are the model's fields, typed once for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mtcrawler.model.article import Article, Draft
from mtcrawler.storage.read.columns import SCHEMA, column_type

COMPATIBILITY = Path(__file__).parents[2] / "compatibility"
MADE = set(
    "schema_version id revision content_hash previous_hash text word_count similar_to cluster_id".split()
)  # of the draft, by later stages


def test_columns_are_those_of_the_last_release() -> None:
    """Whoever reads the files of an earlier version reads this one's: no column moves, goes or changes its type."""
    assert SCHEMA.to_string() + "\n" == (COMPATIBILITY / "parquet-1.1.txt").read_text("utf-8")


def test_the_columns_of_the_first_release_come_first() -> None:
    """What a later version adds stands after what there was, in a column of its own or at the end of a struct."""
    lines = iter(SCHEMA.to_string().splitlines())
    first = (COMPATIBILITY / "parquet-1.0.txt").read_text("utf-8").splitlines()
    # The line of a struct has all its fields, the new ones too; they follow, each on a line of its own.
    assert all(line in lines for line in first if "struct<" not in line)


def test_every_field_is_a_column() -> None:
    """The columns are the article's fields, and the day it lies under."""
    assert set(SCHEMA.names) == {*Article.model_fields, "date"}


@pytest.mark.parametrize("kind", [set[str], bytes, int | str, None], ids=str)
def test_a_type_without_a_column_is_refused(kind: Any) -> None:
    """A field that would make no column fails when the columns are made, not when an article is exported."""
    with pytest.raises(TypeError, match="no column type"):
        column_type(kind)


def test_a_draft_has_what_an_article_has() -> None:
    """What a page says is named, ordered and typed alike in draft and article, but for what every article must have."""
    said = {name: field for name, field in Draft.model_fields.items() if not field.exclude}
    assert list(said) == [name for name in Article.model_fields if name not in MADE]
    loose = {name for name, field in said.items() if field.annotation != Article.model_fields[name].annotation}
    assert loose == {"language", "headline"}
