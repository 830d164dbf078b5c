"""Laws of a host that refuses: how long it is left alone, how slowly it is asked then, and when it is given up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.http import Response

from mtcrawler.fetch.politeness.host import FORGIVEN, Host, Patience
from mtcrawler.fetch.politeness.retry_after import retry_after
from mtcrawler.model.errors import HostRefuses

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def host(first: float = 0.0, longest: float = 60.0, most: int = 3) -> Host:
    return Host("https://paper.example", Patience(first, longest, most))


async def turn(asked: Host) -> float:
    return await asked.turn(lambda: None)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("5", 5),
        (" 2.5 ", 2.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        ("Friday, 20-Nov-26 12:01:00 GMT", 60),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e9", None),
    ],
)
def test_a_wait_is_told_in_seconds_or_as_a_date(told: str, seconds: float | None) -> None:
    """A date counts by the host's own clock; what has passed, or is no time, asks for nothing."""
    headers = {"Retry-After": told, "Date": format_datetime(NOW, usegmt=True)}
    assert retry_after(Response("https://paper.example/", headers=headers)) == seconds


def test_a_wait_without_end_is_a_wait() -> None:
    """A number of any length is longer than every wait, and no error."""
    told = retry_after(Response("https://paper.example/", headers={"Retry-After": "9" * 5000}))
    assert told is not None
    assert host(longest=60).refuse(0, told) == 60


async def test_every_request_waits_as_long_as_the_host_asks() -> None:
    """After a refusal nobody asks before its time; from then on requests keep apart."""
    paper = host()
    paper.refuse(time.monotonic(), 0.4)
    begun = time.monotonic()
    turns = [await turn(paper), await turn(paper)]
    assert turns[0] - begun >= 0.39
    assert turns[1] - turns[0] >= 0.2
    assert paper.report().longest_asked == 0.4


async def test_a_delay_of_robots_txt_keeps_requests_apart() -> None:
    """Between two requests lies the whole delay, also where nobody has refused anything."""
    paper = host()
    paper.interval = 0.3
    first, second = await turn(paper), await turn(paper)
    assert second - first >= 0.29


def test_without_a_told_wait_each_further_one_is_twice_as_long() -> None:
    """The waits grow from round to round up to the longest; no two crawlers draw the same."""
    paper = host(first=1, longest=10, most=9)
    waits = [paper.refuse(time.monotonic(), None) for _ in range(6)]
    assert all(0.5 * 2**number <= wait <= min(10, 1.5 * 2**number) for number, wait in enumerate(waits[:4]))
    assert waits[-1] == 10
    assert host(first=1).refuse(0, None) != host(first=1).refuse(0, None)


async def test_a_host_that_goes_on_refusing_is_given_up() -> None:
    """Refusals of requests sent at once are one round; an answer begins anew; after too many rounds nobody asks."""
    paper = host(most=2)
    sent = time.monotonic()
    for _ in range(5):
        paper.refuse(sent, None)
    assert (paper.refusals, paper.refused) == (1, 5)
    paper.answer()
    for _ in range(3):
        assert not paper.given_up
        paper.refuse(time.monotonic(), None)
    with pytest.raises(HostRefuses, match="it refused 3 times in a row"):
        paper.check()


async def test_a_host_that_answers_again_is_asked_as_before() -> None:
    """After some answers in a row the slow-down is taken back."""
    paper = host()
    paper.refuse(0, None)
    for _ in range(FORGIVEN):
        paper.answer()
    first = await turn(paper)
    first = await turn(paper)
    assert await turn(paper) - first < 0.2


async def test_a_host_that_says_how_long_is_not_slowed_far_beyond_it() -> None:
    """One that asks for half a second and goes on refusing some pages, whatever their pace, is asked every four."""
    told, untold = host(most=99), host(most=99)
    for _ in range(12):
        told.refuse(time.monotonic(), 0.5)
        untold.refuse(time.monotonic(), None)
        told.answer()
    assert (told.pause, untold.pause) == (4.0, 30.0)


def test_a_host_is_given_up_once() -> None:
    """However many refusals arrive after the one that was too much."""
    asked = host(most=1)
    told = []
    for _ in range(4):
        asked.refuse(time.monotonic(), None)
        told.append(asked.gives_up())
    assert told == [False, True, False, False]
