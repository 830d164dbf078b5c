"""`scrapy crawl`, with what is needed checked before it starts and the run judged when it ends."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from mtcrawler.cli.terminal import default_var
from mtcrawler.commands.wrong_settings import wrong_settings
from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.browser.browser import check_kind, find_browser
from mtcrawler.fetch.crawl_context import CrawlContext, crawls_of, share_patience
from mtcrawler.fetch.network.authorities import trusting_home
from mtcrawler.fetch.sessions import ReaderSession
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, SessionExpired, SettingError
from mtcrawler.model.faults import each_of
from mtcrawler.model.reasons import CloseReason
from mtcrawler.runs.monitoring.log_format import install, last_words, log_last, say_last
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.process.machine import check_machine
from mtcrawler.runs.process.streams import in_utf8, outlive_readers
from mtcrawler.runs.process.supervisor import SupervisorLimits, supervise
from mtcrawler.runs.report.summary import print_summary, verdict
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.security import private_files
from mtcrawler.session import local_files
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.spider.news_spider import NewsSpider
from mtcrawler.spider.spider_loader import SiteSpiderLoader
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.port import StorePatience
from mtcrawler.storage.port import check as check_store
from mtcrawler.storage.write.lease import Lease

logger = logging.getLogger(__name__)

# What Scrapy is made of is of interest only to those who look for a fault (LOG_LEVEL=DEBUG).
TALKATIVE = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.statscollectors", "scrapy.utils.log")


TWINS = 1.0
"""Seconds between two signals within which they are one."""
SILENT_STOPPING = 15.0
"""Seconds that Python may not answer once a crawl was asked to stop."""
ENDING = 60.0
"""Seconds for the last writes once STOP_GRACE is over."""


class Command(ScrapyCrawl):
    """Ends with the exit code of the run's outcome, or with that of the error that kept it from starting."""

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Crawl a newspaper into the bucket: checks first, summary and exit code last"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check arguments, browser and store before anything starts; a failure is one line on stderr."""
        in_utf8()
        super().process_options(args, opts)
        if len(args) != 1:
            raise UsageError
        assert self.settings is not None
        outlive_readers()
        self.patience = StorePatience()
        os.umask(private_files.UMASK)  # the log is opened by logging, tables by SQLite
        if wrong := wrong_settings(self.settings):
            for one in (*wrong, *wrong_arguments(args[0], opts.spargs, self.settings)):
                print(last_words(self.settings, str(one), spider=args[0]), file=sys.stderr)
            sys.exit(SettingError.exit_code)
        try:
            args[0], opts.spargs = named(args[0], opts.spargs, self.settings)
            install(self.settings, args[0])
            if not opts.pdb:  # a debugger waits for a person, and needs the terminal
                supervise(limits_of(self.settings, args[0]))
            check(args[0], opts.spargs, self.settings, self.patience)
        except MtcrawlerError as err:
            for each in each_of(err):
                print(last_words(self.settings, str(each), spider=args[0]), file=sys.stderr)
            sys.exit(err.exit_code)
        if self.settings.get("LOG_LEVEL") != "DEBUG":
            for name in TALKATIVE:
                # A filter, as Scrapy is yet to set the levels.
                logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.WARNING)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, then say what came of it."""
        assert self.crawler_process is not None
        crawler = self._create_crawler(args[0])
        crawler.settings.set("RUN_ARGUMENTS", opts.spargs, priority="cmdline")
        share_patience(crawler, self.patience)
        try:
            with turn(crawler, self.patience):
                self._crawl(crawler, opts)
        except MtcrawlerError as err:
            say_last(crawler.settings, str(err), spider=args[0])
            self.exitcode = err.exit_code
        gc.freeze()  # Python would look through all of it once more before it ends

    def _crawl(self, crawler: Crawler, opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        _take_twins_for_one(self.crawler_process, self.patience.end)
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        failure = task.exception() if isinstance(task, asyncio.Task) and task.done() and not task.cancelled() else None
        if failure is not None:
            raise failure
        recorder = RunRecorder.from_crawler(crawler)
        if recorder.manifest is None:
            # A second signal ends a run before its recorder is closed, and one that comes before it was opened.
            say_last(crawler.settings, "the run was stopped before its manifest was written; run it again")
            self.exitcode = Outcome.STOPPED.exit_code
            return
        summarise(recorder.manifest, crawler.settings)
        self.exitcode = recorder.manifest.exit_code


def _take_twins_for_one(process: Any, asked_to_stop: Callable[[], None]) -> None:
    """Have a signal that arrives twice at once be one request to stop: only a later one ends the run by force.

    The handler of the first calls `asked_to_stop`. Whoever signals the whole process group (systemd, a shell's kill %1)
    reaches this process and its supervisor, which forwards it.
    """
    shut_down, kill = process._signal_shutdown, process._signal_kill
    asked: float | None = None

    def first(number: int, frame: Any) -> None:
        nonlocal asked
        # The twin may come while the first is handled; to shut down twice stops the reactor under an open run.
        if asked is None:
            asked = time.monotonic()
            asked_to_stop()
            shut_down(number, frame)

    def later(number: int, frame: Any) -> None:
        if asked is None or time.monotonic() - asked > TWINS:
            kill(number, frame)

    process._signal_shutdown, process._signal_kill = first, later


def summarise(manifest: Manifest, settings: BaseSettings) -> None:
    """Say what came of the run on stderr: a table for people, one line where the log is JSON."""
    level = logging.ERROR if manifest.exit_code else logging.INFO
    if settings.getbool("LOG_JSON"):
        told = manifest.model_dump(mode="json", include={"outcome", "exit_code", "counts", "spider"})
        say_last(settings, manifest.message, level, **told)
        return
    log_last(verdict(manifest), level)
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = 120
    print_summary(manifest, console, reader(settings))


@contextmanager
def turn(crawler: Crawler, patience: StorePatience) -> Iterator[None]:
    """The publisher's turn is this run's while the context lasts, unless runs may overlap or nothing is stored.

    Raises Busy or StoreError.
    """
    settings = crawler.settings
    typed = settings_of(settings)
    if typed.OVERLAP == "allow" or not _stores(settings):
        yield
        return
    plan = plan_of(settings)
    store = connect(plan.location or Embedded(plan.store_dir).up(), connections=2, attempts=2)

    def opened() -> None:
        """The lease was read before there was a session; what it found unreadable counts in the run."""
        store.left_out.forward(CrawlContext.of(crawler).session.left_out)

    crawler.signals.connect(opened, signals.spider_opened, weak=False)

    def end() -> None:
        reactor: Any = sys.modules["twisted.internet.reactor"]
        if crawler.engine and crawler.spider:
            reactor.callFromThread(crawler.engine.close_spider, crawler.spider, CloseReason.OVERTAKEN)

    try:
        lease = partial(
            Lease, store, crawls_of(crawler), plan.run_id, plan.state_dir, seconds=typed.LEASE_SECONDS, lost=end
        )
        with ExitStack() as held:
            patience.ask(lambda: held.enter_context(lease()), logger.warning)
            yield
    finally:
        store.close()


def _stores(settings: BaseSettings) -> bool:
    return settings.getdict("ITEM_PIPELINES").get("pipelines.store.Store") is not None


def named(name: str, arguments: dict[str, str], settings: BaseSettings) -> tuple[str, dict[str, str]]:
    """The spider that is meant and what it is asked; raises ArgumentError, DefinitionError and SettingError."""
    spiders = get_spider_loader(settings)
    if not isinstance(spiders, SiteSpiderLoader):
        return name, arguments
    spiders.sites.check()
    return spiders.named(name, arguments)


def wrong_arguments(name: str, arguments: dict[str, str], settings: BaseSettings) -> Sequence[MtcrawlerError]:
    """What is wrong with a crawl's arguments; nothing where the spider itself cannot be loaded."""
    try:
        name, arguments = named(name, arguments, settings)
        if (accepts := getattr(get_spider_loader(settings).load(name), "check", None)) is not None:
            accepts(arguments)
    except ArgumentError as err:
        return each_of(err)
    except (MtcrawlerError, KeyError):
        return ()
    return ()


def check(name: str, arguments: dict[str, str], settings: BaseSettings, patience: StorePatience) -> None:
    """Everything a crawl needs, before it starts: raises ArgumentError, BrowserError or StoreError."""
    spiders = get_spider_loader(settings)
    try:
        spider = spiders.load(name)
    except KeyError as err:
        known = ", ".join(sorted(spiders.list()))
        raise ArgumentError(
            f"choosing the spider {name!r}", "there is none of that name", f"Choose one of: {known}."
        ) from err
    if (accepts := getattr(spider, "check", None)) is not None:
        accepts(arguments)
    typed = settings_of(settings)
    shows = getattr(spider, "renders", True) and typed.RENDER_MODE != "http"
    check_machine(browser=shows)
    if shows:
        if typed.MTCRAWLER_BROWSER and (named := shutil.which(typed.MTCRAWLER_BROWSER)):
            check_kind(named)
        find_browser(typed.MTCRAWLER_BROWSER)
    plan = plan_of(settings) if _stores(settings) else None
    if plan is not None:
        local_files.check(plan)
    if shows:
        trusting_home(typed)  # written into a folder that was looked at just now
    sessions = typed.READER_SESSIONS
    if issubclass(spider, NewsSpider) and (host := spider.definition.site.host) in sessions:
        with suppress(SessionExpired):  # named when the crawl begins, which goes on without it
            ReaderSession.open(host, Path(sessions[host]))
    if plan is not None:
        store = connect(plan.location or Embedded(plan.store_dir).up(), connections=1, attempts=2)
        try:
            patience.ask(lambda: check_store(store), lambda text: _warn(text, settings, name))
        finally:
            store.close()


def _warn(text: str, settings: BaseSettings, spider: str) -> None:
    """Say on stderr what there is no log for yet."""
    print(last_words(settings, text, logging.WARNING, spider=spider), file=sys.stderr)


def limits_of(settings: BaseSettings, spider: str) -> SupervisorLimits:
    """When a crawl with these settings is ended by force."""
    typed = settings_of(settings)
    return SupervisorLimits(
        spider=spider,
        run_id=str(settings.get("RUN_ID")),
        silent=typed.UNRESPONSIVE_AFTER,
        silent_stopping=min(typed.UNRESPONSIVE_AFTER, SILENT_STOPPING),
        ending=typed.STOP_GRACE + ENDING,
        state_dir=str(typed.STATE_DIR),
        log_json=typed.LOG_JSON,
        stopped_code=Outcome.STOPPED.exit_code,
        stalled_code=Outcome.STALLED.exit_code,
    )


def reader(settings: BaseSettings) -> str:
    """The command that reads the bucket of these settings, as it is typed in this folder."""
    plan = plan_of(settings)
    folder = plan.store_dir.parent
    usual = plan.location or folder.absolute() == default_var()
    return "mtcrawler" if usual else f"mtcrawler --var {os.path.relpath(folder)}"
