"""Laws of saved pages: every publisher has some, and each is read as it was judged right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcrawler.sites.loading import files_in, load_definition
from tests.fixtures import sites
from tests.fixtures.sites import SITES
from tests.pages import save
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


@pytest.mark.parametrize("host", [path.stem for path in files_in(SITES) if not load_definition(path).untried])
def test_every_site_has_a_saved_page(host: str) -> None:
    """A publisher without a saved page is not finished, and so is untried."""
    assert any(page.parent.name == host for page in PAGES), f"save one: python -m tests.pages.save {host} URL"


def test_a_page_without_an_article_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the body's selector fits nothing, one line names it, and neither page nor article is written."""

    async def rendered(*_: object) -> str:
        return "<article><h1>The ferry stays</h1><p>It sails at ten.</p></article>"

    definition = sites.described(selectors={"body": ".nowhere"})
    url = "https://paper.example/2026/11/20/ferry"
    monkeypatch.setattr(save, "FOLDER", tmp_path)
    monkeypatch.setattr(save, "rendered", rendered)
    monkeypatch.setattr(save, "described", lambda _: definition)
    monkeypatch.setattr("sys.argv", ["save", "paper.example", url])
    assert save.main() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"save: Saving {url}: no body; its selector, '.nowhere', may fit nothing")
    assert not list(tmp_path.rglob("*.*"))
