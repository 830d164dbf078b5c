"""What the demo tells on its way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import tests.demo.__main__ as demo
from mtcrawler.api import Reading
from tests.demo import crawls
from tests.demo.before_and_after import told
from tests.demo.pictures import Pictures
from tests.fixtures.store import make_article
from tests.newspaper.newsroom.first import HEADLINE
from tests.sites.world.layouts import layouts


def test_an_interrupted_demo_ends_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends it with 130 and one line, without a traceback."""

    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "main", interrupted)
    assert demo.run() == 130
    assert capsys.readouterr().err.splitlines() == ["The demo was interrupted; `make demo` begins anew."]


def test_the_demo_says_what_it_waits_for_and_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It names each wait beforehand, no address of a server that has ended, and how the store is stopped."""
    article, waited = make_article(1), list[str]()

    @contextmanager
    def bucket(_: Any) -> Iterator[SimpleNamespace]:
        others = [article.model_copy(update={"site": layouts()[name].own_host}) for name in demo.UNKNOWN]
        yield SimpleNamespace(articles=lambda: iter([article.model_copy(update={"headline": HEADLINE}), *others]))

    async def pictured(*_: Any) -> Pictures:
        waited.append(capsys.readouterr().out)
        return Pictures(tmp_path / "before.png", tmp_path / "after.png", tmp_path / "modal.png", "What was seen.")

    monkeypatch.setattr(demo, "VAR", tmp_path)
    monkeypatch.setattr(crawls, "newspaper", lambda *_: 0)
    monkeypatch.setattr(crawls, "unknown", lambda *_: 0)
    monkeypatch.setattr(demo, "Bucket", bucket)
    monkeypatch.setattr(demo, "photograph", pictured)
    monkeypatch.setattr(demo, "find_browser", lambda: None)
    # The first `down` is of an earlier demo's store.
    store = SimpleNamespace(up=lambda: None, down=lambda: waited.append(capsys.readouterr().out))
    monkeypatch.setattr(demo, "Embedded", lambda _: store)
    assert demo.main() == 0
    last = " ".join(capsys.readouterr().out.split())
    assert ["Stopping the store" in waited[1], "Taking pictures" in waited[2]] == [True, True]
    assert "127.0.0.1:" not in "".join((*waited, last))
    for words in ("articles", f"show {article.id[:8]} --json", "browse", "store down"):
        assert f"mtcrawler --var {os.path.relpath(tmp_path)} {words}" in last
    for name, what in (("before", "with the donation modal over it"), ("after", "after the modal was closed")):
        assert f"{name}.png the article {what}" in last


def test_a_second_demo_begins_anew(tmp_path: Path) -> None:
    """What an earlier demo stored and noted is taken away once its store has ended; a fleet's database stays."""
    running = list[bool]()
    for name in ("store", "state", "fleet"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kept").write_text("x")
    (tmp_path / "before.png").write_text("x")
    (elsewhere := tmp_path.with_name("elsewhere")).mkdir()
    (elsewhere / "kept").write_text("x")
    (tmp_path / "spool").symlink_to(elsewhere)
    store: Any = SimpleNamespace(down=lambda: running.append((tmp_path / "store").exists()))
    demo.begin_anew(tmp_path, store)
    assert running == [True]
    assert [one.name for one in tmp_path.iterdir()] == ["fleet"]
    assert (elsewhere / "kept").exists()


def test_the_picture_shows_times_as_they_are_stored() -> None:
    """A time in the picture of README.md keeps its offset, and is not local time that is called UTC."""
    at = datetime(2026, 11, 20, 13, 33, 1, tzinfo=timezone(timedelta(hours=3)))
    reading: Any = SimpleNamespace(**dict.fromkeys(Reading.model_fields))
    reading.__dict__.update(published_at=at, authors=[], overlays=[], text="")
    assert dict(told(reading))["published_at"] == "2026-11-20T13:33:01+03:00"
