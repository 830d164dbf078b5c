"""CSV: the columns of Parquet, texts as they are, what is nested as JSON, and no cell that a spreadsheet computes."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pytest

from mtcrawler.cli import main
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.columns import SCHEMA
from mtcrawler.storage.read.forms.csv_rows import header, rows
from tests.fixtures.store import make_article
from tests.storage.read.test_export import ARTICLES, environment_of, filled

__all__ = ["filled"]

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''=1", "\uff1d1"]


def read(body: bytes) -> list[dict[str, str]]:
    """The rows as any reader of CSV has them."""
    return list(csv.DictReader(io.StringIO(body.decode(), newline="")))


def test_the_columns_are_those_of_parquet() -> None:
    """CSV and Parquet have the same columns in the same order, and the body is JSON in both."""
    assert header().decode().rstrip("\r\n").split(",") == SCHEMA.names
    assert SCHEMA.field("body").type == pa.string()


def test_a_row_says_what_the_article_says() -> None:
    """Texts stand as they are, whatever is in them; null is nothing, and all else is JSON."""
    article = make_article(1, words='He said: "a, b";\r\nthen\x0b left.', headline="Zwölf, „Ü“", subtitle=None)
    body = article.to_json()
    (row,) = read(header() + rows([("2026-11-20", body)]))
    said = json.loads(body)
    assert row["date"] == "2026-11-20"
    assert row["text"] == said["text"]
    assert row["headline"] == "Zwölf, „Ü“"
    assert (row["subtitle"], row["published_at"]) == ("", said["published_at"])
    assert json.loads(row["authors"]) == said["authors"]
    assert json.loads(row["body"]) == said["body"]
    assert (row["word_count"], json.loads(row["access"])["complete"]) == (str(article.word_count), True)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text: str) -> None:
    """A text that begins as a formula does has an apostrophe before it, and without that one it is the text again."""
    (row,) = read(header() + rows([("unknown", make_article(1, headline=text).to_json())]))
    assert row["headline"] == f"'{text}"
    assert re.sub("^'('*[-=+@\t\r\n\uff0b\uff0d\uff1d\uff20])", r"\1", row["headline"]) == text


@pytest.mark.parametrize("text", ["'Tis winter", "Ice - at last", "a=b", "3 = 4", ""])
def test_other_texts_are_left_alone(text: str) -> None:
    """A text that no spreadsheet takes for a formula stands as it is."""
    (row,) = read(header() + rows([("unknown", make_article(1, subtitle=text).to_json())]))
    assert row["subtitle"] == text


def test_it_is_exported(filled: Location, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A file named .csv, or --format csv on standard output, has a header and a row for each article."""
    assert main(["export", str(tmp_path / "all.csv")], environment_of(filled)) == 0
    assert {row["id"] for row in read((tmp_path / "all.csv").read_bytes())} == {article.id for article in ARTICLES}
    capfd.readouterr()
    assert main(["export", "-", "--format", "csv"], environment_of(filled)) == 0
    assert capfd.readouterr().out.encode() == (tmp_path / "all.csv").read_bytes()
