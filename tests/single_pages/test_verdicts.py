"""Laws of what `mtcrawler try` and `sites try` tell a person: what became of a line, a number, what was not found."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.api import read
from mtcrawler.cli import main
from mtcrawler.cli.pages.verdicts import verdicts
from mtcrawler.model.printable import count
from tests.extraction.any_site.pages import HEADLINE, paragraphs
from tests.fixtures.moody import described_in
from tests.single_pages.site import of_a_command

URL = "https://www.ostervik.example/town/4821.html"


@pytest.mark.parametrize(
    "byline",
    [
        "By Edda Holm, Staff Writer",
        "By Edda Holm | October 17, 2025",
        "Edda Holm and Nils Brandt",
        "By EDDA HOLM",
        "Text: Edda Holm",
        "作者：李晓峰　编辑：罗成",
    ],
)
def test_a_byline_that_was_read_is_told_as_the_authors(byline: str) -> None:
    """A line that names those who sign, with whatever a byline says beside, went into the authors."""
    html = f"<html><body><h1>{HEADLINE}</h1><p class='byline'>{byline}</p>{paragraphs()}</body></html>"
    reading = read(html, URL)
    assert reading.byline
    assert [line.field for line in verdicts(html, reading) if line.text == byline] == ["authors"]


@pytest.mark.parametrize("line", ["By Nils Brandt", "Photo: Edda Holm", "Subscribe to our letter"])
def test_another_line_is_told_as_left_out(line: str) -> None:
    """The byline of another story and a credit are none of it."""
    byline = "<p class='byline'>By Edda Holm</p>"
    html = f"<html><body><h1>{HEADLINE}</h1>{byline}{paragraphs()}<div><p>{line}</p></div></body></html>"
    assert [one.field for one in verdicts(html, read(html, URL)) if one.text == line] == [""]


def test_why_a_site_is_not_reached_is_told_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where no robots.txt can be had one line says so: what was asked, what happened, and what to do."""
    assert main(["try", "http://127.0.0.1:9/x", "--http"], of_a_command(tmp_path)) == 13
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_a_number_of_one_is_in_the_singular() -> None:
    """Nouns agree with their numbers."""
    assert [count(1, "source"), count(2, "source")] == ["1 source", "2 sources"]
    assert [count(1, "entry", "entries"), count(0, "entry", "entries")] == ["1 entry", "0 entries"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("www.papr.example", "Did you mean paper.example?"),
        ("nothing.like.it", "There is paper.example."),
    ],
)
def test_a_definition_that_is_not_there_is_told_with_those_that_are(
    asked: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`sites try` of a host that nobody has described names the hosts that are, and how to describe it."""
    folder = described_in(tmp_path / "sites")
    assert main(["sites", "try", asked], of_a_command(tmp_path) | {"MTCRAWLER_SITES": folder}) == 2
    told = capfd.readouterr().err
    assert said in told
    assert f"mtcrawler sites new {asked}" in told
