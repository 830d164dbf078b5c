"""Drift is told from chance, from quiet days and from old articles; and it is over when the site is mended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mtcrawler.config.reading import settings_of
from mtcrawler.model.errors import SettingError
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.drift import (
    Baseline,
    Drift,
    DriftLimits,
    drifts,
    is_news,
    marked,
    recall,
    remember,
    series_of,
)
from mtcrawler.runs.outcome.profile import Profile, Tally
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.outcome.run_outcome import FALLEN, judge
from tests.fixtures.memory import MemoryStore
from tests.fixtures.store import make_article

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
GOOD = {"article": 10, "authors": 8, "published_at": 10, "text": 10}
NO_AUTHORS = {**GOOD, "authors": 0}


def profile(day: int, pages: int = 10, fields: dict[str, int] | None = None, **more: Any) -> Profile:
    """A day's run whose ten pages had these fields; other numbers of pages in proportion."""
    counted = {name: round(number * pages / 10) for name, number in (fields or GOOD).items()}
    given: dict[str, Any] = {"words": [400 + 10 * number for number in range(pages)], **more}
    return Profile(at=BEGIN + timedelta(days=day), pages=pages, fields=counted, **given)


def months(*runs: Profile) -> list[list[Drift]]:
    """What is found in each of these runs, one after the other, each measured by those before it."""
    baseline, found = Baseline(), []
    for run in runs:
        found.append(drifts(baseline.earlier("", date.min), run, DriftLimits()))
        baseline = baseline.with_run("", marked(run, found[-1]))
    return found


def whats(found: list[Drift]) -> list[str]:
    return [one.what for one in found]


def test_a_field_that_vanishes_is_named_with_what_it_was() -> None:
    """Authors on 80 % of pages and then on none is drift; a tenth fewer is not, nor is the first run of all."""
    usual = [profile(day) for day in range(6)]
    *quiet, last = months(*usual, profile(6, 20, NO_AUTHORS))
    assert quiet == [[]] * 6
    assert [str(one) for one in last] == ["authors 80% → 0% of 20 pages"]
    assert months(*usual, profile(6, 20, {**GOOD, "authors": 7}))[-1] == []


def test_pages_that_are_no_articles_any_more_are_said_once() -> None:
    """Where no headline is found nothing else is either, and only the article is named."""
    nothing = dict.fromkeys(GOOD, 0)
    assert whats(months(*map(profile, range(6)), profile(6, 20, nothing, words=[]))[-1]) == ["article"]


def test_texts_that_shrink_are_named() -> None:
    """Texts of 450 words that become 40 are drift, in words."""
    last = months(*map(profile, range(6)), profile(6, 20, words=[40] * 20))[-1]
    assert [str(one) for one in last] == ["words 445 → 40"]


def test_few_pages_tell_nothing_by_themselves_and_enough_of_them_do() -> None:
    """Runs of two pages each: two without an author are chance, a day of them is drift."""
    days = months(*map(profile, range(6)), *(profile(6 + day, 2, NO_AUTHORS) for day in range(10)))
    assert days[6] == []
    assert "authors" in whats(days[-1])


def test_drift_stays_told_until_the_site_is_mended() -> None:
    """A drifted run is no measure for the next, which is told too; the first whole run after that is not."""
    broken = [profile(6 + day, 20, NO_AUTHORS) for day in range(40)]
    days = months(*map(profile, range(6)), *broken, profile(50, 20))
    assert all(whats(found) == ["authors"] for found in days[6:-1])
    assert days[-1] == []


def test_a_list_that_names_nothing_is_drift_and_one_that_never_did_is_not() -> None:
    """A section that listed 19 and lists none is named; a feed of two, and a source that was not read, are not."""
    usual = [profile(day, listed={"section:news": 19, "rss:city": 2, "sitemap": 30}) for day in range(4)]
    days = months(*usual, profile(4, 0, listed={"section:news": 0, "rss:city": 0}), profile(5, 0))
    assert [str(one) for one in days[4]] == ["listed by section:news 19 → 0"]
    assert days[5] == []


def test_quiet_runs_do_not_push_out_what_is_known() -> None:
    """After hundreds of runs without a new page a drift is still seen, and the baseline has not grown."""
    baseline = Baseline()
    for day in range(400):
        run = profile(day, 10 if day < 6 else 0, listed={"sitemap": 30})
        baseline = baseline.with_run("", run)
    assert whats(drifts(baseline.earlier("", date.min), profile(400, 20, NO_AUTHORS), DriftLimits())) == ["authors"]
    assert len(baseline.model_dump_json()) < 10_000


def test_a_run_like_those_before_it_tells_nothing_new() -> None:
    """A run without pages counts where its lists are others than in the last runs, or these are too few to judge by."""
    runs = [profile(day, 0, listed={"rss": 10}) for day in range(1, 5)]
    assert [is_news(runs[:known], runs[3]) for known in range(4)] == [True, True, True, False]
    assert is_news(runs[:3], profile(4, 0, listed={"rss": 9}))
    assert is_news(runs[:3], profile(4, 1, listed={"rss": 10}))
    assert not is_news([], profile(4, 0))


def test_a_day_in_drift_since_begins_anew() -> None:
    """What runs before DRIFT_SINCE gave is no measure; a drop of 1 finds nothing; nonsense is refused."""
    earlier = Baseline(series={"": [profile(day) for day in range(6)]})
    assert drifts(earlier.earlier("", date(2026, 12, 1)), profile(40, 20, NO_AUTHORS), DriftLimits()) == []
    assert drifts(earlier.earlier("", date.min), profile(40, 20, NO_AUTHORS), DriftLimits(drop=1)) == []
    for wrong in ({"DRIFT_DROP": "half"}, {"DRIFT_DROP": "7"}, {"DRIFT_SINCE": "yesterday"}):
        with pytest.raises(SettingError):
            DriftLimits.of(settings_of(wrong))


def test_old_articles_and_parts_are_no_measure() -> None:
    """An article older than thirty days is not counted, and of a walled one not its length."""
    tally = Tally()
    tally.add(make_article(1))
    tally.add(make_article(2, published_at=BEGIN - timedelta(days=90)))
    counts = Counts(not_articles=2, dropped={"MissingField": 1, "Walled": 4})
    made = tally.profile(BEGIN, counts, {"discovery/listed/rss:news": 7})
    assert (made.pages, made.fields["article"], len(made.words)) == (4, 1, 1)
    assert made.listed == {"rss:news": 7}


def test_only_runs_that_were_narrowed_alike_are_compared() -> None:
    """The span of days does not matter, sections do; a run for single addresses has no measure."""
    assert series_of({"since": "2d"}) == series_of({"since": "7d", "limit": "5"}) == ""
    assert series_of({"sections": "news"}) != series_of({})
    assert series_of({"url": "https://paper.example/x"}) is None


def test_the_baseline_is_kept_in_the_bucket_by_everyone() -> None:
    """Two machines that remember at once are both remembered, and a baseline that cannot be read begins anew."""
    store = MemoryStore()
    remember(store, "paper", "", profile(1))
    remember(store, "paper", "", profile(2))
    baseline, etag = recall(store, "paper")
    assert [one.at.day for one in baseline.series[""]] == [2, 3]
    assert etag is not None
    store.put("baselines/v1/paper.json", b"{")
    assert recall(store, "paper")[0] == Baseline()


def test_drift_outranks_single_pages_and_is_outranked_by_what_kept_the_run_from_working() -> None:
    """Drifted comes after a stop, the machinery and a site that refuses, before partial and nothing found."""
    fell = [Drift(what="authors", before=0.8, now=0, pages=20)]
    assert judge(Counts(articles=3, errors={"MissingField": 1}), drift=fell).outcome is Outcome.DRIFTED
    assert "authors 80% → 0% of 20 pages" in judge(Counts(), drift=fell).message
    assert judge(Counts(), "shutdown", drift=fell).outcome is Outcome.STOPPED
    assert judge(Counts(statuses={"403": 9}), drift=fell).outcome is Outcome.BLOCKED


@pytest.mark.parametrize(("lost", "outcome"), [(1, Outcome.DONE), (3, Outcome.PARTIAL)])
def test_partial_is_a_question_of_the_share(lost: int, outcome: Outcome) -> None:
    """Up to the share PARTIAL_ABOVE names a run is done, and still says what was lost."""
    verdict = judge(Counts(articles=19, errors={"HTTP 500": lost}), partial_above=0.1)
    assert verdict.outcome is outcome
    assert f"{lost} × HTTP 500" in verdict.message


def test_the_last_line_of_a_drifted_run_can_be_read() -> None:
    """However much fell, the last line names a few things, says how many more there are and where to find them."""
    fell = [Drift(what=f"listed by rss:{number}", before=50, now=0) for number in range(FALLEN + 7)]
    said = judge(Counts(articles=3), drift=fell).message
    assert said.count("→") == FALLEN
    assert "rss:0 50 → 0" in said
    assert "and 7 more, all of them in the manifest" in said
