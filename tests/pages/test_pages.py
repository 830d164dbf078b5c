"""Laws of saved pages: every publisher has some, and each is read as it was judged right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcrawler.sites.loading import files_in
from tests.fixtures.sites import SITES
from tests.pages.reading import FOLDER, described, record

PAGES = sorted(FOLDER.glob("*/*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem[:40]}")
def test_a_saved_page_is_read_field_by_field(page: Path) -> None:
    """Each field of the article that is read off a saved page equals the one beside it."""
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    url = expected.pop("url")
    article = record(described(page.parent.name), page.read_text("utf-8"), url)
    assert {name: article[name] for name in expected} == expected
    assert set(article) == set(expected)


@pytest.mark.parametrize("host", [path.stem for path in files_in(SITES)])
def test_every_site_has_a_saved_page(host: str) -> None:
    """A publisher without a saved page is not finished."""
    assert any(page.parent.name == host for page in PAGES), f"save one: python -m tests.pages.save {host} URL"
