"""The posts of a live page, which come as JSON that nobody promised anything about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mtcrawler.extraction.drafting import with_posts
from mtcrawler.model.article import Post
from tests.fuzz.targets import LIVE, drafted

GOOD = {"id": 7, "time": "2026-11-22T10:00:00", "body": [{"type": "html", "body": "<p>The ice is in.</p>"}]}


@pytest.mark.parametrize(
    "bad",
    [
        {"id": False, "body": True},
        {**GOOD, "id": False},
        {**GOOD, "id": True},
        {**GOOD, "id": None},
        {**GOOD, "id": 7.5},
        {**GOOD, "id": []},
        {**GOOD, "body": True},
        {**GOOD, "body": {"type": "html"}},
        {**GOOD, "body": [True, None, 7, "html"]},
        {**GOOD, "time": True},
        True,
        None,
    ],
    ids=str,
)
def test_a_post_that_is_none_costs_itself_alone(bad: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Of posts whose id, time or body is something else the page keeps the others as they are, and the log says so."""
    alone = with_posts(drafted(LIVE), LIVE, json.dumps([GOOD]).encode())
    beside = with_posts(drafted(LIVE), LIVE, json.dumps([bad, GOOD, bad]).encode())
    assert beside.body == alone.body
    assert [post.id for post in beside.body if isinstance(post, Post)] == [7]
    assert "2 of 3 posts" in caplog.text
