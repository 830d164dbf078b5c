"""How a run is judged from its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.run_outcome import Outcome, judge

FOUND = {"discovery/found/sitemap": 3}
GOOD = {**FOUND, "run/status/200": 4, "item_scraped_count": 3, "store/new": 3}


@pytest.mark.parametrize(
    ("stats", "reason", "outcome"),
    [
        pytest.param(GOOD, "finished", Outcome.DONE, id="every page became an article"),
        pytest.param(
            {**FOUND, "run/status/200": 4, "item_scraped_count": 3, "store/unchanged": 3},
            "finished",
            Outcome.DONE,
            id="a second run finds nothing new",
        ),
        pytest.param(
            {**FOUND, "run/status/200": 4, "item_dropped_reasons_count/Duplicate": 3},
            "finished",
            Outcome.DONE,
            id="all were duplicates",
        ),
        pytest.param({**GOOD, "run/status/404": 1}, "finished", Outcome.DONE, id="a page that is gone is no failure"),
        pytest.param(
            {**GOOD, "store/spooled": 2, "store/delivered": 2}, "finished", Outcome.DONE, id="what waited was delivered"
        ),
        pytest.param(GOOD, "closespider_itemcount", Outcome.DONE, id="the asked-for number was reached"),
        pytest.param({"run/status/200": 1}, "finished", Outcome.NOTHING_FOUND, id="the sources name nothing"),
        pytest.param(
            {"run/status/200": 2, "discovery/unchanged": 12}, "finished", Outcome.DONE, id="no list has changed since"
        ),
        pytest.param(
            {**FOUND, "run/status/200": 4, "page/not_article": 3},
            "finished",
            Outcome.NOTHING_FOUND,
            id="no page is an article",
        ),
        pytest.param(
            {**GOOD, "run/status/500": 1, "run/error/HTTP 500": 1}, "finished", Outcome.PARTIAL, id="one page broke"
        ),
        pytest.param(
            {**GOOD, "item_dropped_reasons_count/MissingField": 1, "run/error/MissingField": 1},
            "finished",
            Outcome.PARTIAL,
            id="one page lacks its headline",
        ),
        pytest.param({**GOOD, "discovery/failed/rss:news": 1}, "finished", Outcome.PARTIAL, id="a malformed feed"),
        pytest.param({**GOOD, "discovery/cut/lists past 500": 2}, "finished", Outcome.PARTIAL, id="a cap was reached"),
        pytest.param({**GOOD, "page/gone": 1, "run/status/404": 1}, "finished", Outcome.DONE, id="a page that is gone"),
        pytest.param({**GOOD, "session/expired": 1}, "finished", Outcome.SESSION_EXPIRED, id="a session ran out"),
        pytest.param(
            {**GOOD, "page/failed": 1, "robotstxt/forbidden": 1}, "finished", Outcome.DONE, id="robots.txt held"
        ),
        pytest.param(
            {"run/status/200": 1, "discovery/failed/sitemap": 1},
            "finished",
            Outcome.NOTHING_FOUND,
            id="the only source is malformed",
        ),
        pytest.param(GOOD, "memusage_exceeded", Outcome.PARTIAL, id="closed early"),
        pytest.param(
            {**GOOD, "run/status/403": 1, "run/error/HTTP 403": 1}, "finished", Outcome.PARTIAL, id="one page refused"
        ),
        pytest.param(
            {**FOUND, "run/status/200": 1, "run/status/403": 3, "run/error/HTTP 403": 3},
            "finished",
            Outcome.BLOCKED,
            id="every page refused",
        ),
        pytest.param(
            {"run/status/429": 1, "run/error/HTTP 429": 1}, "finished", Outcome.BLOCKED, id="too many requests"
        ),
        pytest.param({"robotstxt/forbidden": 2}, "finished", Outcome.BLOCKED, id="robots.txt forbids it all"),
        pytest.param(
            {"run/unanswered": 1, "run/error/ConnectionRefusedError": 1},
            "finished",
            Outcome.UNREACHABLE,
            id="nobody answers",
        ),
        pytest.param(
            {"run/status/503": 1, "run/error/HTTP 503": 1}, "finished", Outcome.UNREACHABLE, id="the site is down"
        ),
        pytest.param(GOOD, "blocked", Outcome.BLOCKED, id="the spider gave up on refusals"),
        pytest.param(GOOD, "unreachable", Outcome.UNREACHABLE, id="the spider gave up on silence"),
        pytest.param({**GOOD, "store/waiting": 2}, "finished", Outcome.STORAGE, id="articles wait on disk"),
        pytest.param({**GOOD, "store/failed": 1}, "finished", Outcome.STORAGE, id="an article could not be stored"),
        pytest.param(
            {**GOOD, "run/error/BrowserError": 1, "run/status/403": 1}, "finished", Outcome.BROWSER, id="no browser"
        ),
        pytest.param({**GOOD, "store/waiting": 1}, "shutdown", Outcome.STOPPED, id="stopped by a signal"),
    ],
)
def test_judge(stats: dict[str, Any], reason: str, outcome: Outcome) -> None:
    """The outcome is the widest cause that explains the numbers: the operator, then us, then the site, then pages."""
    assert judge(Counts.of(stats), reason).outcome is outcome


@pytest.mark.parametrize("outcome", list(Outcome))
def test_exit_codes_are_distinct(outcome: Outcome) -> None:
    """Only a run without fault exits with 0, and no two outcomes share a code."""
    assert (outcome.exit_code == 0) == (outcome is Outcome.DONE)
    assert [other for other in Outcome if other.exit_code == outcome.exit_code] == [outcome]


def test_store_that_ended_the_run() -> None:
    """When the store ended the run, the verdict says what the store said."""
    verdict = judge(Counts.of(GOOD), "spool_full", "writing x: the disk is full. Make room.")
    assert verdict.outcome is Outcome.STORAGE
    assert verdict.message.endswith("writing x: the disk is full. Make room.")


def test_message_is_one_line_with_a_remedy() -> None:
    """Every verdict that is not good says in one line what was the matter and what to do."""
    verdict = judge(Counts.of({"run/unanswered": 2, "run/error/ConnectionRefusedError": 2}))
    assert "2 × ConnectionRefusedError" in verdict.message
    assert verdict.remedy in verdict.message
    assert "\n" not in verdict.message


def test_counts_read_the_stats_of_all_parts() -> None:
    """Counts take found, overlays, drops and stored numbers from the stats names the parts of a crawl agree on."""
    counts = Counts.of(
        {
            "discovery/found/rss": 2,
            "discovery/found/sitemap": 5,
            "overlay/donation/gone": 4,
            "overlay/consent/stuck": 1,
            "item_dropped_reasons_count/Duplicate": 2,
            "item_dropped_reasons_count/MissingField": 1,
            "store/new": 3,
            "start_time": "not a number",
        }
    )
    assert counts.addresses == 7
    assert counts.overlays == {"donation": {"gone": 4}, "consent": {"stuck": 1}}
    assert (counts.overlays_with("gone"), counts.overlays_with("stuck")) == (4, 1)
    assert (counts.duplicates, counts.dropped) == (2, {"MissingField": 1})
    assert counts.stored.kept == 3
