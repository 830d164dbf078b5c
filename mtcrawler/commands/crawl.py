"""`scrapy crawl`, with what is needed checked before it starts and the run judged when it ends."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import shlex
import sys
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from scrapy.addons import AddonManager
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from mtcrawler.cli.terminal import default_var
from mtcrawler.commands import checks
from mtcrawler.commands.wrong_settings import wrong_settings
from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import crawls_of, share_patience
from mtcrawler.model.errors import MtcrawlerError, SettingError
from mtcrawler.model.faults import each_of
from mtcrawler.model.printable import count
from mtcrawler.runs.monitoring.log_format import install, last_words, log_last, say_last
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.process.streams import in_utf8, outlive_readers
from mtcrawler.runs.process.supervisor import SupervisorLimits, supervise
from mtcrawler.runs.report.summary import print_summary, verdict
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.security import private_files
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.storage.port import StorePatience
from mtcrawler.visits.turn import Turn

# What Scrapy is made of is of interest only to those who look for a fault (LOG_LEVEL=DEBUG).
TALKATIVE = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.statscollectors", "scrapy.utils.log")


TWINS = 1.0
"""Seconds between two signals within which they are one."""
SILENT_STOPPING = 15.0
"""Seconds that Python may not answer once a crawl was asked to stop."""
ENDING = 60.0
"""Seconds for the last writes once STOP_GRACE is over."""


def keep_quiet(settings: BaseSettings) -> None:
    """Have those who talk much say only what is wrong."""
    if settings.get("LOG_LEVEL") != "DEBUG":
        for name in TALKATIVE:
            # A filter, as Scrapy is yet to set the levels.
            logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.WARNING)


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
        AddonManager.load_pre_crawler_settings(self.settings)  # Scrapy asks add-ons when all is checked
        outlive_readers()
        self.patience = StorePatience()
        os.umask(private_files.UMASK)  # the log is opened by logging, tables by SQLite
        if wrong := wrong_settings(self.settings):
            for one in (*wrong, *checks.wrong_arguments(args[0], opts.spargs, self.settings)):
                print(last_words(self.settings, str(one), spider=args[0]), file=sys.stderr)
            sys.exit(SettingError.exit_code)
        try:
            self.visits = checks.several(args[0], opts.spargs, self.settings)
            if self.visits is None:
                args[0], opts.spargs = checks.named(args[0], opts.spargs, self.settings)
            install(self.settings, args[0])
            if not opts.pdb:  # a debugger waits for a person, and needs the terminal
                called = args[0] if self.visits is None else count(len(self.visits), "site")
                supervise(limits_of(self.settings, called))
            if self.visits is None:
                checks.check(args[0], opts.spargs, self.settings, self.patience)
            else:
                checks.check_for_all(self.visits, self.settings, self.patience)
        except MtcrawlerError as err:
            for each in each_of(err):
                print(last_words(self.settings, str(each), spider=args[0]), file=sys.stderr)
            sys.exit(err.exit_code)
        keep_quiet(self.settings)
        gc.freeze()  # what was loaded stays until the end

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, then say what came of it."""
        assert self.crawler_process is not None
        if self.visits is not None:
            from mtcrawler.commands.several import crawl_all  # noqa: PLC0415 - one site does without

            self.exitcode = crawl_all(self.crawler_process, self.visits, take_twins_for_one)
            gc.freeze()
            return
        crawler = self._create_crawler(args[0])
        crawler.settings.set("RUN_ARGUMENTS", opts.spargs, priority="cmdline")
        share_patience(crawler, self.patience)
        try:
            turn = Turn(crawler.settings, crawls_of(crawler.spidercls), self.patience).is_of(crawler)
            with turn.held():
                self._crawl(crawler, opts)
        except MtcrawlerError as err:
            say_last(crawler.settings, str(err), spider=args[0])
            self.exitcode = err.exit_code
        gc.freeze()  # Python would look through all of it once more before it ends

    def _crawl(self, crawler: Crawler, opts: argparse.Namespace) -> None:
        assert self.crawler_process is not None
        take_twins_for_one(self.crawler_process, self.patience.end)
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


def take_twins_for_one(process: Any, asked_to_stop: Callable[[], None]) -> None:
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
    return "mtcrawler" if usual else f"mtcrawler --var {shlex.quote(os.path.relpath(folder))}"
