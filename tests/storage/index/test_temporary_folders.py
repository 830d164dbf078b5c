"""What a killed run leaves while it unpacks a snapshot is removed by the next run, and nothing of a living one's."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.temporary_folders import sweep, temporary_folder
from mtcrawler.storage.s3.client import Client

UNPACKING = """
import sys, time
from pathlib import Path
from mtcrawler.storage.index.temporary_folders import temporary_folder
with temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "table").write_bytes(bytes(1000))
    print(folder, flush=True)
    time.sleep(600)
"""


@contextmanager
def unpacking(parent: Path) -> Iterator[Path]:
    """The folder of a process that unpacks without end, and is killed afterwards."""
    with subprocess.Popen([sys.executable, "-c", UNPACKING, str(parent)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_a_killed_run_s_folder_is_swept_by_the_next(tmp_path: Path, client: Client) -> None:
    """The folder of a killed process goes when the next run opens its state, also where its table is there already; one
    that is in use stays until its own end.
    """
    with unpacking(tmp_path) as in_use:
        with unpacking(tmp_path) as left:
            assert left.is_dir()
        (tmp_path / "known.sqlite").touch()
        assert not snapshots.fetch(client, tmp_path / "known.sqlite")
        assert (in_use / "table").is_file()
        assert not left.exists()
    assert sweep(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["known.sqlite"]


def test_a_folder_that_was_used_is_gone(tmp_path: Path) -> None:
    """Whatever happens in it."""
    with suppress(ValueError), temporary_folder(tmp_path) as folder:
        (folder / "table").touch()
        raise ValueError
    assert list(tmp_path.iterdir()) == []


def test_what_only_looks_like_one_stays(tmp_path: Path) -> None:
    """Files and links by that name are somebody else's."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "unpacking-file").touch()
    (tmp_path / "unpacking-link").symlink_to(tmp_path / "elsewhere")
    assert sweep(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_locked_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folders have no locks, as on NFS, a run unpacks without one, and nothing of another run's is swept."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with temporary_folder(tmp_path) as folder:
        assert sweep(tmp_path) == 0
        assert folder.is_dir()
    assert not folder.exists()
