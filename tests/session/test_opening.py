"""A session that cannot be opened: it is told by name, and leaves nothing open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.model.errors import BucketMissing, SettingError, StoreRefused
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import plan_for


def test_a_bucket_that_cannot_be_opened_is_told_to_every_stage(bucket: Location, tmp_path: Path) -> None:
    """A wrong bucket or wrong credentials fail at opening, for each stage that opens, with the same error."""
    for wrong, kind in (({"bucket": "no-such-bucket"}, BucketMissing), ({"secret_key": "wrong"}, StoreRefused)):
        session = Session(plan_for(tmp_path, "run", replace(bucket, **wrong)))
        for _ in range(2):
            with pytest.raises(kind):
                session.open()
        session.close()
        assert session.counts == {}


def test_a_session_that_is_not_opened_keeps_no_connection(
    bucket: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails after the bucket was opened, each try gives up the connections that it made."""
    made: list[Client] = []
    closed: list[Client] = []
    make, close = Client.__init__, Client.close

    def making(client: Client, *given: object, **named: object) -> None:
        made.append(client)
        make(client, *given, **named)  # type: ignore[arg-type]

    def refusing(*given: object) -> None:
        raise StoreRefused("opening", "no", "Ask again.")

    def closing(client: Client) -> None:
        closed.append(client)
        close(client)

    monkeypatch.setattr(Client, "__init__", making)
    monkeypatch.setattr(Client, "close", closing)
    monkeypatch.setattr("mtcrawler.session.session.RecrawlPolicy", refusing)
    session = Session(plan_for(tmp_path, "run", bucket))
    with pytest.raises(StoreRefused):
        session.open()
    assert len(made) == 1
    assert closed == made


def test_a_place_that_cannot_be_written_is_a_setting_to_correct(bucket: Location, tmp_path: Path) -> None:
    """Where the local folders cannot be made, the settings to correct are named."""
    (tmp_path / "var").write_text("a file, not a folder")
    with pytest.raises(SettingError, match="STATE_DIR"):
        Session(plan_for(tmp_path / "var", "run", bucket)).open()
