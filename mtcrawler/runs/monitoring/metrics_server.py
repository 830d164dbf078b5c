"""The one `/metrics` of a process: the numbers of all crawls that go on in it."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock, Thread
from typing import Final, Protocol
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import Metric

from mtcrawler.runs.monitoring.log_context import CRAWL


class Collector(Protocol):
    """The numbers of one crawl."""

    def collect(self) -> Iterable[Metric]:
        """Every family of metrics."""


class MetricsServer:
    """Serves while there is a crawl; where several sites are crawled, until the process ends. Safe for threads."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._crawls: list[Collector] = []
        self._serving: tuple[WSGIServer, Thread] | None = None

    def add(self, crawl: Collector, address: str, port: int) -> None:
        """Serve the numbers of this crawl, too. Raises OSError where the first one cannot be served there."""
        with self._guard:
            if self._serving is None:
                registry = CollectorRegistry()
                registry.register(self)
                self._serving = start_http_server(port, address, registry)
            self._crawls.append(crawl)

    def remove(self, crawl: Collector) -> None:
        """Its numbers are not served any more. It waits for who has asked already: not for the event loop's thread."""
        with self._guard:
            if crawl in self._crawls:
                self._crawls.remove(crawl)
            if self._crawls or self._serving is None or CRAWL.get() is not None:
                return
            (server, thread), self._serving = self._serving, None
        server.shutdown()
        server.server_close()
        thread.join()

    def collect(self) -> Iterable[Metric]:
        """The families of all crawls, each once."""
        with self._guard:
            crawls = list(self._crawls)
        found: dict[str, Metric] = {}
        for family in (family for crawl in crawls for family in crawl.collect()):
            if family.name in found:
                found[family.name].samples.extend(family.samples)
            else:
                found[family.name] = family
        return found.values()


SERVED: Final = MetricsServer()
"""That of this process."""
