"""The tables in the documentation are made from the model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtcrawler.config.reading import described
from mtcrawler.config.schema import Settings
from mtcrawler.config.tables import TABLES, documents, renewed
from mtcrawler.model.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("document", documents(ROOT), ids=lambda path: path.name)
def test_the_tables_are_as_the_code_has_them(document: Path) -> None:
    """A table between markers is what `make docs-tables` writes there."""
    text = document.read_text("utf-8")
    assert renewed(text, str(document.relative_to(ROOT))) == text


def test_every_table_stands_in_one_document() -> None:
    """No table is left out, and no marker names a table that nobody makes."""
    marked = [
        name
        for document in documents(ROOT)
        for name in re.findall(r"<!-- table: (.+?) -->", document.read_text("utf-8"))
    ]
    assert sorted(marked) == sorted(TABLES)


@pytest.mark.parametrize("text", ["<!-- table: exit codes -->\nrest\n", "<!-- table: exit codes -->\n" * 2])
def test_a_table_without_an_end_costs_no_text(text: str) -> None:
    """A document whose markers do not match is refused, so that nothing of it is taken for a table."""
    with pytest.raises(ValueError, match="table"):
        renewed(text, "README.md")


def test_every_setting_and_exit_code_is_in_the_documentation() -> None:
    """A setting is found by its variable, or by its name where it has none; an exit code by its number."""
    text = "".join(document.read_text("utf-8") for document in documents(ROOT))
    for name in Settings.model_fields:
        assert f"\n| `{described(name).variable or name}`" in text, name
    for code in ExitCode:
        assert f"\n| {code.value} |" in text, code
