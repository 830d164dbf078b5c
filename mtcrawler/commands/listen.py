"""`scrapy listen`: listens for the hubs of a fleet's sites until told to stop (`mtcrawler fleet listen` runs it)."""

from __future__ import annotations

import argparse
import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from scrapy.commands import ScrapyCommand
from scrapy.settings import BaseSettings

from mtcrawler.commands.fleet_process import begin, database_of, dsn_of, failure_of, work_until_stopped
from mtcrawler.config.reading import settings_of
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.runs.monitoring.log_format import say_last
from mtcrawler.runs.process.streams import in_utf8
from mtcrawler.security.listening import listening

if TYPE_CHECKING:
    from mtcrawler.fleet.websub.listener import Listener

logger = logging.getLogger(__name__)

NAME: Final = "the fleet's hubs"
ENDING: Final = 60.0
"""Seconds that hubs have to end all subscriptions."""


class Command(ScrapyCommand):
    """Ends with 0 once it was told to stop, else with the code of what kept it from listening."""

    requires_crawler_process = True

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Listen for the hubs of a fleet's sites, until told to stop"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What `mtcrawler fleet listen` hands on, checked there."""
        super().add_options(parser)
        parser.add_argument("--public", required=True)
        parser.add_argument("--host", required=True)
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--end", action="store_true")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check settings, database and port before anything starts; a failure is one line on stderr."""
        in_utf8()
        super().process_options(args, opts)
        begin(self.settings, NAME, lambda settings: self._check(settings, opts))

    def _check(self, settings: BaseSettings, opts: argparse.Namespace) -> None:
        self.dsn = dsn_of(settings, "starting a listener")
        self.socket = listening(opts.host, opts.port)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Listen, then say how it ended."""
        del args
        process: Any = self.crawler_process
        assert process is not None
        settings = process.settings
        listener = self._listener(process, opts)
        process._graceful_stop_reactor = listener.stop  # as in worker.py
        work = asyncio.get_event_loop().create_task(listener.run())
        host, port = self.socket.getsockname()[:2]
        logger.info("Hubs are answered at %s port %d for %s.", host, port, opts.public)
        work_until_stopped(process, work)
        failed = failure_of(work, settings, f"listening for {NAME}")
        if failed is not None:
            self.exitcode = failed
        elif opts.end:
            self.exitcode = 0 if listener.left == 0 else ExitCode.INCOMPLETE
            left = "Some subscriptions" if listener.left is None else count(listener.left, "subscription")
            told = f"{left} may be left; they run out by themselves, or run it again."
            say_last(settings, "All subscriptions are ended." if listener.left == 0 else told, logging.INFO)
        else:
            say_last(settings, f"{count(listener.notified, 'notification')}; subscriptions stay.", logging.INFO)

    def _listener(self, process: Any, opts: argparse.Namespace) -> Listener:
        from mtcrawler.fleet.websub.hub import HubClient  # noqa: PLC0415 - Scrapy loads all commands
        from mtcrawler.fleet.websub.listener import LEASE, Listener, ListenerLimits  # noqa: PLC0415 - as above
        from mtcrawler.fleet.websub.serving import CallbackServer  # noqa: PLC0415 - as above

        return Listener(
            database_of(self.dsn, process.settings),
            opts.public,
            HubClient(process.settings, opts.public, LEASE),
            lambda callbacks: CallbackServer(callbacks, self.socket),
            ListenerLimits(least=settings_of(process.settings).FLEET_MIN_INTERVAL),
            ending=ENDING if opts.end else None,
        )
