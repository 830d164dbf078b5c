"""`mtcrawler store`: the embedded store from the command line, and the keys of a SeaweedFS of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcrawler.cli import main


def test_the_store_is_run_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Up starts it, status tells, articles reads it without any variable set, down stops it."""
    var = ["--var", str(tmp_path / "var")]
    try:
        assert main([*var, "store", "status"], {}) == 3
        assert json.loads(capsys.readouterr().out)["running"] is False
        assert main([*var, "store", "up"], {}) == 0
        status = json.loads(capsys.readouterr().out)
        assert (status["running"], status["bucket"]) == (True, "articles")
        assert main(["articles"], {"MTCRAWLER_VAR": var[1]}) == 0
        assert capsys.readouterr().out == ""
    finally:
        assert main([*var, "store", "down"], {}) == 0
    assert capsys.readouterr().out == "stopped\n"
    assert main([*var, "store", "down"], {}) == 0
    assert capsys.readouterr().out == "was not running\n"


def test_a_server_of_ones_own_gets_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What closes a SeaweedFS is written for its owner alone; a key that is there stays, as a server may use it."""
    folder = tmp_path / "keys"
    assert main(["store", "keys", str(folder)], {}) == 0
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(written) == {"server.pem", "security.toml", "credential.toml"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    (folder / "security.toml").write_text("")
    assert main(["store", "keys", str(folder)], {}) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written
    capsys.readouterr()
    for wrong in (["keys"], ["up", str(folder)], ["keys", str(folder / "server.pem" / "x")]):
        assert main(["store", *wrong], {}) != 0
        said = capsys.readouterr().err
        assert said.startswith("mtcrawler: ")
        assert said.count("\n") == 1
