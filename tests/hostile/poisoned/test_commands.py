"""Laws of single commands: what they leave out they name, and what is typed is trusted no more than what is read."""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.identity.ids import content_hash
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import article_key, date_of, manifest_key, revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.export import export
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article
from tests.hostile.commands import ARTICLE, BAD, EDITED, GOOD, OTHER, SEGMENT, environment, said


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_an_export_leaves_out_what_makes_no_row(form: str, written: Location, client: Client, tmp_path: Path) -> None:
    """An article with a number too large for its column is no row of a table, and costs no other its own."""
    large = BAD.model_copy(update={"word_count": 10**12})
    client.put(ARTICLE, large.to_json())
    code, out, err = said(written, tmp_path, "export", f"all.{form}", "--workers", "0")
    told = json.loads(out)
    assert (code, told["articles"]) == ((0, 3) if form == "jsonl" else (3, 2)), err
    assert form == "jsonl" or ARTICLE in err


@pytest.mark.slow
def test_an_export_by_several_processes_names_what_it_left_out(
    bucket: Location, client: Client, tmp_path: Path
) -> None:
    """What a worker process could not read is named by the command, whichever process it was."""
    keys = [article_key(SITE, "unknown", make_article(number).id) for number in range(1003)]
    client.put(keys[1002], b"[" * 100_000)
    client.put(keys[0], b"{}")
    client.put(keys[7], make_article(7).to_json())
    left_out: list[str] = []
    assert (
        export(bucket, keys, tmp_path / "a.jsonl", "jsonl", workers=1, left_out=lambda e: left_out.append(e.key)) == 1
    )
    assert left_out == [keys[0], keys[1002]]
    with pytest.raises(ObjectUnreadable, match="verify"):
        export(bucket, keys[1000:], tmp_path / "b.jsonl", "jsonl", workers=0)
    assert not (tmp_path / "b.jsonl").exists()


def test_a_list_in_a_list_is_shown_however_deep(written: Location, client: Client, tmp_path: Path) -> None:
    """An article whose lists are nested as deep as JSON may be is printed, at a margin that leaves room for words."""
    items: list[object] = ["The innermost item."]
    for _ in range(80):
        items = [{"type": "list", "ordered": False, "items": items}]
    text = "The innermost item."
    article = json.loads(BAD.to_json()) | {
        "body": [{"type": "list", "ordered": False, "items": items}],
        "text": text,
        "content_hash": content_hash(BAD.headline, text),
    }
    for key in (ARTICLE, revision_key(SITE, BAD.id, 1, article["content_hash"])):
        client.put(key, json.dumps(article).encode())
    code, out, err = said(written, tmp_path, "show", BAD.id, "--text")
    assert (code, err) == (0, "")
    assert text in out


@pytest.mark.parametrize("what", ["c1." + "A" * 60, "http://[", "\udcff", "https://x.y/\udcff"])
def test_what_is_typed_is_no_better(what: str, written: Location, capfd: pytest.CaptureFixture[str]) -> None:
    """An address or a cursor that is none is one line on stderr and code 2."""
    for arguments in (["show", what], ["revisions", what], ["changes", "--since", what]):
        assert main(arguments, environment(written)) == 2
        assert len(capfd.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_a_cursor_bomb_is_no_cursor(written: Location, tmp_path: Path) -> None:
    """A cursor file that is a pipe, a folder, endless or a bomb is told on one line, and nothing is waited for."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "bomb").write_text("c1." + base64.urlsafe_b64encode(zlib.compress(bytes(1 << 30), 9)).decode())
    for name in ("pipe", "folder", "endless", "bomb"):
        code, _, err = said(written, tmp_path, "changes", "--cursor", name, limit=1 << 30)
        assert (code, len(err.splitlines())) == (2, 1), (name, err[-600:])


OTHERS_KEY = article_key(SITE, date_of(OTHER), OTHER.id)
FIRST = revision_key(SITE, OTHER.id, 1, OTHER.content_hash)
LATER = manifest_key("2026-11-22", "run-2")
READING = {
    "an article": (ARTICLE, [["articles"], ["export", "a.jsonl", "--workers", "0"], ["verify"]]),
    "the article": (OTHERS_KEY, [["show", OTHER.id], ["show", OTHER.url], ["revisions", OTHER.id], ["diff", OTHER.id]]),
    "all articles": (ARTICLE, [["export", "b.jsonl", "--workers", "0", "--date", "2026-11-20"]]),
    "a revision": (FIRST, [["diff", OTHER.id, "1", "2"], ["revisions", OTHER.id], ["verify"]]),
    "a segment": (SEGMENT, [["changes"], ["verify"]]),
    "a manifest": (LATER, [["runs"], ["report", "--output", "-"], ["report", "run-2"], ["verify"]]),
}


@pytest.mark.parametrize("body", [b"{}", b"[" * 100_000, b"\xff"], ids=["empty", "deep", "no text"])
@pytest.mark.parametrize("what", READING)
def test_every_command_ends_alike_and_names_what_helps(
    what: str,
    body: bytes,
    written: Location,
    client: Client,
    new_session: Callable[..., Session],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether the object that cannot be read is all that was asked for or one of many, a command ends with 3 and names
    the command that helps; after that and a run it ends with 0.
    """
    monkeypatch.chdir(tmp_path)
    key, commands = READING[what]
    if what == "all articles":
        for one in (GOOD, OTHER):
            client.delete(article_key(SITE, date_of(one), one.id))
    client.put(key, body)
    for command in commands:
        caplog.clear()
        assert main(command, environment(written)) == 3, command
        told = "".join(capfd.readouterr()) + caplog.text
        assert key in told, command
        assert command == ["verify"] or f"`mtcrawler set-aside {key}`" in told, command
    assert main(["set-aside", key], environment(written)) == 0
    assert json.loads(capfd.readouterr().out)["to"] == f"set-aside/v1/{key}"
    session = new_session("again", folder="fresh")
    for article in (GOOD, OTHER, EDITED, BAD):
        session.writer.save(article)
    session.close()
    for command in commands:
        if command != ["report", "run-2"] and what != "a revision":
            assert main(command, environment(written)) == 0, command
            capfd.readouterr()
    kept = client.get(f"set-aside/v1/{key}")
    assert kept is not None
    assert kept.body == body


def test_an_article_is_restored_from_its_last_revision(
    written: Location, client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    """An article that is set aside and whose revisions can be read is there again at once, with all of them."""
    whole = client.get(OTHERS_KEY)
    assert whole is not None
    client.put(OTHERS_KEY, b"{")
    assert main(["set-aside", OTHERS_KEY], environment(written)) == 0
    assert json.loads(capfd.readouterr().out)["restored"] == 2
    restored = client.get(OTHERS_KEY)
    assert restored is not None
    assert restored.body == whole.body
    with Bucket(written) as bucket:
        assert [one.revision for one in bucket.revisions(OTHER.id)] == [2, 1]
    assert main(["verify"], environment(written)) == 0


def test_what_can_be_read_is_never_set_aside(written: Location, client: Client) -> None:
    """Neither what is as it should be nor what is not there is moved: the command says so and ends with 2."""
    before = sorted(client.keys(""))
    for key in [*before, "nothing"]:
        assert main(["set-aside", key], environment(written)) == 2
    assert sorted(client.keys("")) == before
