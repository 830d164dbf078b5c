"""Who watches a run: what Prometheus and OpenTelemetry need is loaded only where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

from mtcrawler.model.errors import SettingError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Metrics:
    """A Scrapy extension that is `metrics.Metrics` where METRICS_PORT or PUSHGATEWAY is set."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Raises NotConfigured where nobody asks, SettingError where the extra `metrics` is not installed."""
        if not (crawler.settings.get("METRICS_PORT") or crawler.settings.get("PUSHGATEWAY")):
            raise NotConfigured
        try:
            from mtcrawler.runs.monitoring import metrics  # noqa: PLC0415 - an extra, and not for free
        except ImportError as err:
            raise lacking("metrics", "METRICS_PORT and MTCRAWLER_PUSHGATEWAY") from err
        return metrics.Metrics.from_crawler(crawler)


class Traces:
    """A Scrapy extension that is `traces.Traces` where OTLP_ENDPOINT is set."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Any:
        """Raises NotConfigured where nobody asks, SettingError where the extra `traces` is not installed."""
        if not crawler.settings.get("OTLP_ENDPOINT"):
            raise NotConfigured
        try:
            from mtcrawler.runs.monitoring import traces  # noqa: PLC0415 - an extra, and not for free
        except ImportError as err:
            raise lacking("traces", "OTEL_EXPORTER_OTLP_ENDPOINT") from err
        return traces.Traces.from_crawler(crawler)


def lacking(extra: str, variables: str) -> SettingError:
    """What is raised where someone asks for what an extra has, and it is not installed."""
    remedy = f"Run `pip install 'mtcrawler[{extra}]'`, or unset {variables}"
    return SettingError(f"starting the {extra}", "the library for them is not installed", remedy)
