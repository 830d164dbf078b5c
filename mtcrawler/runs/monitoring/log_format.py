"""A line of the log: nothing of a page can forge or colour one, no secret stands in it; as text, or as JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from mtcrawler.fetch.sessions import states
from mtcrawler.model.errors import SettingError
from mtcrawler.model.printable import escaped, shortened
from mtcrawler.runs.monitoring.log_context import CRAWL
from mtcrawler.security.redaction import Secrets

URL = re.compile(r"https?://[^\s\"'<>()]+")


class TextLines(logging.Formatter):
    """Records as LOG_FORMAT has them; whatever follows a line break inside one stands further in than any record."""

    def __init__(self, layout: str | None, dates: str | None, secrets: Secrets) -> None:
        super().__init__(layout, dates)
        self._secrets = secrets

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as the base class has it
        """The record's one line; among those of several sites it says whose it is."""
        if (crawl := CRAWL.get()) is not None:
            record.message = f"[{crawl.site}] {record.message}"
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """The record."""
        return shortened(self._secrets.shown(super().format(record))).replace("\n", "\n    ")


class JsonLines(logging.Formatter):
    """Records as one JSON object a line.

    time (UTC), level, logger, message, run, spider; site where several are crawled; url where the record has one or
    names one; traceback where there was one; and the fields that a record brings as `extra={"fields": …}`.
    """

    def __init__(self, secrets: Secrets, run: str | None = None, spider: str | None = None) -> None:
        super().__init__()
        self._secrets, self._run, self._spider = secrets, run, spider

    def format(self, record: logging.LogRecord) -> str:
        """The record."""
        shown = self._secrets.shown
        message = shortened(shown(record.getMessage()))
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "run": self._run,
            "spider": self._spider,
        }
        if (crawl := CRAWL.get()) is not None:
            told |= {"run": crawl.run_id, "spider": crawl.spider, "site": shown(crawl.site)}
        found = URL.search(message)
        if url := getattr(record, "url", None) or (found[0].rstrip(".,:;") if found else None):
            told["url"] = shortened(shown(str(url)))
        if record.exc_info:
            told["traceback"] = shown(self.formatException(record.exc_info))
        told |= self._secrets.shown_in(getattr(record, "fields", {}))
        return escaped(json.dumps(told, ensure_ascii=False, default=str))


class LogFile(logging.FileHandler):
    """A log in a file; where that cannot be written, stderr says so once and the crawl goes on."""

    _told = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - as the base class has it
        """Tell of the first line that is lost."""
        if not self._told:
            self._told = True
            print(f"The log {self.baseFilename} cannot be written ({sys.exc_info()[1]}).", file=sys.stderr)


def line_format(settings: BaseSettings, spider: str | None = None) -> logging.Formatter:
    """How records are to be written by these settings: LOG_JSON, else LOG_FORMAT and LOG_DATEFORMAT."""
    secrets = Secrets.of(settings, states(settings))
    if settings.getbool("LOG_JSON"):
        return JsonLines(secrets, settings.get("RUN_ID"), spider)
    return TextLines(settings.get("LOG_FORMAT"), settings.get("LOG_DATEFORMAT"), secrets)


def install(settings: BaseSettings, spider: str) -> None:
    """The log of a crawl from here on, instead of Scrapy's: it makes a handler anew, in its own form, several times.

    Reads LOG_FILE, LOG_FILE_APPEND, LOG_ENCODING, LOG_ENABLED and LOG_LEVEL as Scrapy does. Raises SettingError where
    the file cannot be opened.
    """
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    handler: logging.Handler
    if file := settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            handler = LogFile(file, mode, settings.get("LOG_ENCODING"))
        except (OSError, LookupError) as err:
            happened = getattr(err, "strerror", None) or str(err)
            raise SettingError(f"opening the log {file}", happened, "Name a file that can be written.") from err
    else:
        handler = logging.StreamHandler() if settings.getbool("LOG_ENABLED") else logging.NullHandler()
    handler.setFormatter(line_format(settings, spider))
    handler.setLevel(settings.get("LOG_LEVEL"))
    logging.root.setLevel(handler.level)  # a record that nobody wants is not made: a request to S3 makes forty
    logging.root.addHandler(handler)


def last_words(settings: BaseSettings, text: str, level: int = logging.ERROR, **fields: Any) -> str:
    """What is said outside of the log, in the log's form where that is JSON, so that every line can be read alike."""
    if not settings.getbool("LOG_JSON"):
        return shortened(Secrets.of(settings, states(settings)).shown(text)).replace("\n", " ")
    return line_format(settings).format(_record(text, level, fields))


def say_last(settings: BaseSettings, text: str, level: int = logging.ERROR, **fields: Any) -> None:
    """Say on stderr how a run ended; a log that goes to a file has it as its last line, too."""
    print(last_words(settings, text, level, **fields), file=sys.stderr)
    log_last(text, level, **fields)


def log_last(text: str, level: int = logging.ERROR, **fields: Any) -> None:
    """The last line of a log that goes to a file; nothing where it goes to stderr."""
    for handler in logging.root.handlers:
        if isinstance(handler, LogFile):
            handler.handle(_record(text, level, fields))


def _record(text: str, level: int, fields: Mapping[str, Any]) -> logging.LogRecord:
    record = logging.LogRecord("mtcrawler.commands.crawl", level, "", 0, "%s", (text,), None)
    record.fields = fields
    return record
