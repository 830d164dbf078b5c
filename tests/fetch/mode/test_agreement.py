"""Laws of access over plain HTTP: it agrees with the browser, and where it cannot, it is the more careful one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.extraction.page import ArticlePage
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.model.article import text_of
from tests.fixtures.sites import described

GAUNTLET = Path(__file__).parents[2] / "gauntlet"
GIVEN: list[dict[str, Any]] = json.loads((GAUNTLET / "manifest-access.json").read_text("utf-8"))
PAGES = [one for one in GIVEN if "complete" in one["expect"]]


@pytest.mark.parametrize("told", PAGES, ids=[one["name"] for one in PAGES])
def test_the_verdict_over_http_is_the_browsers_or_more_careful(told: dict[str, Any]) -> None:
    """Of the gauntlet's pages about access none is said to be whole that is not, and none without a word on access
    to be a part that is whole; what is read of these is all there is.
    """
    html = (GAUNTLET / "pages" / told["page"]).read_text("utf-8")
    seen, access = as_a_reader(ArticlePage(html, "https://post.example/a", described(), {}), 200)
    declared = "isAccessibleForFree" in html
    expect = told["expect"]
    assert access.complete == (expect["complete"] and not declared), access
    assert access.tier == "subscription" if declared else access.tier in {expect["wall"] or "unknown", "registration"}
    if expect["complete"] and not declared:
        assert all(text in f"{seen.headline} {text_of(seen.body)}" for text in expect["visible_text_contains"])
