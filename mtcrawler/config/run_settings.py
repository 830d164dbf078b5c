"""Settings of a run: how it is named, judged, ended and watched."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from mtcrawler.config.field import Address, Collector, Day, Level, Line, Port, RunId, Setting, Share, between
from mtcrawler.identity.ids import new_run_id


class RunSettings(BaseModel):
    """How a run is named, judged, ended and watched."""

    RUN_ID: Annotated[
        RunId, Setting("a name for the run", "MTCRAWLER_RUN_ID", unset="its start and six hex digits")
    ] = Field(default_factory=new_run_id)
    OVERLAP: Annotated[
        Literal["refuse", "allow"],
        Setting("two runs of one publisher at once: refuse the second, or allow both", "OVERLAP"),
    ] = "refuse"
    CONCURRENT_SITES: Annotated[
        int,
        between(1, 256),
        Setting(
            "how many sites are crawled at a time where several are named; those that show pages share one browser",
            "CONCURRENT_SITES",
            unit="sites",
        ),
    ] = 4
    LEASE_SECONDS: Annotated[
        float, between(10, 3600), Setting("silence after which another run counts as dead", unit="seconds")
    ] = 60
    PARTIAL_ABOVE: Annotated[
        Share, Setting("share of pages that may fail before a run is partial", "PARTIAL_ABOVE")
    ] = 0
    DRIFT_DROP: Annotated[
        float,
        between(0.1, 1),
        Setting(
            "share of what the site used to give that may be lost before a run has drifted; 1 for never", "DRIFT_DROP"
        ),
    ] = 0.5
    DRIFT_SINCE: Annotated[
        Day, Setting("the day from which earlier runs count in the comparison", "DRIFT_SINCE", unset="none")
    ] = None
    STOP_GRACE: Annotated[
        float,
        between(0, 3600),
        Setting("time that pages in progress have once a run is asked to stop", "STOP_GRACE", unit="seconds"),
    ] = 30
    STALLED_AFTER: Annotated[
        float, between(1, 86400), Setting("time without any result after which a run ends", unit="seconds")
    ] = 600
    UNRESPONSIVE_AFTER: Annotated[
        float,
        between(3, 86400),
        Setting("time without an answer from Python after which a run is killed", unit="seconds"),
    ] = 90
    PROGRESS_ENABLED: Annotated[bool, Setting("whether progress is shown")] = True
    PROGRESS_INTERVAL: Annotated[
        float, between(0.1, 86400), Setting("time between two lines of progress in a log", unit="seconds")
    ] = 10
    METRICS_PORT: Annotated[
        Port,
        Setting(
            "serves `/metrics` for Prometheus during a run or a worker's life (`pip install 'mtcrawler[metrics]'`)",
            "METRICS_PORT",
            unset="off",
        ),
    ] = None
    METRICS_ADDRESS: Annotated[
        Line, Setting("the address it listens on", "METRICS_ADDRESS", allowed="a host name or an address")
    ] = "127.0.0.1"
    PUSHGATEWAY: Annotated[
        Address,
        Setting("a Prometheus Pushgateway, told during the run and at its end", "MTCRAWLER_PUSHGATEWAY", unset="off"),
    ] = None
    PUSH_SECONDS: Annotated[float, between(0.1, 86400), Setting("time between two pushes", unit="seconds")] = 30
    OTLP_ENDPOINT: Annotated[
        Collector,
        Setting(
            "an OpenTelemetry collector for traces (`pip install 'mtcrawler[traces]'`)",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            unset="off",
        ),
    ] = None
    LOG_LEVEL: Annotated[Level, Setting("the least important lines that are logged", "LOG_LEVEL")] = "INFO"
    LOG_JSON: Annotated[bool, Setting("whether the log is JSON, one object a line", unset="no; yes in production")] = (
        False
    )
    SCRAPY_PROJECT: Annotated[
        Line,
        Setting(
            "which settings apply: `default` (a laptop), `production` or `test`",
            "SCRAPY_PROJECT",
            allowed="a name in scrapy.cfg",
            override=False,
        ),
    ] = "default"
