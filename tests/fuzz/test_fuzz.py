"""The short form of `make fuzz`: parsers meet bytes that nobody meant for them, and what they know spoilt in places."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import targets
from tests.fuzz.targets import TARGETS, Target, posts, seeds

MEANT = tuple(seeds())


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Bytes, or something that a parser is meant for with a stretch of it replaced by others."""
    whole = draw(st.sampled_from(MEANT) | st.binary(max_size=200))
    begin = draw(st.integers(0, len(whole)))
    end = draw(st.integers(begin, min(len(whole), begin + 200)))
    return whole[:begin] + draw(st.binary(max_size=40)) + whole[end:]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_no_bytes_make_a_parser_fail(target: Target) -> None:
    """Whatever it is fed, a parser gives what it is to give or raises the error it documents."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spoilt())
    def fed(data: bytes) -> None:
        target(data)

    fed()


STEPS = b'{"@type": "BreadcrumbList", "itemListElement": [{}, {"position": 2, "item": "https://[/news"}, {}]}'
ONCE = (
    (targets.page, b""),
    (targets.page, b'<script type="application/ld+json">' + STEPS + b"</script><h1>Headline</h1>"),
    (targets.posts, b'[{"id": 1, "time": "2026-11-22T10:00:00", "body": [{"type": "html", "body": "<!--"}]}]'),
    (targets.sitemap, b"<m1:404\xdeO<N"),
    (targets.feed, b"<?xml version='1.0' encoding='\xff'?><rss/>"),
    (targets.feed, b"<rss><channel><item><link>/a</link><pubDate>Sat, 22 Nov 99999999999999999999 10:00 GMT</pubDate>"),
    (targets.feed, b'<rss><channel><item><links a="b"/><link>/a</link><guid>/b</guid>'),
    (targets.address, b"//\x06@"),
    (targets.address, b"/;/;"),
    (targets.address, b"//themoscowtimes.com\x0b"),
    (targets.session, b"# Netscape HTTP Cookie File\na.example\tTRUE\t/\tTRUE\t1893456000\tname\tvalue\n"),
)


@pytest.mark.parametrize(("target", "data"), ONCE)
def test_what_once_made_a_parser_fail_does_so_no_more(target: Target, data: bytes) -> None:
    """Each input that was found by fuzzing is read, or told by a documented error."""
    target(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2026-11-22T10:00:00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
IMAGE = st.fixed_dictionaries({}, optional={"src": JSON, "caption": JSON, "credits": JSON})
PART = st.fixed_dictionaries(
    {"type": st.sampled_from(["html", "embed", "image"]) | JSON},
    optional={"body": JSON, "embed": JSON, "image": IMAGE | JSON},
)
POST = st.fixed_dictionaries({"id": JSON, "time": JSON}, optional={"body": st.lists(PART | JSON, max_size=3) | JSON})


@settings(deadline=None)
@given(st.lists(POST | JSON, max_size=3))
def test_no_json_makes_the_posts_fail(told: object) -> None:
    """Whatever stands in the place of a post, or of a part of one, costs only itself."""
    posts(json.dumps(told).encode())
