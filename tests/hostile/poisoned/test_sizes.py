"""Laws of what takes far more memory than bytes: JSON of many values is refused by name, whoever reads it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.markup.document import ELEMENTS
from mtcrawler.security.untrusted import Unreadable, bounded
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import article_key, change_key, date_of, manifest_key
from mtcrawler.storage.limits import NAMES, VALUES
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.stored import parse
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article
from tests.hostile.commands import BAD, DAY, RUN, said

pytestmark = pytest.mark.slow

MEMORY = 1200 << 20
"""Bytes; of one such object without the bound ten times as many are taken."""
LISTS = b"[" + b"[]," * (5 << 20) + b"[]]"
NAMED = b"{" + b",".join(b'"%x":1' % number for number in range(1_100_000)) + b"}"


def articles(number: int) -> list[str]:
    """Keys of so many articles beside the good ones."""
    return [article_key(SITE, date_of(one), one.id) for one in map(make_article, range(100, 100 + number))]


@pytest.mark.parametrize("body", [LISTS, NAMED], ids=["lists", "names"])
def test_much_in_little_fills_no_memory(body: bytes, written: Location, client: Client, tmp_path: Path) -> None:
    """With such objects among the articles, manifests, reports and segments each command ends with 3 in a process of
    limited memory, and gives all the rest.
    """
    article = json.loads(BAD.to_json()) | {"body": "@"}
    inside = json.dumps(article).encode().replace(b'"@"', body)
    for key in articles(3):
        client.put(key, inside)
    client.put(manifest_key("2026-11-22", "run-2"), body)
    client.put(change_key(DAY, "run-9", 1), gzip.compress(body, 1))
    for command, lines in (("articles", 2), ("changes", 3), ("runs", 1)):
        code, out, err = said(written, tmp_path, command, limit=MEMORY)
        assert (code, len(out.splitlines())) == (3, lines), (command, err[-600:])
    for arguments in (["export", "a.jsonl", "--workers", "0"], ["verify"], ["report", "--output", "-"]):
        code, _, err = said(written, tmp_path, *arguments, limit=MEMORY)
        assert (code, "Traceback" in err) == (3, False), (arguments, err[-600:])


@pytest.mark.parametrize("body", [LISTS, NAMED], ids=["lists", "names"])
def test_a_report_of_too_many_values_is_made_without_them(
    body: bytes, written: Location, client: Client, tmp_path: Path
) -> None:
    """A run's data that holds too much is named, and the report is made of its manifest."""
    client.put(f"runs/v1/date={DAY}/{RUN}/report.json", body[: 3 << 20])
    code, out, err = said(written, tmp_path, "report", "--output", "-", limit=MEMORY)
    assert (code, "its report.json cannot be used" in err, out[:15]) == (0, True, "<!doctype html>"), err[-600:]


def test_large_articles_are_exported_whole(new_session: Callable[..., Session], client: Client, tmp_path: Path) -> None:
    """Articles that together have more bytes than there is memory are all in the file."""
    new_session().close()
    size = 0
    for number in range(1, 31):
        one = make_article(number, words="The river froze. " * (9 << 16))
        size = len(one.to_json())
        client.put(article_key(SITE, date_of(one), one.id), one.to_json())
    assert size * 30 > 500 << 20
    code, out, err = said(client.location, tmp_path, "export", "a.jsonl", "--workers", "0", limit=MEMORY)
    assert (code, json.loads(out or "{}").get("articles")) == (0, 30), err[-600:]


def test_the_largest_page_makes_an_article_that_can_be_read() -> None:
    """An article of as many pictures as a page may have elements is within the bounds."""
    picture = {"type": "image", "url": "https://a.b/c.jpg", "title": "a, b", "caption": None, "credit": None}
    article = json.loads(BAD.to_json()) | {"body": [{**picture, "width": 1, "height": 1}] * ELEMENTS}
    body = json.dumps(article, separators=(",", ":")).encode()
    assert len(parse(body, "x").body) == ELEMENTS


def test_what_stands_in_texts_counts_for_nothing() -> None:
    """Commas, brackets and colons in a text are no values and no names, whatever is escaped in it."""
    text = json.dumps({"text": '[{,:"\\' * VALUES}).encode()
    assert bounded(text, 10, names=NAMES) is text
    for body in (b"[" * 11, b"[" + b"1," * 11 + b"1]", b'["' + b'\\"' * 100 + b'",' + b"1," * 11):
        with pytest.raises(Unreadable, match="more than 10 values"):
            bounded(body, 10)
