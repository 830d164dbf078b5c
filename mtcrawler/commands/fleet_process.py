"""How a process of a fleet begins and ends: all is checked first, and it goes on until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scrapy.addons import AddonManager
from scrapy.settings import BaseSettings

from mtcrawler.commands.crawl import keep_quiet
from mtcrawler.commands.wrong_settings import wrong_settings
from mtcrawler.config.reading import settings_of
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import MtcrawlerError, SettingError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.runs.monitoring.log_format import install, last_words, say_last
from mtcrawler.runs.process.streams import outlive_readers
from mtcrawler.security import private_files
from mtcrawler.spider.code import mistake_in

if TYPE_CHECKING:
    from mtcrawler.fleet.database.connection import FleetDatabase

logger = logging.getLogger(__name__)


def begin(settings: BaseSettings | None, name: str, check: Callable[[BaseSettings], None]) -> None:
    """Check settings, and then what `check` raises MtcrawlerError for; a failure is one line on stderr, and the end.
    `name` is what the process is about.
    """
    assert settings is not None
    AddonManager.load_pre_crawler_settings(settings)  # as in crawl.py
    outlive_readers()
    os.umask(private_files.UMASK)
    if wrong := wrong_settings(settings):
        for one in wrong:
            print(last_words(settings, str(one)), file=sys.stderr)
        sys.exit(SettingError.exit_code)
    try:
        install(settings, name)
        check(settings)
    except MtcrawlerError as err:
        print(last_words(settings, str(err)), file=sys.stderr)
        sys.exit(err.exit_code)
    keep_quiet(settings)


def work_until_stopped(process: Any, work: asyncio.Task[None]) -> None:
    """Run the process' reactor until the work is done."""
    work.add_done_callback(process._stop_reactor)
    process.start(stop_after_crawl=False)


def failure_of(work: asyncio.Task[None], settings: BaseSettings, doing: str) -> int | None:
    """The exit code of what ended the work, which is said; None where it was told to stop."""
    failure = work.exception() if work.done() and not work.cancelled() else None
    if isinstance(failure, MtcrawlerError):
        say_last(settings, str(failure))
        return failure.exit_code
    if isinstance(failure, Exception):
        logger.debug("%s failed", doing, exc_info=failure)
        say_last(settings, f"{doing}: {mistake_in(failure)}. Report it, and run it again.")
        return ExitCode.FAILED
    return None


def dsn_of(settings: BaseSettings, doing: str) -> str:
    """The address of the fleet's database, whatever the process is doing; raises SettingError or DatabaseAway."""
    try:
        from mtcrawler.fleet.database.connection import address  # noqa: PLC0415 - Scrapy loads all commands
    except ImportError as err:
        missing = SettingError(doing, f"{err.name} is not installed", "pip install 'mtcrawler[fleet]'.")
        raise missing from err
    return address(variables(), settings_of(settings).FLEET_DIR)


def database_of(dsn: str, settings: BaseSettings) -> FleetDatabase:
    """The fleet's database at this address."""
    from mtcrawler.fleet.database.connection import FleetDatabase  # noqa: PLC0415 - Scrapy loads all commands

    return FleetDatabase(dsn, None if variables().get("FLEET_DSN", "").strip() else settings_of(settings).FLEET_DIR)
