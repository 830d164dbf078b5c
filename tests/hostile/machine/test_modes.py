"""Laws of what others on the machine may read of what a crawl keeps: nothing, whatever the umask."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mtcrawler.security import private_files
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.hostile.edition import places, read, tag_of
from tests.newspaper import Newspaper


def test_local_data_is_closed_to_others(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """Whatever the umask and whatever modes there were before, only its owner may read what a crawl keeps."""
    var = tmp_path / "var"
    spool, journal = places(var, bucket)
    for folder in (spool, journal):
        folder.mkdir(parents=True)
    for name in (tag_of(bucket), "0123456789ab"):
        (var / "state" / f"known-{name}.sqlite").touch(0o644)
    (spool / "rejected").mkdir(0o755)
    (spool / "rejected" / "old.json").touch(0o644)
    for folder in (var / "state", var / "spool", spool, journal):
        folder.chmod(0o755)
    before = os.umask(0)
    try:
        run = read(paper, bucket, var, S_LOG_FILE=str(var / "crawl.log"))
    finally:
        os.umask(before)
    assert run.code == 0, run.said
    assert stat.S_IMODE((var / "crawl.log").stat().st_mode) == private_files.FILE
    for path in (*(var / "state").rglob("*"), *(var / "spool").rglob("*"), var / "state", var / "spool"):
        target = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == target, path


def test_what_a_crawl_makes_is_its_owners(paper: Newspaper, tmp_path: Path) -> None:
    """Everything under a folder for local data that a crawl makes, itself included, is its owner's alone."""
    var = tmp_path / "new" / "var"
    before = os.umask(0o022)
    try:
        assert read(paper, None, var).code == 0
        for path in (var.parent, var, *var.rglob("*")):
            assert path.is_symlink() or not path.lstat().st_mode & private_files.OTHERS, path
    finally:
        os.umask(before)
        Embedded(var / "store").down(wait=0)


def test_the_embedded_store_is_closed_to_others(paper: Newspaper, tmp_path: Path) -> None:
    """The embedded store's folder, its log and its keys are its owner's alone, also where they were everybody's."""
    var = tmp_path / "var"
    (var / "store" / "data").mkdir(parents=True)
    (var / "store" / "server.log").touch(0o644)
    for folder in (var / "store", var / "store" / "data"):
        folder.chmod(0o755)
    before = os.umask(0)
    try:
        assert read(paper, None, var).code == 0
        Embedded(var / "store").up()  # as every run does: the server makes files that all may read while it runs
        for path in (var / "store").rglob("*"):
            assert path.is_symlink() or not path.lstat().st_mode & private_files.OTHERS, path
        for path in (var / "store", var / "store" / "data"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
        for name in ("server.log", "store.json", "lock"):
            assert stat.S_IMODE((var / "store" / name).stat().st_mode) == 0o600, name
    finally:
        os.umask(before)
        Embedded(var / "store").down(wait=0)
