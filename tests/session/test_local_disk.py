"""Our own disk: full or not to be written, it is named, and costs no article."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.settings import Settings

from mtcrawler.cli import main
from mtcrawler.model.errors import SettingError, SpoolFull
from mtcrawler.runs.monitoring.log_format import install
from mtcrawler.session import local_files
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import environment
from tests.fixtures.disk import full_disk
from tests.fixtures.store import Contents, make_article, plan_for
from tests.session.test_session import crawl

New = Callable[..., Session]


def test_a_full_disk_loses_no_article(new_session: New, bucket: Location) -> None:
    """Where neither the feed's line nor the article itself can be written down the run is ended by name, nothing half
    is left on disk, and the article is stored and told once, as soon as there is room.
    """
    session = new_session()
    with full_disk(room=0), pytest.raises(SpoolFull, match=r"SPOOL_DIR|cannot be written"):
        crawl(session, make_article(1))
    assert [path for path in session.plan.spool_dir.rglob("*") if path.is_file()] == []
    assert crawl(session, make_article(1)) == ["new"]
    session.close()
    assert Contents.of(bucket).told("new") == {(make_article(1).id, 1)}


def test_a_journal_that_cannot_be_written_lets_articles_wait(new_session: New, bucket: Location) -> None:
    """Where only the feed's lines cannot be written down the articles wait, and are told once that is mended."""
    session = new_session()
    (journal,) = session.plan.state_dir.glob("journal-*")
    shutil.rmtree(journal)
    assert crawl(session, make_article(1)) == ["spooled"]
    journal.mkdir()
    session.bucket.delivery.retry(now=True)
    assert session.counts["waiting"] == 0
    session.close()
    contents = Contents.of(bucket)
    assert (len(contents.articles), contents.told("new")) == (1, {(make_article(1).id, 1)})


@pytest.mark.parametrize("name", ["state_dir", "spool_dir"])
@pytest.mark.parametrize("wrong", ["read-only", "a file", "full"])
def test_a_folder_that_takes_nothing_is_named(name: str, wrong: str, bucket: Location, tmp_path: Path) -> None:
    """A folder for local data that cannot be made, is a file or has no room is named with its setting, beforehand."""
    folder = {"read-only": Path("/proc/nowhere"), "a file": tmp_path / "file", "full": tmp_path / "full"}[wrong]
    (tmp_path / "file").touch()
    plan = plan_for(tmp_path, "run-1", bucket, **{name: folder})
    with full_disk(room=0 if wrong == "full" else 1 << 30), pytest.raises(SettingError) as told:
        local_files.check(plan)
    if wrong != "full":
        assert str(folder) in str(told.value)
        assert name.upper() in told.value.remedy
    assert list(tmp_path.rglob(".probe*")) == []


def test_a_log_that_cannot_be_opened_is_a_setting_to_correct(tmp_path: Path) -> None:
    """The log is named, with what happened, where its folder cannot be made."""
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"file/crawl\.log"):
        install(Settings({"LOG_FILE": str(tmp_path / "file" / "crawl.log"), "RUN_ID": "run-1"}), "paper")


def test_a_command_without_room_says_so(
    bucket: Location, tmp_path: Path, capsys: pytest.CaptureFixture[str], new_session: New
) -> None:
    """A command whose temporary files find no room ends with one line that names TMPDIR, and no traceback."""
    new_session().close()
    with full_disk(room=0):
        assert main(["verify"], environment(bucket, tmp_path / "var")) == 14
    said = capsys.readouterr().err
    assert (said.count("\n"), "TMPDIR" in said) == (1, True)
