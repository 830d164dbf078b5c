"""What keeps a tag from being released, and what a release is told by."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.release import faults, is_early, is_on_main, section

CHANGELOG = """# Changelog

## [Unreleased]
### Added
- Later.

## [0.2.0] - 2026-12-01
### Added
- A feed.

## [0.1.0]
- All.
"""


def test_a_release_tells_its_part_of_the_changelog() -> None:
    """It is the part of that version alone, and none where the changelog does not name it."""
    assert section(CHANGELOG, "0.2.0") == "### Added\n- A feed."
    assert section(CHANGELOG, "0.1.0") == "- All."
    assert section(CHANGELOG, "0.1") == section(CHANGELOG, "0.3.0") == ""


@pytest.mark.parametrize(
    ("tag", "notes", "now", "told"),
    [
        ("v0.2.0", "- A feed.", {"a": 1}, []),
        ("0.2.0", "- A feed.", {"a": 1}, ["the tag"]),
        ("v0.2.1", "- A feed.", {"a": 1}, ["the tag"]),
        ("v0.2.0", "", {"a": 1, "b": 2}, ["CHANGELOG", "what is promised"]),
    ],
)
def test_what_is_wrong_with_a_release_is_told(tag: str, notes: str, now: dict[str, int], told: list[str]) -> None:
    """A tag of another version, a version without a changelog, and what is offered and not promised: each is told."""
    found = faults(tag, "0.2.0", notes, {"a": 1}, now)
    assert [next(word for word in told if one.startswith(word)) for one in found] == told


def test_a_tag_beside_main_is_not_released(tmp_path: Path) -> None:
    """A commit of main may be released, whatever main has come to since; one that is on no commit of main may not."""

    def git(*line: str) -> None:
        given = ["git", "-c", "user.name=a", "-c", "user.email=a@paper.example", *line]
        subprocess.run(given, cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    for name in ("one", "two"):
        git("commit", "--allow-empty", "-m", name)
    git("checkout", "--detach", "main~1")
    assert is_on_main(tmp_path, "main")
    git("commit", "--allow-empty", "-m", "beside")
    assert not is_on_main(tmp_path, "main")
    assert not is_on_main(tmp_path, "origin/main")  # nobody fetched it
    (said,) = faults("v0.2.0", "0.2.0", "- A feed.", 1, 1, on_main=False)
    assert "merge it first" in said


def test_an_early_version_is_told_from_a_real_one() -> None:
    """What has a letter in it is early; its image is not the latest, and its release is marked."""
    assert [is_early(version) for version in ("1.0.0rc1", "1.0.0.dev2", "1.0.0a1", "1.0.0", "0.10.3")] == [
        *[True] * 3,
        *[False] * 2,
    ]
