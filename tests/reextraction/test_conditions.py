"""What `--where` says of articles."""

from __future__ import annotations

from typing import Any

import pytest

from mtcrawler.model.errors import ArgumentError
from mtcrawler.reextraction.conditions import conditions

ARTICLE: dict[str, Any] = {
    "section": "news",
    "subtitle": None,
    "tags": ["rivers", "ice"],
    "authors": [{"name": "Ada Rivers", "url": None}],
    "media": [],
    "word_count": 420,
    "access": {"tier": "free", "complete": True},
    "image": None,
    "provenance": {"confidence": 0.5, "rendered": "http"},
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("section=news", True),
        ("section!=news", False),
        ("section=", False),
        ("section!=", True),
        ("subtitle=", True),
        ("media=", True),
        ("tags=ice", True),
        ("tags=fire", False),
        ("tags!=fire", True),
        ("authors=Ada Rivers", True),
        ("word_count=420", True),
        ("word_count<500", True),
        ("word_count>=421", False),
        ("confidence<0.6", True),
        ("provenance.confidence>0.6", False),
        ("rendered=http", True),
        ("access.complete=true", True),
        ("access.tier=free", True),
        ("image.url=", True),
        ("section<3", False),
        ("extractor>3", False),
    ],
)
def test_a_condition_holds_or_not(condition: str, holds: bool) -> None:
    """Each form means what the help says; a field that is missing is neither above nor below a number."""
    (one,) = conditions([condition])
    assert one.holds(ARTICLE) is holds


@pytest.mark.parametrize("condition", ["", "section", "=news", "colour=red", "section<high", "SECTION=", "a.b.c=1"])
def test_what_is_no_condition_is_refused(condition: str) -> None:
    """A condition that no article can answer is an error before anything is read, and says what forms there are."""
    with pytest.raises(ArgumentError, match="--where"):
        conditions([condition])
