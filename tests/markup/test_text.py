"""What a reader sees of an element, as its own style says."""

from __future__ import annotations

import pytest

from mtcrawler.markup.text import is_clipped


@pytest.mark.parametrize(
    ("style", "clipped"),
    [
        ("position:absolute;clip:rect(0,0,0,0)", True),
        ("position: absolute !important; clip: rect(1px, 1px, 1px, 1px); width: 1px", True),
        ("POSITION: FIXED; CLIP: RECT(0 0 0 0)", True),
        ("clip-path: inset(50%)", True),
        ("clip-path:inset(100%)", True),
        ("clip:rect(0,0,0,0)", False),
        ("position:relative;clip:rect(0,0,0,0)", False),
        ("clip:rect(0,600px,400px,0)", False),
        ("position:absolute;clip:rect(0,600px,400px,0)", False),
        ("position:absolute;clip:rect(0,auto,auto,0)", False),
        ("position:absolute;clip:rect(0px, 60px, 200px, 0px)", False),
        ("position:absolute;clip:auto", False),
        ("clip-path:inset(0)", False),
        ("clip-path:inset(50% 0 0 0)", False),
        ("", False),
    ],
)
def test_only_what_leaves_nothing_to_see_is_clipped(style: str, *, clipped: bool) -> None:
    """A rectangle hides an element where it is positioned and has no inside; what shows a part of it hides nothing."""
    assert is_clipped(style) == clipped
