"""Laws of the one parser of what a page declares about access, and of the names under which that is stored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtcrawler.access.evidence import Declarations, Signal
from mtcrawler.markup.json_values import nodes_of

BUCKET = Path(__file__).parents[2] / "docs" / "bucket.md"


@pytest.mark.parametrize(
    ("value", "free"),
    [
        (True, True),
        ("True", True),
        ("https://schema.org/True", True),
        ("yes", True),
        (False, False),
        ("http://schema.org/False", False),
        ("no", False),
        (0, False),
        (1, True),
        ("0", False),
        ("maybe", None),
        (None, None),
        ({"a": []}, None),
        (1e308, None),
    ],
)
def test_free_is_written_in_many_ways(value: object, free: bool | None) -> None:
    """Every way in which publishers write true and false is read; anything else declares nothing."""
    assert Declarations.of([{"@type": "NewsArticle", "isAccessibleForFree": value}], {}).free is free


@pytest.mark.parametrize(
    ("tier", "free"), [("free", True), ("Free", True), ("locked", False), ("metered", False), ("x", None)]
)
def test_the_content_tier_is_a_declaration(tier: str, free: bool | None) -> None:
    """The meta tag article:content_tier declares by itself."""
    assert Declarations.of([], {"article:content_tier": tier}).free is free


@pytest.mark.parametrize(("value", "free"), [("false", False), ("True", True), ("http://schema.org/False", False)])
def test_microdata_is_a_declaration(value: str, free: bool) -> None:
    """A meta element of microdata says the same as JSON-LD does."""
    assert Declarations.of([], {"isaccessibleforfree": value}).free is free


def test_any_object_that_says_not_free_counts() -> None:
    """A page is free only where nothing on it says otherwise, whichever of its objects speaks."""
    page = {"@type": "WebPage", "isAccessibleForFree": False}
    assert Declarations.of([{"@type": "NewsArticle", "isAccessibleForFree": True}, page], {}).free is False
    assert Declarations.of([{"@type": "NewsArticle"}, page], {}).free is False


def test_one_bad_script_does_not_spoil_the_others() -> None:
    """JSON-LD that cannot be parsed is left out; the rest still speaks."""
    nodes = nodes_of(('{"broken": [1,}', '{"isAccessibleForFree": true}'))
    assert Declarations.of(nodes, {}).free is True


def test_paid_parts_are_those_declared_as_not_free() -> None:
    """A part counts where it is declared as not free; a free one, one for speaking machines and odd data do not."""
    node = {
        "hasPart": [
            {"isAccessibleForFree": "False", "cssSelector": [".a", 5, ".b"]},
            {"isAccessibleForFree": False, "cssSelector": ".a"},
            {"isAccessibleForFree": True, "cssSelector": ".free"},
            {"cssSelector": ".silent"},
            5,
        ],
        "speakable": {"cssSelector": [".headline"]},
    }
    assert Declarations.of([node], {}).parts == (".a", ".b")


def test_only_what_is_about_access_is_kept() -> None:
    """Of meta tags and headers those about access are evidence, each with its name, and no others."""
    metas = {"description": "x", "og:article:content_tier": "locked", "rating": "adult", "x-rating": "y"}
    headers = {"content-type": "text/html", "x-access-level": "paid"}
    told = [(sign.signal, sign.value) for sign in Declarations.of([], metas, headers, 203).all()]
    assert told == [
        ("HTTP status", "203"),
        ("meta", "og:article:content_tier: locked"),
        ("meta", "rating: adult"),
        ("header", "x-access-level: paid"),
    ]


def test_evidence_is_one_short_line() -> None:
    """A value from a page is kept as one line of at most 160 characters."""
    assert Signal.METER.saw("  You have\n\n read  " + 99 * "all ").value == ("You have read " + 99 * "all ")[:160]


def test_the_bucket_doc_lists_every_signal_once() -> None:
    """Consumers find each signal in docs/bucket.md, spelt as it is stored, and no other."""
    section = BUCKET.read_text("utf-8").partition("### Signals")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    assert sorted(listed) == sorted(signal.value for signal in Signal)
