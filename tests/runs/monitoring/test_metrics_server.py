"""The one `/metrics` of a process that crawls several sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from urllib.request import urlopen

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from mtcrawler.runs.monitoring.log_context import CRAWL, LogContext
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


def test_the_port_of_several_sites_stays_open_between_them() -> None:
    """Where several sites are crawled, the end of the only one under way closes nothing: the next is served there."""
    server, one, two = MetricsServer(), Numbers("one.example"), Numbers("two.example")

    def in_a_visit(call: Callable[[], None]) -> None:
        CRAWL.set(LogContext("one.example", "news", "run-1"))
        call()

    server.add(one, "127.0.0.1", 0)
    Context().run(in_a_visit, lambda: server.remove(one))
    serving = server._serving
    assert serving is not None
    assert "one.example" not in served(server)
    server.add(two, "127.0.0.1", 0)
    assert server._serving is serving
    assert "two.example" in served(server)
    server.remove(two)  # outside of a visit: the process ends
    assert server._serving is None
