"""docs/operating-troubles.md promises nothing that no test shows."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tools.architecture import ROOT

DOCUMENT = ROOT / "docs" / "operating-troubles.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in DOCUMENT.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| condition")
]


@cache
def defined_in(path: Path) -> set[str]:
    """The tests that a file defines."""
    defined = ast.parse(path.read_text("utf-8")).body
    return {one.name for one in defined if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=[row[0][:60] for row in ROWS])
def test_every_trouble_has_a_test_that_exists(row: list[str]) -> None:
    """A row tells a condition, what happens then, and at least one test, each of which is in its file."""
    condition, happens, shown = row
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", shown)
    assert condition
    assert happens
    assert named
    assert " ".join(f"`{file}::{test}`" for file, test in named) == shown
    assert [(file, test) for file, test in named if test not in defined_in(ROOT / "tests" / file)] == []


def test_troubles_are_in_the_table() -> None:
    """The rows are found at all: reported troubles are many."""
    assert len(ROWS) > 60
