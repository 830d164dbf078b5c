"""A worker's numbers for Prometheus: its own, and those of the fleet as the database has them when someone asks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError
from datetime import datetime
from itertools import accumulate
from threading import Lock
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from mtcrawler.fleet import status
from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.tally import LATENESS
from mtcrawler.fleet.engine.worker import FleetWorker
from mtcrawler.model.errors import DatabaseAway

logger = logging.getLogger(__name__)

PATIENCE: Final = 3.0
"""Seconds that the database may take to answer whoever asks for metrics."""
FRESH: Final = 5.0
"""Seconds for which its answer is given again, however often somebody asks."""
STATES: Final = {
    "all": "sites",
    "paused": "paused",
    "quarantined": "quarantined",
    "suspect": "suspects",
    "failing": "failing",
    "due": "due",
    "late": "late",
    "backfilling": "backfilling",
    "queued": "queued",
    "under_way": "under_way",
}
"""The states of a site, and what `mtcrawler fleet status` calls the number of sites in each."""

Present = tuple[status.Row, list[status.Row], list[status.Row], status.Row]


class FleetMetrics:
    """What Prometheus asks for, collected in the thread of whoever asks; `loop` is the worker's.

    What the database says is left out where it is away or takes too long: the rest says that it is.
    """

    def __init__(self, fleet: FleetWorker, database: FleetDatabase, loop: asyncio.AbstractEventLoop) -> None:
        self._fleet, self._database, self._loop = fleet, database, loop
        self._guard = Lock()
        self._present: Present | None = None
        self._asked_at = -FRESH

    def collect(self) -> Iterator[Metric]:
        """Every family of metrics."""
        tally, database = self._fleet.tally, self._database
        yield _counts("mtcrawler_fleet_visits", "Visits of this worker by how they ended.", tally.visits)
        yield _counts("mtcrawler_fleet_slices", "Its slices of back-fills by how they ended.", tally.slices)
        yield CounterMetricFamily(
            "mtcrawler_fleet_articles", "Articles that its visits and slices gave.", tally.articles
        )
        yield CounterMetricFamily(
            "mtcrawler_fleet_glances", "Its visits that a glance at the site's sources has ended.", tally.glances
        )
        yield _lateness(list(tally.lateness), tally.lateness_seconds)
        yield GaugeMetricFamily(
            "mtcrawler_fleet_visits_under_way", "Its visits and slices under way.", len(self._fleet.under_way)
        )
        if tally.last_end is not None:
            yield GaugeMetricFamily(
                "mtcrawler_fleet_last_visit_timestamp_seconds", "When its last visit ended.", tally.last_end
            )
        yield CounterMetricFamily(
            "mtcrawler_fleet_taken", "Visits that it took from worker processes that had ended.", tally.taken
        )
        yield CounterMetricFamily(
            "mtcrawler_fleet_quarantined", "Sites that it quarantined because processes ended.", tally.quarantined
        )
        yield GaugeMetricFamily("mtcrawler_fleet_database_up", "Whether PostgreSQL answers it.", not database.is_away)
        yield CounterMetricFamily(
            "mtcrawler_fleet_database_away_seconds", "How long PostgreSQL did not answer it.", database.away_seconds
        )
        with self._guard:
            present = self._asked()
        if present is not None:
            yield from _of_the_fleet(present)

    def _asked(self) -> Present | None:
        """What the database says, asked for on the worker's own connections; None where it gives no answer in time."""
        if self._database.is_away or not self._loop.is_running():
            return None
        if time.monotonic() - self._asked_at < FRESH:
            return self._present
        answer = asyncio.run_coroutine_threadsafe(self._database.transaction(status.present), self._loop)
        try:
            self._present = answer.result(PATIENCE)
        except (TimeoutError, CancelledError, DatabaseAway):
            answer.cancel()  # so that slow metrics are not taken for a database that is away
            self._present = None
        except Exception as err:
            logger.warning("The state of the fleet is not among the metrics (%s: %s).", type(err).__name__, err)
            self._present = None
        self._asked_at = time.monotonic()
        return self._present


def _of_the_fleet(present: Present) -> Iterator[Metric]:
    """What every worker says alike."""
    sites, workers, quarantined, websub = present
    family = GaugeMetricFamily("mtcrawler_fleet_sites", "Sites of the fleet by state.", labels=["state"])
    for state, name in STATES.items():
        family.add_metric([state], sites[name])
    yield family
    yield GaugeMetricFamily(
        "mtcrawler_fleet_longest_wait_seconds",
        "How long the site has been due that waits longest.",
        sites["longest_wait"],
    )
    yield GaugeMetricFamily("mtcrawler_fleet_workers", "Worker processes that give a sign of life.", len(workers))
    family = GaugeMetricFamily(
        "mtcrawler_fleet_quarantined_timestamp_seconds", "Since when a site is quarantined.", labels=["site"]
    )
    for one in quarantined:
        since: datetime = one["since"]
        family.add_metric([one["name"]], since.timestamp())
    yield family
    yield GaugeMetricFamily(
        "mtcrawler_fleet_listeners", "Listeners for hubs that give a sign of life.", websub["listeners"]
    )
    family = GaugeMetricFamily("mtcrawler_fleet_subscriptions", "Subscriptions to hubs by state.", labels=["state"])
    for state, number in websub["subscriptions"].items():
        family.add_metric([state], number)
    yield family
    yield _counts(
        "mtcrawler_fleet_notifications",
        "Notifications of hubs to all listeners by what they came to.",
        Counter(websub["notifications"]),
        "fate",
    )


def _counts(name: str, told: str, numbers: Counter[str], label: str = "outcome") -> Metric:
    family = CounterMetricFamily(name, told, labels=[label])
    for outcome, number in sorted(dict(numbers).items()):
        family.add_metric([outcome], number)
    return family


def _lateness(classes: list[int], seconds: float) -> Metric:
    bounds = [f"{bound:g}" for bound in LATENESS] + ["+Inf"]
    buckets = list(zip(bounds, map(float, accumulate(classes)), strict=True))
    family = HistogramMetricFamily(
        "mtcrawler_fleet_lateness_seconds", "From when a site was due to the beginning of its visit."
    )
    family.add_metric([], buckets=buckets, sum_value=seconds)
    return family
