"""How a crawl's events read in the log: one line each, never a dump of an item or a traceback."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult
from twisted.python.failure import Failure


class LogFormatter(ScrapyLogFormatter):
    """Scrapy's events in our words."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """An article that went the whole way."""
        return _line(logging.DEBUG, "Done: %s", getattr(item, "canonical_url", item))

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> LogFormatterResult:
        """An article that a stage refused; the exception names the address and the reason."""
        return _line(logging.INFO, "Dropped: %s: %s", type(exception).__name__, exception)

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Spider) -> LogFormatterResult:
        """An article that a stage failed on."""
        return _line(logging.ERROR, "Failed on %s: %s", getattr(item, "canonical_url", item), _first_line(exception))

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        """A request that nothing came of; the spider says what follows."""
        return _line(logging.DEBUG, "No answer from %s: %s", request.url, errmsg or _first_line(failure.value))


def _line(level: int, message: str, *arguments: object) -> LogFormatterResult:
    return {"level": level, "msg": message, "args": arguments}


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


class OneLineErrors(logging.Filter):
    """An extension that keeps tracebacks out of an operator's log: the last line of each is put on the record's own.

    With LOG_LEVEL=DEBUG they stay, for whoever looks for a mistake in the code. The crawls of a process share one.
    """

    _shared: ClassVar[OneLineErrors | None] = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> OneLineErrors:
        """Watches unless everything is wanted."""
        if cls._shared is None:
            cls._shared = cls()
        if crawler.settings["LOG_LEVEL"] != "DEBUG":
            crawler.signals.connect(cls._shared.start, signal=signals.engine_started)
        return cls._shared

    def start(self) -> None:
        """Watch every handler there is: only now has Scrapy made its last one. One that is watched stays as it is."""
        for handler in logging.getLogger().handlers:
            handler.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Shortens the record; lets every one pass."""
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            message, why = record.getMessage(), f"{type(error).__name__}: {_first_line(error)}"
            record.msg, record.args = "%s", (message if _first_line(error) in message else f"{message} ({why})",)
            record.exc_info = record.exc_text = None
        return True
