"""`mtcrawler store`: the embedded store from the command line, and the keys of a SeaweedFS of one's own."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from mtcrawler.api import Bucket
from mtcrawler.cli import main
from mtcrawler.storage.embedded import sockets
from mtcrawler.storage.embedded.server import PARTS, Embedded


def test_the_store_is_run_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up starts it, status tells, articles and whoever reads with the library find it without any variable, env prints
    for a shell what names it to others, down stops it; and no socket of it is left.
    """
    var = ["--var", str(tmp_path / "var")]
    try:
        assert main([*var, "store", "status"], {}) == 3
        assert json.loads(capsys.readouterr().out)["running"] is False
        assert main([*var, "store", "up"], {}) == 0
        status = json.loads(capsys.readouterr().out)
        assert (status["running"], status["bucket"]) == (True, "articles")
        assert main(["articles"], {"MTCRAWLER_VAR": var[1]}) == 0
        assert capsys.readouterr().out == ""
        assert main([*var, "store", "env"], {}) == 0
        said = capsys.readouterr().out
        assert said.startswith("# For sh")
        shell = ["/bin/sh", "-eu", "-c", 'eval "$1"; env', "sh", said]
        printed = subprocess.run(shell, env={}, capture_output=True, text=True, check=True).stdout
        environment = dict(line.split("=", 1) for line in printed.splitlines())
        assert environment["AWS_ENDPOINT_URL_S3"] == status["endpoint_url"]
        assert main(["articles"], environment) == 0
        for name in ("S3_BUCKET", "S3_ENDPOINT_URL", "S3_PREFIX"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("MTCRAWLER_VAR", var[1])
        with Bucket() as bucket:
            assert bucket.sites() == []
    finally:
        state = Embedded(tmp_path / "var" / "store")._read()
        running = state is not None and Path(f"/tmp/seaweedfs-s3-grpc-{state.ports['s3.grpc']}.sock").exists()
        assert main([*var, "store", "down"], {}) == 0
    assert capsys.readouterr().out == "stopped\n"
    assert state is not None
    made = [Path(f"/tmp/seaweedfs-{part}-grpc-{state.ports[f'{part}.grpc']}.sock") for part in PARTS]
    assert (running, [path for path in made if path.exists()]) == (True, [])
    assert main([*var, "store", "down"], {}) == 0
    assert capsys.readouterr().out == "was not running\n"


READING = (
    *("articles", "show 12345678", "revisions 12345678", "diff 12345678", "changes", "runs", "report", "verify"),
    *("set-aside articles/v1/x", "export out.jsonl", "store env", "store redeliver"),
)


@pytest.mark.parametrize("named", ["--var", "MTCRAWLER_VAR"])
def test_a_mistyped_folder_holds_nothing(
    named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no store every command that reads one says so in one line with 2, and makes and starts nothing."""
    monkeypatch.chdir(tmp_path)
    typo = tmp_path / "typo"
    for command in READING:
        given = ["--var", str(typo), *command.split()] if named == "--var" else command.split()
        assert main(given, {} if named == "--var" else {named: str(typo)}) == 2, command
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert f"there is nothing in {typo / 'store'}" in said.err
    assert main(["--var", str(typo), "store", "down"], {}) == 0
    assert main(["--var", str(typo), "doctor"], {}) in {0, 3}
    assert f"there is nothing in {typo / 'store'}" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_only_dead_sockets_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket at which another server answers stays, as does a file of its name; one of a dead server goes."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path has few bytes
        monkeypatch.setattr(sockets, "FOLDER", Path(folder))
        names = [Path(folder) / f"seaweedfs-{part}-grpc-{port}.sock" for part, port in (("s3", 2), ("filer", 4))]
        living, dead = (socket.socket(socket.AF_UNIX) for _ in names)
        with living:
            living.bind(str(names[0]))
            living.listen()
            dead.bind(str(names[1]))
            dead.close()
            (Path(folder) / "seaweedfs-admin-grpc-6.sock").touch()
            sockets.remove_dead({"s3": 1, "s3.grpc": 2, "filer": 3, "filer.grpc": 4, "admin": 5, "admin.grpc": 6})
        left = sorted(path.name for path in Path(folder).iterdir())
        assert left == ["seaweedfs-admin-grpc-6.sock", "seaweedfs-s3-grpc-2.sock"]


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
