"""`mtcrawler store redeliver`: what waits and what was kept aside, tried again, as often as one likes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.spool import Spool
from tests.fixtures.answering import Answer, Asked, answering, error
from tests.fixtures.crawl import environment
from tests.fixtures.store import SITE, Contents, make_article, newer

New = Callable[..., Session]


def test_everything_that_waits_is_tried_again(
    new_session: New, bucket: Location, client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Waiting and rejected articles are delivered beside a running crawl, once, whatever the order; what is no article
    stays where it lies; what still has to wait is counted, and each of these has its exit code.
    """
    place, here = environment(bucket, tmp_path / "var"), replace(bucket, label=None)

    def redeliver() -> tuple[int, dict[str, int]]:
        code = main(["store", "redeliver"], place)
        return code, json.loads(capsys.readouterr().out)

    new_session(location=here).close()
    spool = Spool(tmp_path / "var" / "spool" / here.tag, 1 << 20)
    hindered = f"articles/v1/site={SITE}/date=2026-11-20/{make_article(3).id}.json"
    client.put(hindered, newer(make_article(3)))  # so it is not written over
    spool.add(make_article(1))
    spool.add(make_article(3))
    spool.set_aside(make_article(2))
    spool.set_aside(make_article(4), make_article(1).id)
    (spool.folder / "rejected" / "note.json").write_bytes(b"{")
    (spool.folder.parent / "another").mkdir()
    (spool.folder.parent / "another" / "x.json").write_bytes(b"{}")
    code, counts = redeliver()
    assert (code, counts["delivered"], counts["new"], counts["duplicate"]) == (14, 3, 2, 1)
    assert (counts["waiting"], counts["unreadable"], counts["elsewhere"]) == (1, 1, 1)
    client.delete(hindered)
    assert redeliver()[1]["new"] == 1
    code, counts = redeliver()
    assert (code, counts["delivered"], counts["waiting"], counts["unreadable"]) == (3, 0, 0, 1)
    (spool.folder / "rejected" / "note.json").unlink()
    assert redeliver()[0] == 0
    running = new_session(location=here)  # it looks at the spool itself, every moment
    for number in range(5, 10):
        spool.set_aside(make_article(number))
    assert redeliver()[0] == 0
    running.close()
    contents = Contents.of(bucket)
    assert len(contents.articles) == len(contents.revisions) == 8
    assert contents.told("new") == {(make_article(number).id, 1) for number in (1, 2, 3, *range(5, 10))}
    assert len([change for change in contents.changes if change.change == "new"]) == 8


def test_what_is_refused_again_stays_aside(
    bucket: Location, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the store refuses once more is kept once more, and a store that is away leaves all as it was; both end with
    the code of the store, in lines that name the cause.
    """
    folder = tmp_path / "var" / "spool" / "here"
    Spool(folder, 1 << 20).set_aside(make_article(1))

    def rule(asked: Asked) -> Answer | None:
        return error(400, "MetadataTooLarge") if asked.method == "PUT" and "revisions" in asked.path else None

    place = environment(bucket, tmp_path / "var")
    with answering(bucket, rule) as behind:
        told = {**place, "S3_ENDPOINT_URL": behind.endpoint_url or ""}
        # The tag of a folder comes from the endpoint where no label is known.
        folder.rename(folder.parent / behind_tag(told))
        assert main(["store", "redeliver"], told) == 14
        counts = json.loads(capsys.readouterr().out)
        assert (counts["refused"], counts["delivered"]) == (1, 0)
        assert len(list(folder.parent.rglob("rejected/*.json"))) == 1
    assert main(["store", "redeliver"], told) == 14
    assert "nobody answers" in capsys.readouterr().err
    assert len(list(folder.parent.rglob("*.json"))) == 1


def behind_tag(variables: dict[str, str]) -> str:
    """What the bucket that these variables name is filed under."""
    location = Location.from_mapping(variables)
    assert location is not None
    return location.tag
