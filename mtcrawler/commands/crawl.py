"""`scrapy crawl`, with what is needed checked before it starts and the run judged when it ends."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.crawl_context import session_of
from mtcrawler.fetch.sessions import ReaderSession
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, SessionExpired, SettingError
from mtcrawler.model.reasons import CloseReason
from mtcrawler.runs.monitoring.log_format import install, last_words
from mtcrawler.runs.outcome.run_outcome import Outcome
from mtcrawler.runs.process.streams import outlive_readers
from mtcrawler.runs.process.supervisor import SupervisorLimits, supervise
from mtcrawler.runs.report.summary import print_summary
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.security import private_files
from mtcrawler.session.registry import plan_of
from mtcrawler.spider.news_spider import NewsSpider
from mtcrawler.spider.spider_loader import SiteSpiderLoader
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.port import check as check_store
from mtcrawler.storage.write.lease import Lease

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
        super().process_options(args, opts)
        if len(args) != 1:
            raise UsageError
        assert self.settings is not None
        outlive_readers()
        os.umask(private_files.UMASK)  # the log is opened by logging, tables by SQLite
        if wrong := wrong_settings(self.settings):
            for one in wrong:
                print(last_words(self.settings, str(one), spider=args[0]), file=sys.stderr)
            sys.exit(SettingError.exit_code)
        try:
            args[0], opts.spargs = named(args[0], opts.spargs, self.settings)
            install(self.settings, args[0])
            if not opts.pdb:  # a debugger waits for a person, and needs the terminal
                supervise(limits_of(self.settings, args[0]))
            check(args[0], opts.spargs, self.settings)
        except MtcrawlerError as err:
            print(last_words(self.settings, str(err), spider=args[0]), file=sys.stderr)
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
        try:
            with turn(crawler):
                self._crawl(crawler, opts)
        except MtcrawlerError as err:
            print(last_words(crawler.settings, str(err), spider=args[0]), file=sys.stderr)
            self.exitcode = err.exit_code
        gc.freeze()  # Python would look through all of it once more before it ends

    def _crawl(self, crawler: Crawler, opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        _take_twins_for_one(self.crawler_process)
        task = self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()

        failure = task.exception() if isinstance(task, asyncio.Task) and task.done() and not task.cancelled() else None
        if failure is not None:
            raise failure
        recorder = crawler.get_extension(RunRecorder)
        if recorder is None or recorder.manifest is None:
            # A second signal ends a run before its recorder is closed, and one that comes before it was opened.
            forced = "the run was stopped before its manifest was written; run it again"
            print(last_words(crawler.settings, forced), file=sys.stderr)
            self.exitcode = Outcome.STOPPED.exit_code
            return
        summarise(recorder.manifest, crawler.settings)
        self.exitcode = recorder.manifest.exit_code


def _take_twins_for_one(process: Any) -> None:
    """Have a signal that arrives twice at once be one request to stop: only a later one ends the run by force.

    Whoever signals the whole process group (systemd, a shell's kill %1) reaches this process and its supervisor, which
    forwards it.
    """
    shut_down, kill = process._signal_shutdown, process._signal_kill
    asked = 0.0

    def first(number: int, frame: Any) -> None:
        nonlocal asked
        asked = time.monotonic()
        shut_down(number, frame)

    def later(number: int, frame: Any) -> None:
        if time.monotonic() - asked > TWINS:
            kill(number, frame)

    process._signal_shutdown, process._signal_kill = first, later


def summarise(manifest: Manifest, settings: BaseSettings) -> None:
    """Say what came of the run on stderr: a table for people, one line where the log is JSON."""
    if settings.getbool("LOG_JSON"):
        told = manifest.model_dump(mode="json", include={"outcome", "exit_code", "counts", "spider"})
        level = logging.ERROR if manifest.exit_code else logging.INFO
        print(last_words(settings, manifest.message, level, **told), file=sys.stderr)
        return
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = 120
    print_summary(manifest, console, reader(settings))


@contextmanager
def turn(crawler: Crawler) -> Iterator[None]:
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
        store.left_out.forward(session_of(crawler).left_out)

    crawler.signals.connect(opened, signals.spider_opened, weak=False)

    def end() -> None:
        reactor: Any = sys.modules["twisted.internet.reactor"]
        if crawler.engine and crawler.spider:
            reactor.callFromThread(crawler.engine.close_spider, crawler.spider, CloseReason.OVERTAKEN)

    name = crawler.spidercls.name
    try:
        with Lease(store, name, plan.run_id, plan.state_dir, seconds=typed.LEASE_SECONDS, lost=end):
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


def check(name: str, arguments: dict[str, str], settings: BaseSettings) -> None:
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
    if getattr(spider, "renders", True) and typed.RENDER_MODE != "http":
        find_browser(typed.MTCRAWLER_BROWSER)
    sessions = typed.READER_SESSIONS
    if issubclass(spider, NewsSpider) and (host := spider.definition.site.host) in sessions:
        with suppress(SessionExpired):  # named when the crawl begins, which goes on without it
            ReaderSession.open(host, Path(sessions[host]))
    if _stores(settings):
        plan = plan_of(settings)
        store = connect(plan.location or Embedded(plan.store_dir).up(), connections=1, attempts=2)
        try:
            check_store(store)
        finally:
            store.close()


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
