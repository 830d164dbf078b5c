"""Several sites crawled by one `scrapy crawl`: their visits, signals, progress, and the last lines."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.asyncio import create_looping_call

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.browser.process.sharing import SHARED
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.environment import variables
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.runs.monitoring.log_format import say_last
from mtcrawler.spider.code import mistake_in
from mtcrawler.visits import results
from mtcrawler.visits.bucket import VisitedBucket
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.progress import VisitsProgress
from mtcrawler.visits.results import Summary
from mtcrawler.visits.timers import keep_contexts
from mtcrawler.visits.visit import Visit
from mtcrawler.visits.visits import Visits

logger = logging.getLogger(__name__)

COMMAND_LINE = 40
"""Scrapy's priority of what stands on the command line."""
LONGEST = 100
"""Characters of a run's name."""


def crawl_all(
    process: Any, plans: list[PlannedVisit], take_twins_for_one: Callable[[Any, Callable[[], None]], None]
) -> int:
    """Visit all of these sites, say what came of them, and return the exit code of the process.

    `process` is Scrapy's AsyncCrawlerProcess. `take_twins_for_one` makes its handlers of signals ours.
    """
    settings = process.settings
    typed = settings_of(settings)
    started, bucket = clock.now(), VisitedBucket(settings)
    path = results.summary_path(typed.STATE_DIR, typed.RUN_ID)

    def begin(place: int, plan: PlannedVisit) -> Visit:
        return Visit(plan, process, _run_id(settings, place), bucket.location)

    def summary() -> Summary:
        return Summary.of(typed.RUN_ID, started, len(plans), visits.in_order)

    visits = Visits(plans, typed.CONCURRENT_SITES, begin)
    results.put(path, summary())
    results.prune(typed.STATE_DIR)
    keep_contexts(sys.modules["twisted.internet.reactor"])
    process._graceful_stop_reactor = visits.stop  # Scrapy would stop the reactor under the last writes
    take_twins_for_one(process, lambda: None)
    run = asyncio.get_event_loop().create_task(_run(visits, settings, lambda: results.put(path, summary())))
    run.add_done_callback(process._stop_reactor)
    process.start(stop_after_crawl=False)
    visits.close()
    last = summary().ended()
    failure = run.exception() if run.done() and not run.cancelled() else None
    if isinstance(failure, Exception):
        last = last.model_copy(update={"exit_code": int(ExitCode.FAILED)})
        logger.debug("The visits failed", exc_info=failure)
        say_last(settings, f"visiting {count(len(plans), 'site')}: {mistake_in(failure)}. Report it, and run it again.")
    results.put(path, last)
    _tell(last, str(path), settings)
    return last.exit_code


async def _run(visits: Visits, settings: BaseSettings, write: Callable[[], None]) -> None:
    """Visit all, with what is to be seen and written meanwhile."""
    written = create_looping_call(write)
    written.start(results.WRITTEN_EVERY, now=False)
    try:
        with VisitsProgress(visits, settings).shown():
            async with SHARED.lasting():
                await visits.run()
    finally:
        written.stop()


def _run_id(settings: BaseSettings, place: int) -> str:
    """A name for a site's run: new, or the one that is given with the site's place in the list."""
    given = (settings.getpriority("RUN_ID") or 0) >= COMMAND_LINE or "MTCRAWLER_RUN_ID" in variables()
    if not given:
        return new_run_id()
    number = f"-{place + 1}"
    return f"{settings_of(settings).RUN_ID[: LONGEST - len(number)]}{number}"


def _tell(summary: Summary, path: str, settings: BaseSettings) -> None:
    """A line for each site, what needs a look last, and one for all."""
    for one in results.lines(summary.visits):
        told = one.model_dump(mode="json", exclude={"message", "run_id"})
        level = logging.ERROR if one.exit_code else logging.INFO
        say_last(settings, str(one), level, run=one.run_id, **told)
    told = summary.model_dump(mode="json", include={"exit_code", "sites", "articles", "outcomes"})
    level = logging.ERROR if summary.exit_code else logging.INFO
    say_last(settings, f"{summary}. The summary is {path}.", level, **told, summary=path)
