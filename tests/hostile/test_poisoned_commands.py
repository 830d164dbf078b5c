"""Laws of single commands: what they leave out they name, and what is typed is trusted no more than what is read."""

from __future__ import annotations

import base64
import json
import os
import zlib
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.identity.ids import content_hash
from mtcrawler.model.errors import StoreError
from mtcrawler.storage.layout import article_key, revision_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.export import export
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article
from tests.hostile.commands import ARTICLE, BAD, environment, said


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_an_export_leaves_out_what_makes_no_row(form: str, written: Location, client: Client, tmp_path: Path) -> None:
    """An article with a number too large for its column is no row of a table, and costs no other its own."""
    large = BAD.model_copy(update={"word_count": 10**12})
    client.put(ARTICLE, large.to_json())
    code, out, err = said(written, tmp_path, "export", f"all.{form}", "--workers", "0")
    told = json.loads(out)
    assert (code, told["articles"]) == ((0, 3) if form == "jsonl" else (3, 2)), err
    assert form == "jsonl" or ARTICLE in err


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
    with pytest.raises(StoreError, match="verify"):
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
    code, out, err = said(written, tmp_path, "show", BAD.id)
    assert (code, err) == (0, "")
    assert text in out


@pytest.mark.parametrize("what", ["c1." + "A" * 60, "http://[", "\udcff", "https://x.y/\udcff"])
def test_what_is_typed_is_no_better(what: str, written: Location, capfd: pytest.CaptureFixture[str]) -> None:
    """An address or a cursor that is none is one line on stderr and code 2."""
    for arguments in (["show", what], ["revisions", what], ["changes", "--since", what]):
        assert main(arguments, environment(written)) == 2
        assert len(capfd.readouterr().err.splitlines()) == 1


def test_a_cursor_bomb_is_no_cursor(written: Location, tmp_path: Path) -> None:
    """A cursor file that is a pipe, a folder, endless or a bomb is told on one line, and nothing is waited for."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "bomb").write_text("c1." + base64.urlsafe_b64encode(zlib.compress(bytes(1 << 30), 9)).decode())
    for name in ("pipe", "folder", "endless", "bomb"):
        code, _, err = said(written, tmp_path, "changes", "--cursor", name, limit=1 << 30)
        assert (code, len(err.splitlines())) == (2, 1), (name, err[-600:])
