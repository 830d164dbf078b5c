"""A run as OpenTelemetry spans: the run, in it every page, in that its fetching, clearing, reading and storing.

Spans are made of the telemetry's moments once a page is done, so that nothing is measured twice and nothing waits.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Self

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode, set_span_in_context
from scrapy import Spider, signals

from mtcrawler import __version__
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.run_telemetry import Page

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from scrapy.crawler import Crawler


class Traces:
    """A Scrapy extension; OTLP_ENDPOINT says where spans go, and without it there is none.

    How to get there (headers, time-out, certificates) is read by OpenTelemetry's own exporter from its own variables.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._recorder = RunRecorder.from_crawler(crawler)
        # Spans bear the wall's time, telemetry the monotonic clock's; this is what lies between, in nanoseconds.
        self._offset = time.time_ns() - time.monotonic_ns()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "mtcrawler", "service.version": __version__})
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=_endpoint(crawler))))
        self._tracer = self._provider.get_tracer("mtcrawler", __version__)
        self._run: Any = None
        self._inside: Context | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made where `optional_extensions` finds OTLP_ENDPOINT."""
        traces = cls(crawler)
        crawler.signals.connect(traces.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(traces.engine_stopped, signal=signals.engine_stopped)
        return traces

    def spider_opened(self, spider: Spider) -> None:
        """The run's span begins."""
        site = self._recorder.context.site
        attributes = {"mtcrawler.spider": spider.name, "mtcrawler.run": self._recorder.run_id}
        attributes |= {"mtcrawler.site": site.host} if site is not None else {}
        self._run = self._tracer.start_span("run", attributes=attributes)
        self._inside = set_span_in_context(self._run)
        self._recorder.telemetry.watchers.append(self.page)

    def page(self, page: Page) -> None:
        """The spans of a page that is done."""
        shown = self._recorder.secrets.shown
        whole = self._span("page", page.begun, self._inside)
        whole.set_attributes(
            {
                "url.full": shown(page.url),
                "http.response.status_code": page.status,
                "http.response.body.size": page.size,
                "mtcrawler.section": shown(page.section),
                "mtcrawler.outcome": shown(page.outcome),
            }
        )
        if page.status >= 400:
            whole.set_status(Status(StatusCode.ERROR, shown(page.outcome)))
        inside = set_span_in_context(whole)
        self._part("fetch", page.begun, page.fetched, inside)
        if page.clearing is not None:
            self._part("overlays", *page.clearing, inside)
            self._part("render", page.fetched, page.read, inside)
        stored = page.done - page.storing
        self._part("extract", page.read, stored, inside)
        if page.storing:
            self._part("store", stored, page.done, inside)
        whole.end(self._at(page.done))

    async def engine_stopped(self) -> None:
        """The run's span ends as the run was judged, and what is not sent yet is sent."""
        if self._run is not None:
            if (told := self._recorder.manifest) is not None:
                self._run.set_attributes({"mtcrawler.outcome": told.outcome, "mtcrawler.exit_code": told.exit_code})
                if told.exit_code:
                    self._run.set_status(Status(StatusCode.ERROR, told.message))
            self._run.end()
        await asyncio.to_thread(self._provider.shutdown)

    def _part(self, name: str, begun: float, ended: float, inside: Context) -> None:
        self._span(name, begun, inside).end(self._at(max(begun, ended)))

    def _span(self, name: str, begun: float, inside: Context | None) -> Span:
        span: Any = self._tracer.start_span(name, context=inside, start_time=self._at(begun))
        return span  # type: ignore[no-any-return]

    def _at(self, moment: float) -> int:
        return int(moment * 1e9) + self._offset


def _endpoint(crawler: Crawler) -> str:
    return str(crawler.settings["OTLP_ENDPOINT"]).rstrip("/") + "/v1/traces"
