"""`mtcrawler verify` finds whatever is left of a removed article, and a second removal takes it away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.storage.layout import SNAPSHOTS, TABLES_KEY
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.cli.test_compact import environment_of
from tests.removal.story import WORDS, filled, remove, story
from tests.removal.whole_bucket import holding

__all__ = ["filled"]


def bodies(client: Client) -> dict[str, bytes]:
    """Every object of the bucket."""
    return {key: stored.body for key in client.keys("") if (stored := client.get(key))}


def test_whatever_is_left_is_found(
    filled: Location, client: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every object that a removal deletes or writes anew is named where it is as it was before, however it got there;
    what has no word of an article is none: copies of the index, and the manifest of the tables.
    """
    before = bodies(client)
    remove(filled, tmp_path / "var")
    after = bodies(client)
    touched = {key for key, body in before.items() if after.get(key) != body}
    assert len(touched) >= 12
    for key in touched:
        client.put(key, before[key])
    capfd.readouterr()
    assert main(["verify"], environment_of(filled)) == 3
    *problems, _ = map(json.loads, capfd.readouterr().out.splitlines())
    named = {one["key"] for one in problems if "remove" in one["problem"]}
    assert touched - named == {key for key in touched if key.startswith((SNAPSHOTS, TABLES_KEY))}
    assert named <= touched
    remove(filled, tmp_path / "var", story().canonical_url)
    assert holding(client, *WORDS) == {}
    assert main(["verify"], environment_of(filled)) == 0
