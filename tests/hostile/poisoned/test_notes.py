"""Laws of what a crawler keeps in the bucket for its next run: baseline and mode history are ours, or begun anew."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime

import pytest

from mtcrawler.fetch.mode.auto import Auto
from mtcrawler.runs.outcome.drift import DriftLimits, drifts, recall, remember
from mtcrawler.runs.outcome.profile import Profile
from mtcrawler.storage.layout import baseline_key, mode_history_key
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE

AT = datetime(2026, 11, 20, tzinfo=UTC)
PROFILE = {"at": "2026-11-19T00:00:00Z", "pages": 100, "fields": {"article": 100}, "words": [300] * 100}


@pytest.mark.parametrize(
    "profile",
    [
        {**PROFILE, "pages": 10**400},
        {**PROFILE, "pages": -5},
        {**PROFILE, "fields": {"article": 10**9}},
        {**PROFILE, "words": [-1]},
        {**PROFILE, "listed": {"rss": 10**300}},
        {**PROFILE, "at": None},
        [PROFILE],
    ],
)
def test_a_baseline_is_a_measure_or_none(profile: object, client: Client) -> None:
    """Numbers that no run gives are no measure: the baseline is named, set aside and begun anew, without a long sum."""
    client.put(baseline_key("paper"), json.dumps({"series": {"": [profile]}}).encode())
    baseline, etag = recall(client, "paper")
    assert (baseline.series, etag) == ({}, None)
    assert [err.key for err in client.left_out.found] == [baseline_key("paper")]
    now = Profile(at=AT, pages=20, fields={"article": 20})
    assert drifts(baseline.earlier("", date.min), now, DriftLimits()) == []
    remember(client, "paper", "", now)
    assert recall(client, "paper")[0].series == {"": [now]}


@pytest.mark.parametrize("more", [{"form": 2}, {"series": {"": [{**PROFILE, "pictures": 3}]}}], ids=["above", "within"])
def test_a_baseline_of_another_version_begins_anew_quietly(
    more: dict[str, object], client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Fields that are not known here are another version's: the baseline is no poison, and the next run replaces it."""
    client.put(baseline_key("paper"), json.dumps({"series": {"": [PROFILE]}, **more}).encode())
    with caplog.at_level(logging.INFO):
        baseline, etag = recall(client, "paper")
    assert (baseline.series, etag is None, len(client.left_out)) == ({}, False, 0)
    (line,) = (record for record in caplog.records if record.name == "mtcrawler.runs.outcome.drift")
    assert line.levelno == logging.INFO
    now = Profile(at=AT, pages=20, fields={"article": 20})
    remember(client, "paper", "", now)
    assert recall(client, "paper")[0].series == {"": [now]}
    assert list(client.keys("set-aside/")) == []


@pytest.mark.parametrize(
    "kept",
    [
        {"learned_by": "paper/0.0", "templates": {"news": {"compared": "three", "forms": [1]}}},
        {"learned_by": "paper/1", "templates": {"news": {"compared": 3, "forms": [1]}}},
        {"learned_by": "paper/2", "by_template": 1},
    ],
    ids=["an older one", "a later one", "another form"],
)
def test_lessons_of_another_version_begin_anew_quietly(
    kept: dict[str, object], client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """What another version learned is learned anew, whatever form it has, and is no poison."""
    client.put(mode_history_key(SITE), json.dumps(kept).encode())
    auto: Auto[object] = Auto(SITE, "paper/1", free=True)
    with caplog.at_level(logging.INFO):
        auto.recall(client)
    assert (auto.history.templates, len(client.left_out), list(client.keys("set-aside/"))) == ({}, 0, [])
    assert [record.levelno for record in caplog.records if record.name == "mtcrawler.fetch.mode.auto"] == [logging.INFO]
