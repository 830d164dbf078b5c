"""The one `/metrics` of a process that crawls several sites."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.request import urlopen

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from mtcrawler.runs.monitoring.metrics_server import MetricsServer


class Numbers:
    """The numbers of one crawl."""

    def __init__(self, site: str) -> None:
        self._site = site

    def collect(self) -> Iterator[Metric]:
        """One gauge."""
        family = GaugeMetricFamily("mtcrawler_run_exit_code", "How the run ended.", labels=["site"])
        family.add_metric([self._site], 0)
        yield family


def served(server: MetricsServer) -> str:
    """What is answered on loopback."""
    assert server._serving is not None
    with urlopen(f"http://127.0.0.1:{server._serving[0].server_port}/metrics", timeout=5) as answer:
        told: str = answer.read().decode()
    return told


def test_one_port_serves_all_crawls() -> None:
    """Each family is told once, with the samples of every crawl that goes on; with the last crawl the port closes."""
    server, one, two = MetricsServer(), Numbers("one.example"), Numbers("two.example")
    server.add(one, "127.0.0.1", 0)
    server.add(two, "127.0.0.1", 0)
    told = served(server)
    assert told.count("# TYPE mtcrawler_run_exit_code gauge") == 1
    assert [line for line in told.splitlines() if not line.startswith("#")] == [
        'mtcrawler_run_exit_code{site="one.example"} 0.0',
        'mtcrawler_run_exit_code{site="two.example"} 0.0',
    ]
    server.remove(one)
    assert "one.example" not in served(server)
    server.remove(two)
    assert server._serving is None
