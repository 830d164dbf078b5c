"""What keeps a tag from being released, and what a release is told by."""

from __future__ import annotations

import pytest

from tools.release import faults, section

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
