"""Files to be written: whole or not at all, and what is no file as it is given."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from mtcrawler.security import private_files
from mtcrawler.security.whole_files import is_standard_output, put, unwritten, writing
from tests.fixtures.disk import full_disk

PAGE = b"x" * 100_000


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path) -> None:
    """Until the block ends, and where it fails or the disk is full, the old file lies there, and nothing beside it."""
    path = tmp_path / "file"
    with writing(path) as file:
        file.write(b"new")
        assert not path.exists()
    with pytest.raises(TypeError), writing(path) as file:
        file.write([PAGE])  # type: ignore[call-overload] # what fails for any reason
    with full_disk(), pytest.raises(OSError, match="too large"):
        put(path, PAGE)
    assert path.read_bytes() == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    """A new file has the mode that the umask leaves, one that is replaced keeps its own, and a private one is ours."""
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        put(path, b"1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o604)
        put(path, b"2")
        assert stat.S_IMODE(path.stat().st_mode) == 0o604
        private_files.put(path, b"3")
        assert stat.S_IMODE(path.stat().st_mode) == private_files.FILE
    finally:
        os.umask(before)


def test_links_lead_to_what_is_meant(tmp_path: Path) -> None:
    """A link that an operator names is followed, also to what is not there yet; in a folder of ours it is replaced."""
    (tmp_path / "elsewhere").mkdir()
    meant, link, further = tmp_path / "elsewhere" / "file", tmp_path / "link", tmp_path / "further"
    link.symlink_to("elsewhere/file")
    further.symlink_to(link)
    for path in (link, further):
        put(path, b"1")
        assert (path.is_symlink(), meant.read_bytes()) == (True, b"1")
        meant.unlink()
    meant.write_bytes(b"another's")
    private_files.put(link, b"ours")
    assert (link.is_symlink(), link.read_bytes(), meant.read_bytes()) == (False, b"ours", b"another's")


def test_what_is_no_file_is_written_through(tmp_path: Path) -> None:
    """A pipe and a device get the bytes and stay what they are; a full device is an error; in a folder of ours they
    are refused.
    """
    pipe, got = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    put(pipe, PAGE)
    reader.join()
    assert (got, pipe.is_fifo()) == ([PAGE], True)
    with pytest.raises(OSError, match="No space left"):
        put(Path("/dev/full"), PAGE)
    assert Path("/dev/full").is_char_device()
    with pytest.raises(IsADirectoryError):
        put(tmp_path, b"")
    for path in (pipe, tmp_path):
        with pytest.raises(OSError, match="is no file"):
            private_files.put(path, b"")
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


def test_standard_output_goes_on_where_it_is(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`-`, /dev/stdout and a link to it are written in turn with all else that is printed."""
    (tmp_path / "link").symlink_to("/dev/stdout")
    paths = [Path("-"), Path("/dev/stdout"), Path("/proc/self/fd/1"), tmp_path / "link"]
    for number, path in enumerate(paths):
        assert is_standard_output(path)
        print(f"before {number}")
        put(path, b"here\n")
    assert capfd.readouterr().out == "".join(f"before {number}\nhere\n" for number in range(len(paths)))
    assert not any(map(is_standard_output, (Path("/dev/stderr"), tmp_path / "file", Path("/dev/null"))))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        *((number, 14) for number in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)),
        *((number, 2) for number in (errno.EACCES, errno.ENOENT, errno.EISDIR)),
        (errno.EPIPE, 1),
    ],
)
def test_whose_fault_it_is_is_told(number: int, code: int) -> None:
    """A full disk is no wrong argument, and a name that cannot be is one; both say what happened and to what."""
    told = unwritten(Path("a/file"), OSError(number, os.strerror(number)))
    assert (told.exit_code, told.doing, told.happened) == (code, "writing a/file", os.strerror(number))
