"""Laws of kinds: the first rule of a definition that holds tells what sort of piece a page is."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.page import ArticlePage
from mtcrawler.model.article import Kind
from tests.fixtures.sites import described

RULES = (
    {"kind": "archive", "path": {"match": "/archive/.*", "examples": ("/archive/x",)}},
    {"kind": "live", "stated": "live"},
    {"kind": "podcast", "unstated": True, "has": "iframe.player"},
    {"kind": "analysis", "has": ".label", "says": "analysis|анализ"},
    {"kind": "opinion", "has": ".label", "says": "opinion"},
    {"kind": "video", "has": "figure[data-video]"},
)
PAPER = described(
    articles=({"match": "/.*", "examples": ("/x",)},),
    dated=(),
    kinds=RULES,
    kind_mark={"at": "[data-type]", "attribute": "data-type"},
)


@pytest.mark.parametrize(
    ("before", "inside", "after", "kind"),
    [
        ("", "", "", "news"),
        ("<i data-type=live></i>", "", "", "live"),
        ("<i data-type=default></i>", "", "<i data-type=live></i>", "news"),
        ("", "<iframe class=player></iframe>", "", "podcast"),
        ("<i data-type=default></i>", "<iframe class=player></iframe>", "", "news"),
        ("", "<b class=label>News Analysis</b>", "", "analysis"),
        ("", "<b class=label>АНАЛИЗ</b><figure data-video=1></figure>", "", "analysis"),
        ("", "<b class=label>Opinion</b>", "", "opinion"),
        ("", "<b class=label>Other</b><figure data-video=1></figure>", "", "video"),
        ("", "", "<article><figure data-video=1></figure></article>", "news"),
        ("<b class=label>Opinion</b>", "", "", "news"),
    ],
)
def test_the_first_rule_that_holds_counts(before: str, inside: str, after: str, kind: Kind) -> None:
    """What the page states first, what stands in its article and what that says; the next article's marks do not."""
    html = f"<body>{before}<article><h1>Ice</h1>{inside}</article>{after}</body>"
    assert ArticlePage(html, "https://paper.example/x", PAPER, {}).kind == kind


def test_a_path_tells_before_what_the_page_has() -> None:
    """A rule by path holds whatever else the page is."""
    html = "<body><article><h1>Ice</h1><figure data-video=1></figure></article></body>"
    assert ArticlePage(html, "https://paper.example/archive/x", PAPER, {}).kind == "archive"


@pytest.mark.parametrize(
    ("free", "path", "expected"),
    [(True, "/2026/11/20/ice", True), (True, "/plus/ice", False), (False, "/2026/11/20/ice", False)],
)
def test_what_is_paid_is_not_free_by_policy(free: bool, path: str, expected: bool) -> None:
    """A free paper's paid pages are none of its free ones, and such a paper is not taken to be free as a whole."""
    policy = {"free": free, "paid": ({"match": "/plus/.*", "examples": ("/plus/x",)},)}
    paper = described(policy=policy)
    page = ArticlePage("<article><h1>Ice</h1></article>", f"https://paper.example{path}", paper, {})
    assert page.free is expected
    assert not paper.policy.all_free
