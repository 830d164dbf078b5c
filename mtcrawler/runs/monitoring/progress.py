"""What the operator sees while a run goes on: a live display on a terminal, plain log lines elsewhere."""

from __future__ import annotations

import atexit
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of
from mtcrawler.runs.outcome.counts import Counts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

REFRESH_PER_SECOND = 4


class Progress:
    """A Scrapy extension; PROGRESS_INTERVAL is the seconds between log lines, PROGRESS_ENABLED = False silences it."""

    def __init__(self, crawler: Crawler, console: Console) -> None:
        self.crawler = crawler
        self.console = console
        self.interval = settings_of(crawler.settings).PROGRESS_INTERVAL
        self.started = time.monotonic()
        self._spinner = Spinner("dots")
        self._open = ExitStack()
        # A run that is killed by a second signal is not closed, and would leave the cursor hidden.
        atexit.register(self._open.close)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        if not settings_of(crawler.settings).PROGRESS_ENABLED:
            raise NotConfigured
        progress = cls(crawler, Console(stderr=True))
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self) -> None:
        """Begin to show."""
        self.started = time.monotonic()
        if self.console.is_terminal and not self.crawler.settings.getbool("LOG_JSON"):
            live = Live(
                get_renderable=self.render,
                console=self.console,
                refresh_per_second=REFRESH_PER_SECOND,
                transient=True,
            )
            self._open.enter_context(logs_above(live))
        else:
            lines = create_looping_call(self.log)
            lines.start(self.interval, now=False)
            self._open.callback(lines.stop)

    def spider_closed(self) -> None:
        """Stop showing; the display vanishes, the summary takes its place."""
        self._open.close()

    @property
    def counts(self) -> Counts:
        """The numbers so far."""
        return Counts.of(self.crawler.stats.get_stats())

    @property
    def rate(self) -> float:
        """Articles a minute since the run began."""
        return 60 * self.counts.articles / max(time.monotonic() - self.started, 1e-3)

    def log(self) -> None:
        """One plain line with the numbers so far."""
        told = ", ".join(f"{number} {name}" for name, number in _figures(self.counts))
        logger.info("%s, %.0f articles/min", told, self.rate)

    def render(self) -> RenderableType:
        """The live display: the spider and its age, then the numbers so far."""
        elapsed = int(time.monotonic() - self.started)
        name = self.crawler.spidercls.name
        told = f"{name}  {elapsed // 60:02}:{elapsed % 60:02}  {self.rate:.0f} articles/min"
        self._spinner.update(text=Text(told, "bold"))
        figures = _figures(self.counts)
        table = Table.grid(padding=(0, 3))
        table.add_row(*(Text(name, "dim") for name, _ in figures))
        table.add_row(*(Text(str(number), _style(name, number)) for name, number in figures))
        return Group(self._spinner, table)


def _figures(counts: Counts) -> list[tuple[str, int]]:
    return [
        ("found", counts.addresses),
        ("fetched", counts.fetched),
        ("stored", counts.stored.new + counts.stored.revised),
        ("unchanged", counts.stored.unchanged),
        ("duplicates", counts.duplicates),
        ("overlays closed", counts.overlays_with("gone")),
        ("errors", counts.lost),
    ]


def _style(name: str, number: int) -> str:
    if name == "errors":
        return "bold red" if number else "dim"
    return "bold green" if name == "stored" else "bold"


@contextmanager
def logs_above(live: Live) -> Iterator[None]:
    """Show the display and let log records scroll above it instead of tearing it.

    Rich replaces sys.stderr while it shows, but the handlers of `logging` hold on to the stream they were made with.
    """
    before = sys.stderr
    with live:
        handlers = [
            handler
            for handler in logging.root.handlers
            if isinstance(handler, logging.StreamHandler) and handler.stream is before
        ]
        for handler in handlers:
            handler.setStream(sys.stderr)
        try:
            yield
        finally:
            for handler in handlers:
                handler.setStream(before)
