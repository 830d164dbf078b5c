"""A run's numbers for Prometheus: served while it lasts, pushed at its end; they cost nothing until someone asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.error import URLError
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, exposition
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from scrapy import Spider, signals
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.sessions import states
from mtcrawler.model import clock
from mtcrawler.runs.monitoring.metrics_server import SERVED
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.run_telemetry import Telemetry
from mtcrawler.runs.telemetry.timeline import BOUNDS
from mtcrawler.security.redaction import Secrets, without_userinfo

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

logger = logging.getLogger(__name__)

TIMEOUT = 10.0
LABELS: Final = ("spider", "site")
STEP = 2
"""Of the classes of latency every second one is shown: each is twice the one before."""


class Figures:
    """What Prometheus asks for, collected from the recorder and the telemetry at the moment it asks."""

    def __init__(self, crawler: Crawler) -> None:
        self._context, self._recorder = CrawlContext.of(crawler), RunRecorder.from_crawler(crawler)
        self._whose = whose(crawler)
        self._before: datetime | None = None
        self._shown = Secrets.of(crawler.settings, states(crawler.settings)).shown

    def collect(self) -> Iterable[Metric]:
        """Every family of metrics."""
        counts, telemetry = self._recorder.counts, self._recorder.telemetry
        stored = counts.stored
        articles = {name: getattr(stored, name) for name in ("new", "revised", "unchanged", "waiting", "failed")}
        articles |= {"duplicate": counts.duplicates, **{_snake(name): n for name, n in counts.dropped.items()}}
        yield self._counter("mtcrawler_articles", "Articles by what became of them.", articles)
        pages = {**counts.statuses, "unanswered": counts.unanswered, "disallowed": counts.disallowed}
        yield self._counter("mtcrawler_pages", "Pages and lists by the status answered, or why there was none.", pages)
        yield self._seconds(telemetry)
        family = CounterMetricFamily(
            "mtcrawler_overlays", "What stood over pages.", labels=["spider", "site", "kind", "outcome"]
        )
        for kind, ends in counts.overlays.items():
            for outcome, number in ends.items():
                family.add_metric([*self._whose, self._shown(kind), self._shown(outcome)], number)
        yield family
        yield from self._gauges(telemetry)

    def remember(self) -> None:
        """Learn from the bucket's feed when this publisher last gave an article, before this run gives any."""
        site = self._context.site
        if site is not None and (session := self._context.session).opened:
            self._before = session.known.last_stored(site.host)

    def _gauges(self, telemetry: Telemetry) -> Iterator[Metric]:
        told, last = self._recorder.manifest, telemetry.last_stored or self._before
        ended = told.finished_at if told else clock.now()
        values = {
            "mtcrawler_run_exit_code": ("How the run ended.", told.exit_code if told else None),
            "mtcrawler_run_duration_seconds": (
                "How long the run took, or takes so far.",
                (ended - self._recorder.started_at).total_seconds(),
            ),
            "mtcrawler_last_good_article_timestamp_seconds": (
                "When an article of this publisher was last stored as new or revised, by any run.",
                last.timestamp() if last else None,
            ),
        }
        for name, (told_as, value) in values.items():
            if value is not None:
                gauge = GaugeMetricFamily(name, told_as, labels=["spider", "site"])
                gauge.add_metric([*self._whose], value)
                yield gauge

    def _counter(self, name: str, told: str, numbers: dict[str, int]) -> Metric:
        family = CounterMetricFamily(name, told, labels=["spider", "site", "outcome"])
        for outcome, number in sorted(numbers.items()):
            family.add_metric([*self._whose, self._shown(outcome)], number)
        return family

    def _seconds(self, telemetry: Telemetry) -> Metric:
        family = HistogramMetricFamily(
            "mtcrawler_page_seconds", "From the request to the page as a reader sees it.", labels=["spider", "site"]
        )
        seen, buckets = 0, []
        for place, number in enumerate(telemetry.latency.classes[:-1]):
            seen += number
            if place % STEP == 0:
                buckets.append((f"{BOUNDS[place]:g}", float(seen)))
        buckets.append(("+Inf", float(telemetry.latency.count)))
        family.add_metric([*self._whose], buckets=buckets, sum_value=telemetry.latency.total)
        return family


class Metrics:
    """A Scrapy extension: METRICS_PORT and METRICS_ADDRESS for `/metrics`, PUSHGATEWAY for pushing; off without both.

    A gateway or a port that cannot be opened is named in the log; a run is worth more than its metrics.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        settings = settings_of(crawler.settings)
        self._port, self._address = settings.METRICS_PORT, settings.METRICS_ADDRESS
        self._gateway, self._user = without_userinfo(settings.PUSHGATEWAY or "")
        self._push_seconds = settings.PUSH_SECONDS
        self._registry = CollectorRegistry()
        self._figures = Figures(crawler)
        self._registry.register(self._figures)
        self._pushing: AsyncioLoopingCall | LoopingCall | None = None
        self._secrets = Secrets.of(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made where `optional_extensions` finds that someone asks for metrics; raises SettingError."""
        metrics = cls(crawler)
        crawler.signals.connect(metrics.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(metrics.engine_stopped, signal=signals.engine_stopped)
        return metrics

    def spider_opened(self) -> None:
        """Serve, and push from time to time."""
        self._figures.remember()
        if self._port:
            try:
                SERVED.add(self._figures, self._address, self._port)
            except OSError as err:
                logger.error("Serving metrics on %s:%d: %s. The run goes on without.", self._address, self._port, err)
        if self._gateway:
            self._pushing = create_looping_call(self._push_aside)
            self._pushing.start(self._push_seconds, now=False)

    async def engine_stopped(self, spider: Spider | None = None) -> None:
        """The last push, when the recorder has judged the run; then no more is served."""
        if self._port:
            await asyncio.to_thread(SERVED.remove, self._figures)
        if self._pushing is not None:
            self._pushing.stop()
        if self._gateway:
            await self._push_aside()

    async def _push_aside(self) -> None:
        await asyncio.to_thread(self._push)

    def _push(self) -> None:
        try:
            exposition.push_to_gateway(
                self._gateway,
                job="mtcrawler",
                registry=self._registry,
                grouping_key={name: value for name, value in zip(LABELS, whose(self._crawler), strict=True) if value},
                timeout=TIMEOUT,
                handler=self._handler,
            )
        except (OSError, URLError, ValueError) as err:
            logger.warning("Pushing metrics to %s: %s. The run goes on.", self._gateway, self._secrets.shown(str(err)))

    def _handler(self, url: str, method: str, timeout: float | None, headers: Any, data: bytes) -> Callable[[], None]:
        if self._user is None:
            return exposition.default_handler(url, method, timeout, headers, data)
        return exposition.basic_auth_handler(url, method, timeout, headers, data, *self._user)


def whose(crawler: Crawler) -> tuple[str, str]:
    """The spider of a crawl and its site, with a port that is not the usual one; "" where it crawls no site."""
    definition = getattr(crawler.spidercls, "definition", None)
    return crawler.spidercls.name, urlsplit(definition.origin).netloc if definition else ""


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
