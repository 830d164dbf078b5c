"""The short form of `make fuzz`: parsers meet bytes that nobody meant for them, and what they know spoilt in places."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import targets
from tests.fuzz.bounds import Memory, Meter, Target, measured, memory_for, warm_up
from tests.fuzz.campaign import Campaign
from tests.fuzz.child import Numbers
from tests.fuzz.mutate import changed
from tests.fuzz.seeds import heavy, meant
from tests.fuzz.targets import TARGETS, posts

MEMORY = Memory()
SLOW = 5.0
"""Seconds of processor time on a slow machine: what is linear takes milliseconds, what is quadratic takes minutes."""


@cache
def seeds() -> tuple[bytes, ...]:
    """What the parsers are meant for; made when a test first asks for it."""
    return tuple(meant())


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Bytes, or something that a parser is meant for with a stretch of it replaced by others."""
    whole = draw(st.sampled_from(seeds()) | st.binary(max_size=200))
    begin = draw(st.integers(0, len(whole)))
    end = draw(st.integers(begin, min(len(whole), begin + 200)))
    return whole[:begin] + draw(st.binary(max_size=40)) + whole[end:]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_no_bytes_make_a_parser_fail(target: Target) -> None:
    """Whatever it is fed, a parser gives what it is to give or raises the error it documents."""
    warm_up(target)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spoilt())
    def fed(data: bytes) -> None:
        assert measured(target, data, MEMORY).trouble == ""

    fed()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_much_of_one_thing_is_read_within_its_bounds(target: Target) -> None:
    """What is deep, long or a hundred kilobytes of one thing takes no time to speak of, and little memory."""
    warm_up(target)
    for data in heavy(100_000):
        cost = measured(target, data, MEMORY)
        assert (cost.error, data[:60]) == ("", data[:60])
        assert cost.memory <= memory_for(cost.size), data[:60]
        assert cost.seconds < SLOW, data[:60]


def busy(data: bytes) -> None:
    """Works for more than a second."""
    begun = time.process_time()
    while time.process_time() - begun < 1.2:
        len(data)


GREED = 400 << 20


def greedy(data: bytes) -> None:
    """Takes memory, and uses it."""
    assert len(b"x" * GREED) > len(data)


def idle(data: bytes) -> None:
    """Takes nothing."""


def failing(data: bytes) -> None:
    """Raises what it does not document."""
    raise KeyError(data)


@pytest.mark.parametrize(
    ("target", "words"), [(busy, "more than 1.00 s"), (greedy, "more than 128 MiB"), (failing, "KeyError at")]
)
def test_an_input_past_its_bounds_is_kept_and_named(target: Target, words: str, tmp_path: Path) -> None:
    """An input that takes too long or too much, or raises, is found, and its bytes are kept, once for each fault."""
    cost = measured(target, b"input", MEMORY)
    assert words in cost.trouble
    meter = Meter(target, tmp_path)
    for data in (b"input", b"other"):
        meter(data)
    (name,) = set(meter.troubles.values())
    assert (tmp_path / name).read_bytes() == b"input"
    assert meter.inputs == 2


def test_a_peak_that_cannot_be_forgotten_is_nobody_elses(tmp_path: Path) -> None:
    """Where the system does not let the highest use of memory be forgotten, a later, smaller input has none of it."""
    measured(greedy, b"", MEMORY)
    refused = tmp_path / "a folder, which cannot be written"
    refused.mkdir()
    memory = Memory(refused)
    assert measured(idle, b"input", memory).trouble == ""


@pytest.mark.parametrize("forgets", [True, False])
def test_what_a_process_did_before_is_no_inputs_cost(forgets: bool, tmp_path: Path) -> None:
    """What other tests have taken since the last input, or once at all, is not told of the next one."""
    memory = Memory() if forgets else Memory(tmp_path)
    blocks = [b"x" * (GREED + (200 << 20))]  # more than whatever there was, so that it is a peak in either case
    blocks.clear()
    assert measured(idle, b"input", memory).trouble == ""


def troubled(data: bytes) -> None:
    """Raises at one of two places."""
    if data == b"one":
        raise KeyError(data)
    raise IndexError(data)


def test_a_short_run_tells_all_its_troubles(tmp_path: Path) -> None:
    """However quickly troubles follow one another, and however soon the run is over, each is written down."""
    numbers = tmp_path / "numbers.json"
    fed = Numbers(Meter(troubled, tmp_path), numbers, runs=4)
    for data in (b"one", b"two"):
        fed(data)
    assert set(json.loads(numbers.read_text())["troubles"].values()) == {path.name for path in tmp_path.glob("error-*")}
    assert len(list(tmp_path.glob("error-*"))) == 2
    for data in (b"one", b"two"):
        fed(data)
    assert json.loads(numbers.read_text())["inputs"] == 4


def test_a_finding_that_nobody_told_of_is_taken_up(tmp_path: Path) -> None:
    """A file of a finding counts even where the numbers of its process do not name it."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "error-1").write_bytes(b"input")
    campaign = Campaign("nothing", tmp_path / "findings", [], 0, 1)
    result = campaign.collect(inside)  # no target has this name, so it fails alone, too
    assert list(result.troubles) == ["error-1"]
    assert (tmp_path / "findings" / "error-1").read_bytes() == b"input"


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300), st.integers(10, 5000), st.integers(0, 2**32))
def test_a_change_is_no_longer_than_it_may_be(data: bytes, most: int, seed: int) -> None:
    """Whatever is repeated or wrapped, an input stays within the length that is asked for, and is the same again."""
    once = changed(data, most, seed, lambda given, limit: given[:limit])
    assert len(once) <= most
    assert changed(data, most, seed, lambda given, limit: given[:limit]) == once


STEPS = b'{"@type": "BreadcrumbList", "itemListElement": [{}, {"position": 2, "item": "https://[/news"}, {}]}'
ONCE = (
    (targets.page, b""),
    (targets.page, b'<script type="application/ld+json">' + STEPS + b"</script><h1>Headline</h1>"),
    (targets.posts, b'[{"id": 1, "time": "2026-11-22T10:00:00", "body": [{"type": "html", "body": "<!--"}]}]'),
    (targets.posts, b'[{"id": false, "body": true}]'),
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
