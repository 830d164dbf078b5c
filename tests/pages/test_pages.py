"""Laws of saved pages: every publisher has some, and each is read as it was judged right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pages.reading import FOLDER, record, spiders

PAGES = sorted(FOLDER.glob("*/*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem[:40]}")
def test_a_saved_page_is_read_field_by_field(page: Path) -> None:
    """Each field of the article that is read off a saved page equals the one beside it."""
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    url = expected.pop("url")
    article = record(page.parent.name, page.read_text("utf-8"), url)
    assert {name: article[name] for name in expected} == expected
    assert set(article) == set(expected)


@pytest.mark.parametrize("name", sorted(spiders()))
def test_every_spider_has_a_saved_page(name: str) -> None:
    """A publisher without a saved page is not finished."""
    assert any(page.parent.name == name for page in PAGES), f"save one: python -m tests.pages.save {name} URL"
