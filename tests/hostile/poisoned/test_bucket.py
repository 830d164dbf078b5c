"""Laws of a bucket in which anything may lie: one object stops no reader and no command, and is named."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from mtcrawler.cli import main
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import article_key, date_of, manifest_key, revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article
from tests.hostile.commands import ARTICLE, BAD, CHECKS, GOOD, OTHER, RUN, SEGMENT, environment, said
from tests.hostile.poisoned.poison import LINE, LINES, TEXTS, bomb, packed, segments

New = Callable[..., Session]
AllSaid = Callable[[], dict[str, tuple[int, str, str]]]

COMMANDS = (
    ("articles",),
    ("changes",),
    ("runs",),
    ("verify",),
    ("export", "all.jsonl", "--workers", "0"),
    ("export", "all.parquet", "--workers", "0"),
    ("report", "--output", "-"),
    ("show", GOOD.id),
    ("show", BAD.id),
    ("show", "https://www.themoscowtimes.com/nowhere"),
    ("revisions", OTHER.id),
    ("diff", OTHER.id, "1", "2"),
)


class Warnings(logging.Handler):
    """Warnings while the context lasts."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.said.append(record.getMessage())

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        logging.getLogger().removeHandler(self)


@pytest.fixture
def all_said(
    written: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> AllSaid:
    """Runs each command in this process; gives its code, what it says on stdout, and its warnings and last line."""

    def run() -> dict[str, tuple[int, str, str]]:
        monkeypatch.chdir(tmp_path)
        found = {}
        for arguments in COMMANDS:
            with Warnings() as warnings:
                code = main(list(arguments), environment(written))
            out, err = capfd.readouterr()
            assert code in {0, 2, 3}, f"{arguments}: {code} {err}"
            assert len(err.splitlines()) <= 1
            assert not any("\n" in line or "\x1b" in line for line in warnings.said)
            assert len(set(warnings.said)) == len(warnings.said)
            found[" ".join(arguments[:2])] = code, out, "\n".join([*warnings.said, err])
        return found

    return run


@pytest.mark.parametrize("name", [*segments(), *LINES])
def test_no_segment_stops_a_reader(name: str, written: Location, client: Client) -> None:
    """Whatever lies where a segment of the feed or of the checks should, all other lines are read, and it is named."""
    body = segments()[name] if name in segments() else packed(LINES[name])
    client.put(SEGMENT, body)
    client.put(CHECKS, body)
    with Bucket(written) as bucket:
        changes = bucket.changes()
        assert [change.id for change in changes] == [GOOD.id, OTHER.id, OTHER.id]
        assert [err.key for err in changes.left_out] == [SEGMENT]
        assert list(bucket.changes(changes.cursor)) == []
        assert list(bucket.clusters()) == []
        assert bucket.get("https://www.themoscowtimes.com/nowhere") is None
        assert bucket.get(GOOD.id) == GOOD
        assert {err.key for err in bucket.left_out} >= {SEGMENT}


def test_a_bad_line_costs_itself_alone(written: Location, client: Client) -> None:
    """Of a segment in which some lines cannot be read all others count, and it is told how many do not."""
    client.put(SEGMENT, packed({}, LINE, *LINES.values(), LINE))
    with Bucket(written) as bucket:
        changes = bucket.changes()
        assert [change.id for change in changes][:2] == [LINE["id"], LINE["id"]]
        (told,) = changes.left_out
    assert f"{len(LINES) + 1} of {len(LINES) + 3} lines" in str(told)


@pytest.mark.parametrize("name", [*TEXTS, "another article", "hashes that are none", "a revision without end"])
def test_no_object_stops_a_command(name: str, all_said: AllSaid, client: Client, tmp_path: Path) -> None:
    """Whatever lies under any key of the contract, each command does its work on all the rest, names it on one line
    and ends with a code of its own.
    """
    body = TEXTS.get(name) or b""
    if name == "another article":
        body = GOOD.to_json()
    elif name == "hashes that are none":
        body = BAD.model_copy(update={"content_hash": "../../a", "previous_hash": "b"}).to_json()
    elif name == "a revision without end":
        body = BAD.to_json().replace(b'"revision":1', b'"revision":1' + b"0" * 400)
    keys = [ARTICLE, SEGMENT, CHECKS, manifest_key("2026-11-22", "run-2")]
    keys.append(revision_key(SITE, BAD.id, 1, BAD.content_hash))
    for key in keys:
        client.put(key, body)
    told = all_said()
    for lines in (told["articles"][1], (tmp_path / "all.jsonl").read_text()):
        assert {json.loads(line)["id"] for line in lines.splitlines()} == {GOOD.id, OTHER.id}
    assert [json.loads(line)["run_id"] for line in told["runs"][1].splitlines()] == [RUN]
    assert len(told["changes"][1].splitlines()) == 3
    for command, key in (("articles", ARTICLE), ("export all.jsonl", ARTICLE), ("runs", keys[3])):
        code, _, err = told[command]
        assert code == 3
        assert key in err
    assert told["verify"][0] == 3
    assert all(key in told["verify"][1] for key in keys[:4])
    assert told[f"show {GOOD.id}"][0] == told[f"revisions {OTHER.id}"][0] == 0
    assert (told[f"show {BAD.id}"][0], told[f"show {BAD.id}"][1]) == (3, "")


@pytest.mark.parametrize(
    "key",
    [
        "changes/v1/date=yesterday/run-000001.jsonl.gz",
        "changes/v1/date=2026-11-21/run-1.jsonl.gz",
        "changes/v1/date=2026-11-21/run-" + "9" * 100 + ".jsonl.gz",
        "changes/v1/date=2026-11-21/r n-000001.jsonl.gz",
        "checks/v1/date=2026-13-45/run-000001.jsonl.gz",
        "runs/v1/date=yesterday/run/manifest.json",
        "runs/v1/date=2026-11-21/a b/manifest.json",
        f"articles/v1/site={SITE}/date=2026-11-20/no-id.json",
        f"articles/v1/site={SITE}/date=never/{BAD.id}.json",
        f"articles/v1/site=A B/date=2026-11-20/{BAD.id}.json",
        f"revisions/v1/site={SITE}/{BAD.id[:8]}/1-a.json",
        f"revisions/v1/site=A B/{BAD.id}/1-a.json",
    ],
)
def test_no_key_stops_a_command(key: str, all_said: AllSaid, client: Client) -> None:
    """A key that is nearly one of the contract's is passed over, and verify names it where it lies among articles."""
    client.put(key, b"{}")
    told = all_said()
    assert len(told["articles"][1].splitlines()) == 2
    assert len(told["changes"][1].splitlines()) == 3
    assert len(told["runs"][1].splitlines()) == 1
    if key.startswith(("articles/", "changes/", "checks/")):
        assert (told["verify"][0], key in told["verify"][1]) == (3, True)


def test_a_bomb_fills_no_memory(written: Location, client: Client, tmp_path: Path) -> None:
    """A segment of some megabytes that unpacks to two gigabytes is refused in a process that has one."""
    client.put(SEGMENT, bomb())
    client.put(CHECKS, bomb())
    code, out, err = said(written, tmp_path, "changes", limit=1 << 30)
    assert (code, len(out.splitlines())) == (3, 3), err[-600:]
    assert SEGMENT in err
    code, _, err = said(written, tmp_path, "show", "https://www.themoscowtimes.com/nowhere", limit=1 << 30)
    assert (code, "Traceback" in err) == (2, False)


@pytest.mark.slow
def test_an_object_that_is_too_large_is_not_read(written: Location, client: Client, tmp_path: Path) -> None:
    """An object of 300 MB is refused by its length wherever it lies: a reader with little memory reads all the rest."""
    keys = (ARTICLE, manifest_key("2026-11-22", "run-2"), SEGMENT, "schema/article-1.json")
    for key in keys:
        client._s3.put_object(Bucket=written.bucket, Key=key, Body=b"[" * (300 << 20))
    for command, lines in (("articles", 2), ("changes", 3), ("runs", 1)):
        _, out, err = said(written, tmp_path, command, limit=700 << 20)
        assert "Traceback" not in err
        assert len(out.splitlines()) == lines, err[-600:]
    code, out, err = said(written, tmp_path, "verify", limit=1 << 30)
    assert (code, "Traceback" in err) == (3, False)
    told = [line for line in out.splitlines() if "larger than" in line]
    assert all(any(key in line for line in told) for key in keys), out


def test_revisions_that_lead_in_a_circle_have_an_end(new_session: New, bucket: Location, client: Client) -> None:
    """A chain of revisions that leads back to itself is followed to where it goes wrong, and no further."""
    first, second = (make_article(1, words=f"The river, part {number}.") for number in (1, 2))
    one = first.model_copy(update={"revision": 3, "previous_hash": second.content_hash})
    two = second.model_copy(update={"revision": 2, "previous_hash": first.content_hash})
    circle = first.model_copy(update={"revision": 3, "previous_hash": second.content_hash})
    client.put(article_key(SITE, date_of(first), first.id), one.to_json())
    client.put(revision_key(SITE, first.id, 3, one.content_hash), one.to_json())
    client.put(revision_key(SITE, first.id, 2, two.content_hash), two.to_json())
    client.put(revision_key(SITE, first.id, 1, first.content_hash), circle.to_json())
    with Bucket(bucket) as reader:
        assert [article.revision for article in reader.revisions(one)] == [3, 2]
        assert len(reader.left_out) == 1
    session = new_session()
    saved = session.writer.save(make_article(1, words="The river, at last."))
    assert (saved.outcome, saved.revision) in {("revised", 4), ("unchanged", 3)}
