"""`mtcrawler sites`: what is described and what is wrong with it, for people and for programs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mtcrawler.cli import main
from tests.cli.test_cli import on_a_terminal

RIGHT = (Path(__file__).parents[1] / "sites" / "gazette.toml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a right definition and one with two faults."""
    (tmp_path / "gazette.example.toml").write_text(RIGHT, "utf-8")
    wrong = RIGHT.replace("gazette", "herald").replace("free = true", "free = 1").replace("h1.title", "h1[[")
    (tmp_path / "herald.example.toml").write_text(wrong, "utf-8")
    return tmp_path


def test_sites_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe each site is a line of JSON; one that is wrong is told on stderr, and the code is 2."""
    assert main(["sites", "list"], {"MTCRAWLER_SITES": str(folder)}) == 2
    told = capsys.readouterr()
    (line,) = map(json.loads, told.out.splitlines())
    assert (line["spider"], line["site"]) == ("gazette", "www.gazette.example")
    assert "herald.example.toml" in told.err
    (folder / "herald.example.toml").unlink()
    assert main(["sites", "list"], {"MTCRAWLER_SITES": str(folder)}) == 0


def test_a_check_tells_every_fault_of_every_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each file is a line of JSON with all of its faults; the code is 2 where there is any, else 0."""
    assert main(["sites", "check"], {"MTCRAWLER_SITES": str(folder)}) == 2
    right, wrong = map(json.loads, capsys.readouterr().out.splitlines())
    assert right["faults"] == []
    assert {fault["key"] for fault in wrong["faults"]} == {"policy.free", "selectors.headline"}
    lines = (folder / "herald.example.toml").read_text("utf-8").splitlines()
    for fault in wrong["faults"]:
        assert lines[fault["line"] - 1].startswith(fault["key"].rpartition(".")[2])
        assert fault["happened"]
        assert fault["remedy"]
    assert main(["sites", "check", str(folder / "gazette.example.toml")], {}) == 0


def test_a_check_is_a_table_on_a_terminal(folder: Path) -> None:
    """People see every fault with its line, how many definitions are right, and a table of sites."""
    environment = {**os.environ, "MTCRAWLER_SITES": str(folder)}
    assert main(["sites", "check"], environment) == 2
    (folder / "herald.example.toml").unlink()
    assert "1 of 1 definitions are right." in on_a_terminal(["sites", "check"], environment)
    assert "The Gazette" in on_a_terminal(["sites", "list"], environment)


@pytest.mark.parametrize("code", ["spiders.nowhere:Page", "spiders.moscowtimes:Nothing", "spiders.moscowtimes:TIMES"])
def test_code_that_is_not_there_is_a_fault(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A definition that names no class of pages is told as wrong, at the key that names it."""
    file = tmp_path / "gazette.example.toml"
    file.write_text(f'code = "{code}"\n{RIGHT}', "utf-8")
    assert main(["sites", "check", str(file)], {}) == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert fault["key"] == "code"


def test_a_folder_or_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither is taken for an empty list of sites."""
    assert main(["sites", "list"], {"MTCRAWLER_SITES": str(tmp_path / "none")}) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert main(["sites", "check", str(tmp_path / "none.toml")], {}) == 2
    assert "cannot be read" in capsys.readouterr().out
