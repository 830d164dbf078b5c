"""`mtcrawler show --page`: the kept page of an article in a file, or a word on why there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.offline import POLICY
from tests.fixtures.crawl import environment
from tests.fixtures.store import make_article
from tests.storage.pages.kept import answer
from tests.storage.pages.test_keeping import with_ticket


def test_a_kept_page_is_written_to_a_file(
    bucket: Location, new_session: Callable[..., Session], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page is there with its policy; without one the command says so and ends with 2."""
    session = new_session(keep_pages="changed")
    kept, other = make_article(1), make_article(2)
    session.submit(with_ticket(kept, session.pages.hold(answer("The harvest is in.")))).result()
    session.submit(other).result()
    session.close()
    given, file = environment(bucket, tmp_path), tmp_path / "page.html"
    assert main(["show", kept.id, "--page", "--output", str(file)], given) == 0
    text = file.read_text("utf-8")
    assert "The harvest is in." in text
    assert POLICY.replace("'", "&#x27;") in text
    assert capsys.readouterr().out == f"{file}\n"
    assert main(["show", other.id, "--page"], given) == 2
    assert "KEEP_PAGES" in capsys.readouterr().err
    assert main(["show", other.id, "--output", str(file)], given) == 2
