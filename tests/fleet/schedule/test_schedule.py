"""When a site is visited next: often while it has news, seldom while it has none, within what is allowed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from mtcrawler.fleet.schedule.arrivals import HOUR, Arrivals
from mtcrawler.fleet.schedule.next_visit import BUSY, SOON, Intervals, VisitEnd

START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
INTERVALS = Intervals(timedelta(minutes=10), timedelta(days=1))


def learned(rate: float, days: int, every: timedelta = HOUR, *, timed: bool = True, seed: int = 1) -> Arrivals:
    """What visits at this interval tell of a site with so many articles an hour at any time."""
    chance, arrivals, at, article = random.Random(seed), Arrivals(), START, START
    times = []
    while article < START + timedelta(days=days):
        article += HOUR * chance.expovariate(rate)
        times.append(article)
    while at < START + timedelta(days=days):
        new = [time for time in times if at - every < time <= at]
        arrivals = arrivals.visited(at, new if timed else (), changed=bool(new))
        at += every
    return arrivals


def wait(arrivals: Arrivals, at: datetime = START + timedelta(days=28), weight: float = 1) -> timedelta:
    return INTERVALS.next(VisitEnd.WHOLE, at, arrivals=arrivals, weight=weight) - at


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("rate", [0.2, 1, 3])
def test_the_rate_is_learned(rate: float, timed: bool) -> None:
    """Four weeks of visits tell the rate of articles, with times and without, where many fall between two visits, too;
    the visits then follow its root.
    """
    arrivals = learned(rate, 28, timed=timed)
    mean = sum(arrivals.rate(START + hour * HOUR) for hour in range(168)) / 168
    assert mean == pytest.approx(rate, rel=0.2)
    assert wait(arrivals) / HOUR == pytest.approx(rate**-0.5, rel=0.35)


def test_the_hours_of_a_week_are_learned() -> None:
    """A site that publishes from 8 to 18 on weekdays is visited in these hours, and hardly on Sunday."""
    arrivals, at = Arrivals(), START
    while at < START + timedelta(days=56):
        at += HOUR
        working = at.weekday() < 5 and 8 < at.hour <= 18
        arrivals = arrivals.visited(at, [at - HOUR / 4] if working else [], changed=working)
    monday, sunday = START + timedelta(days=56, hours=10), START + timedelta(days=55, hours=3)
    assert wait(arrivals, monday) < 1.5 * HOUR < 3 * HOUR < wait(arrivals, sunday)


def test_the_first_visit_tells_already() -> None:
    """What the front page or the feed shows of the last week is enough for the second visit; older times are none."""
    busy = Arrivals().visited(START, [START - number * HOUR / 4 for number in range(1, 41)], changed=True)
    quiet = Arrivals().visited(START, [START - timedelta(days=number) for number in range(1, 30)], changed=True)
    assert wait(busy, START) < HOUR < wait(quiet, START)


def test_what_was_is_forgotten() -> None:
    """A site that fell silent is visited less and less, down to once a day, and never less."""
    arrivals, waits = learned(3, 28), []
    for week in range(12):
        at = START + timedelta(days=28 + 7 * week)
        arrivals = arrivals.visited(at, [], changed=False)
        waits.append(wait(arrivals, at))
    assert waits == sorted(waits)
    assert waits[-1] > 2 * waits[0]
    assert wait(Arrivals()) == timedelta(days=1)


def test_the_bounds_hold() -> None:
    """However much news there is, a site is visited every ten minutes at most; weight makes it more often."""
    flood = Arrivals().visited(START, [START - timedelta(seconds=number) for number in range(1, 1000)], changed=True)
    assert wait(flood, START) == INTERVALS.least
    rare = learned(0.05, 28)
    assert wait(rare, weight=4) < wait(rare)


def test_time_that_goes_backwards_changes_nothing() -> None:
    """A visit with an earlier time than the last one, and articles of the future, are no news of the rate."""
    known = learned(1, 7)
    assert known.at is not None
    assert known.visited(known.at - HOUR, [known.at], changed=True) == known
    assert Arrivals().visited(START, [START + HOUR], changed=False).hours == {}


@pytest.mark.parametrize(
    ("end", "failures", "expected"),
    [
        (VisitEnd.GIVEN_BACK, 0, timedelta()),
        (VisitEnd.OUT_OF_TIME, 0, SOON),
        (VisitEnd.BUSY, 0, BUSY),
        (VisitEnd.FAILED, 1, timedelta(minutes=20)),
        (VisitEnd.FAILED, 3, timedelta(minutes=80)),
        (VisitEnd.FAILED, 50, timedelta(days=1)),
    ],
)
def test_the_end_of_a_visit_decides(end: VisitEnd, failures: int, expected: timedelta) -> None:
    """What was given back is due at once, what ran out of time soon, and what fails is tried less and less often."""
    assert INTERVALS.next(end, START, arrivals=Arrivals(), failures=failures) - START == expected
    fixed = INTERVALS.next(VisitEnd.WHOLE, START, arrivals=learned(5, 7), every=timedelta(hours=3))
    assert fixed == START + timedelta(hours=3)
