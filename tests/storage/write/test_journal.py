"""Lines that wait on disk: whole, in order, and only touched by who may."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.model.errors import SettingError
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.write.journal import Journal, left_behind, read
from tests.fixtures.store import Contents, make_article


def test_lines_are_kept_in_numbered_files(tmp_path: Path) -> None:
    """Each cut completes a file; an empty one is never made; an empty journal leaves nothing."""
    journal = Journal(tmp_path, "run-1")
    for line in (b'{"a":1}\n', b'{"b":1}\n'):
        journal.append(line)
    journal.cut()
    journal.cut()
    journal.append(b'{"c":1}\n')
    assert [(seq, read(path)) for seq, path in journal.files()] == [
        (1, [b'{"a":1}\n', b'{"b":1}\n']),
        (2, [b'{"c":1}\n']),
    ]
    for _, path in journal.files():
        path.unlink()
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_the_names_of_runs_are_kept_nowhere(tmp_path: Path) -> None:
    """Runs without end in one process leave no pattern behind that was made of their names."""

    def patterns() -> int:
        gc.collect()
        return sum(isinstance(one, re.Pattern) for one in gc.get_objects())

    Journal(tmp_path, "run-0").close()
    before = patterns()
    for number in range(1, 20):
        Journal(tmp_path, f"run-{number}").close()
    assert patterns() == before


def test_a_torn_line_is_left_out(tmp_path: Path) -> None:
    """A line cut off by a kill, or lost to the disk, is not read."""
    path = tmp_path / "run-1-000001.jsonl"
    path.write_bytes(b'{"a":1}\n\0\0\0\n{"b":')
    assert read(path) == [b'{"a":1}\n']


def test_only_the_journals_of_ended_runs_are_taken(tmp_path: Path) -> None:
    """A journal whose run still lives is left alone; once it is over, one taker gets it."""
    alive, over = Journal(tmp_path, "alive"), Journal(tmp_path, "over")
    for journal in (alive, over):
        journal.append(b'{"a":1}\n')
    over.close()
    with left_behind(tmp_path, pytest.fail) as first, left_behind(tmp_path, pytest.fail) as second:
        assert ([journal.run_id for journal in first], list(second)) == (["over"], [])
    alive.close()


def test_the_next_run_delivers_what_was_left(new_session: Callable[..., Session], bucket: Location) -> None:
    """Lines of a run that ended without delivering them are in the feed after the next run's start."""
    first = new_session("first")
    first.writer.save(make_article(1))
    first.bucket.feed.close()  # as a kill would: the lines are in the journal only
    second = new_session("second")
    assert [(change.change, change.run_id) for change in Contents.of(bucket).changes] == [("new", "first")]
    assert second.known.get(make_article(1).id)


def test_a_run_of_the_same_name_adds_to_the_feed(new_session: Callable[..., Session], bucket: Location) -> None:
    """When a run's name is used again, its earlier segments are not overwritten; two at once are refused."""
    for number in range(3):
        session = new_session("same", folder=f"var-{number}")
        session.writer.save(make_article(number))
        session.close()
    assert len(Contents.of(bucket).changes) == 3
    new_session("same")
    with pytest.raises(SettingError, match="RUN_ID"):
        new_session("same")


@pytest.mark.parametrize("name", ["first.jsonl", "-000001.jsonl", "first-000001.jsonl"])
def test_a_journal_that_is_passed_over_is_counted(
    name: str, new_session: Callable[..., Session], tmp_path: Path
) -> None:
    """A file that is no journal's, or a journal that cannot be opened, is counted in the run that meets it."""
    first = new_session("other")
    first.close()
    (folder,) = (tmp_path / "var" / "state").glob("journal-*")
    (folder / name).write_bytes(b'{"a":1}\n')
    if name == "first-000001.jsonl":
        (folder / "first.lock").mkdir()
    assert new_session("second").unreadable == 1
