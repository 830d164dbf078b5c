"""How a run is judged from its numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.result import Addresses, Outcome
from mtcrawler.runs.outcome.run_outcome import judge

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
        pytest.param(
            {**GOOD, "page/missing/unknown": 1, "run/status/404": 1}, "finished", Outcome.DONE, id="a page that is gone"
        ),
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
        pytest.param(
            {
                **FOUND,
                "discovery/spared": 2,
                "address/not due": 2,
                "address/HTTP 403": 1,
                "run/error/HTTP 403": 1,
                "run/cause/refused": 1,
            },
            "finished",
            Outcome.BLOCKED,
            id="all that was due is refused",
        ),
        pytest.param(
            {**FOUND, "discovery/spared": 3, "address/not due": 3, "run/error/HTTP 503": 1, "run/cause/away": 1},
            "finished",
            Outcome.PARTIAL,
            id="nothing was due and one source is down",
        ),
        pytest.param(GOOD, "blocked", Outcome.BLOCKED, id="the spider gave up on refusals"),
        pytest.param(GOOD, "unreachable", Outcome.UNREACHABLE, id="the spider gave up on silence"),
        pytest.param({**GOOD, "store/waiting": 2}, "finished", Outcome.STORAGE, id="articles wait on disk"),
        pytest.param({**GOOD, "store/failed": 1}, "finished", Outcome.STORAGE, id="an article could not be stored"),
        pytest.param(
            {**GOOD, "run/error/BrowserError": 1, "run/cause/browser": 1, "run/status/403": 1},
            "finished",
            Outcome.BROWSER,
            id="no browser",
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


@pytest.mark.parametrize(
    "stats",
    [{"store/waiting": 2}, {"store/failed": 1}, {"store/new": 0, "item_scraped_count": 0, "run/cause/store": 1}],
)
def test_a_store_that_failed_is_told_with_its_cause(stats: dict[str, int]) -> None:
    """Whatever became of the articles, the last line says what the store did, where, and what to do."""
    trouble = "writing x in http://s3/b: nobody answers (EndpointConnectionError). Check S3_ENDPOINT_URL."
    verdict = judge(Counts.of({**GOOD, **stats}), store_trouble=trouble)
    assert verdict.outcome is Outcome.STORAGE
    assert trouble in verdict.message


def test_sources_are_no_pages() -> None:
    """What sources came to is told as sources, with their addresses, and counts as no lost page."""
    stats = {**GOOD, "run/error/blocked": 3, "run/cause/refused": 3, "run/source_error/blocked": 2}
    counts = Counts.of({**stats, "discovery/failed/rss:a": 1, "discovery/failed/rss:b": 1})
    verdict = judge(counts, addresses=Addresses(unread={"rss:a": "https://p.example/a"}))
    assert (verdict.outcome, counts.lost) == (Outcome.PARTIAL, 1)
    assert "1 page could not be used (1 × blocked)" in verdict.cause
    assert "2 sources could not be read (rss:a at https://p.example/a, rss:b)" in verdict.cause
    alone = Counts.of({**GOOD, "run/error/HTTP 500": 2, "run/source_error/HTTP 500": 2})
    assert "page" not in judge(alone).cause
    assert judge(alone).outcome is Outcome.PARTIAL
    assert "requests for sources failed (2 × HTTP 500)" in judge(alone).cause


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


def test_what_was_asked_for_by_name_decides() -> None:
    """Beside stored articles an address that is not stored makes the run partial, and is named."""
    named = Addresses({"https://p.example/x": "missing"})
    verdict = judge(Counts.of({**GOOD, "discovery/found/url": 4}), addresses=named)
    assert verdict.outcome is Outcome.PARTIAL
    assert "https://p.example/x: missing" in verdict.message
    alone = judge(
        Counts.of({"discovery/found/url": 1, "page/missing/unknown": 1, "address/missing": 1}), addresses=named
    )
    assert alone.outcome is Outcome.NOTHING_FOUND
    assert "https://p.example/x: missing" in alone.message


@pytest.mark.parametrize(
    ("stats", "told", "remedy"),
    [
        ({"address/elsewhere": 3}, "3 pages that led to other hosts", "if the site has moved"),
        ({"address/disallowed": 3, "run/status/200": 1}, "3 pages disallowed by robots.txt", "Choose other sources"),
        ({"address/meter reached": 3}, "3 pages left alone, the meter being reached", "mtcrawler login"),
        ({"address/out of scope": 2, "address/missing": 1}, "2 pages out of scope, 1 page missing", "Widen since"),
        ({"address/missing": 3}, "3 pages missing", "sources name pages that are not there"),
        ({"address/not an article": 2, "address/missing": 1}, "2 pages without an article", "selectors"),
        ({"address/PageTooLarge": 2, "run/cause/page": 2}, "2 pages too large to read", "past the limits"),
        ({"address/Forged": 2, "run/cause/page": 2}, "2 pages whose scripts changed", "does that"),
    ],
)
def test_what_became_of_the_addresses_says_what_to_do(stats: dict[str, int], told: str, remedy: str) -> None:
    """Where no address gave an article each fate is told with its number, and the most frequent one has its remedy."""
    verdict = judge(Counts.of({**FOUND, **stats}))
    assert verdict.outcome is Outcome.NOTHING_FOUND
    assert told in verdict.cause
    assert remedy in verdict.remedy


def test_addresses_on_other_hosts_are_told() -> None:
    """A site that moved, whose sources name its new host alone, is told by an example."""
    named = Addresses(foreign=["https://new.example/ice"])
    verdict = judge(Counts.of({"run/status/200": 1, "discovery/foreign": 7}), addresses=named)
    assert verdict.outcome is Outcome.NOTHING_FOUND
    assert "7 on none of the site's hosts, such as https://new.example/ice" in verdict.cause
    assert "if the site has moved" in verdict.remedy


def test_only_addresses_of_articles_are_missing_pages() -> None:
    """A robots.txt or a list's end that answers 404 is no missing page; sources that do are counted apart."""
    verdict = judge(Counts.of({**FOUND, "run/status/404": 2, "address/out of scope": 3}))
    assert "missing" not in verdict.cause
    assert "Widen since" in verdict.remedy
    sources = {"run/status/404": 3, "discovery/failed/sitemap": 1, "discovery/missing": 1}
    assert "1 answered 404" in judge(Counts.of(sources)).remedy


def test_a_run_that_finds_nothing_new_says_what_is_known_and_when_to_look_again() -> None:
    """The last line of a quiet run tells how many addresses are known, and when the first of the articles is due."""
    stats = {**FOUND, "run/status/200": 1, "discovery/spared": 3, "address/not due": 3}
    due = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)
    found = judge(Counts.of(stats), addresses=Addresses(next_due=due))
    assert found.outcome is Outcome.DONE
    assert "3 addresses known and not due, the next article is due at 2026-11-30 09:05 UTC" in found.message
    unmoved = judge(Counts.of({"run/status/200": 1, "discovery/unchanged": 2})).message
    assert "nothing is new: the sources are as they were" in unmoved
    assert "nothing is new" not in judge(Counts.of(GOOD)).message


@pytest.mark.parametrize("reason", ["finished", "unreachable"])
def test_a_site_that_was_refused_for_its_network_names_the_setting(reason: str) -> None:
    """Where a host is left alone because it is not on the public internet, the remedy names the setting."""
    found = judge(Counts.of({"run/unanswered": 1, "run/error/AddressRefused": 1}), reason)
    assert found.outcome is Outcome.UNREACHABLE
    assert "ALLOWED_NETWORKS" in found.remedy
    absent = judge(Counts.of({"run/unanswered": 1, "run/error/ConnectionRefusedError": 1}), reason)
    assert "ALLOWED_NETWORKS" not in absent.remedy
