"""What the operator sees while sites are visited: a live display on a terminal, plain log lines elsewhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text
from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of
from mtcrawler.model.printable import count, safe
from mtcrawler.runs.monitoring.progress import REFRESH_PER_SECOND, logs_above
from mtcrawler.visits.visits import Visits

logger = logging.getLogger(__name__)

NAMED: Final = 10
"""Sites under way that are named."""


class VisitsProgress:
    """The progress of all visits together; PROGRESS_INTERVAL and PROGRESS_ENABLED hold as for one site."""

    def __init__(self, visits: Visits, settings: BaseSettings, console: Console | None = None) -> None:
        self._visits, self._settings = visits, settings
        self._console = console or Console(stderr=True)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Progress is shown in the block."""
        typed = settings_of(self._settings)
        if not typed.PROGRESS_ENABLED:
            yield
        elif self._console.is_terminal and not typed.LOG_JSON:
            with logs_above(
                Live(
                    get_renderable=self.render,
                    console=self._console,
                    refresh_per_second=REFRESH_PER_SECOND,
                    transient=True,
                )
            ):
                yield
        else:
            lines = create_looping_call(self.log)
            lines.start(typed.PROGRESS_INTERVAL, now=False)
            try:
                yield
            finally:
                lines.stop()

    @property
    def line(self) -> str:
        """The state of all of them in one line."""
        visits = self._visits
        failed = sum(one.exit_code != 0 for one in visits.results.values())
        minutes = max(time.monotonic() - visits.begun_at, 1e-3) / 60
        return (
            f"{len(visits.results)} of {count(len(visits.plans), 'site')} visited, {failed} of them not well; "
            f"{count(visits.articles, 'article')}, {visits.articles / minutes:.0f} articles/min"
        )

    def log(self) -> None:
        """One plain line: how many sites are done, and which are under way."""
        sites = [visit.plan.site for visit in self._visits.under_way.values()]
        more = f" and {len(sites) - NAMED} more" if len(sites) > NAMED else ""
        logger.info("%s; under way: %s%s", self.line, ", ".join(sites[:NAMED]) or "none", more)

    def render(self) -> RenderableType:
        """The live display: the state of all, then the sites under way."""
        table = Table.grid(padding=(0, 3))
        for visit in list(self._visits.under_way.values())[:NAMED]:
            table.add_row(Text(safe(visit.plan.site)), Text(count(visit.articles, "article"), "dim"))
        return Group(Text(self.line, "bold"), table)
