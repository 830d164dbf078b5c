"""`mtcrawler settings` speaks the language of whoever sets them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mtcrawler.cli import main
from tests.fixtures.crawl import ROOT, environment


def test_settings_are_shown_as_a_person_would_set_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal no value is Python's, one that is not set says so, and no link stands without its page."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["settings"], {}) == 0
    said = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert re.findall(r"\b(?:None|True|False|PosixPath|datetime)\b|\(\)|\{\}|\(why\)", said) == []
    assert re.search(r"S3_BUCKET +\(not set\)", said)
    assert re.search(r"EMBEDDED_STORE= +1\n", said)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["settings"], 2),
        (["try", "http://127.0.0.1:1/a", "--http"], 2),
        (["sites", "new", "127.0.0.1:1"], 2),
        (["doctor"], 3),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_an_unknown_project_is_told_by_every_command(command: list[str], code: int, tmp_path: Path) -> None:
    """Whatever reads the project's settings says that SCRAPY_PROJECT is unknown and names those it knows."""
    (tmp_path / "sites").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", *command],
        cwd=ROOT,
        env=environment(None, tmp_path) | {"SCRAPY_PROJECT": "prod", "MTCRAWLER_SITES": str(tmp_path / "sites")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert "reading SCRAPY_PROJECT: 'prod' is not in scrapy.cfg" in said
    assert "Choose from default, production, test." in said
    assert "Traceback" not in said
