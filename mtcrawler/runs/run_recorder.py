"""The recorder of a run: listens to everything that happens, tallies it, and writes the manifest at the end."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any, Protocol, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import session_of
from mtcrawler.fetch.fetch_mode import FetchMode
from mtcrawler.fetch.sessions import states
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.errors import BrowserError, IncompleteBody, MtcrawlerError, StoreError
from mtcrawler.model.reasons import HARMLESS
from mtcrawler.runs.outcome.counts import GONE, Counts
from mtcrawler.runs.outcome.drift import Drift
from mtcrawler.runs.outcome.driftwatch import DriftWatch
from mtcrawler.runs.outcome.profile import Profile, Tally
from mtcrawler.runs.outcome.run_outcome import WHOLE, Outcome, RunResult, judge
from mtcrawler.runs.report import REPORT_NAME, render
from mtcrawler.runs.telemetry.manifest import MANIFEST_NAME, ErrorGroup, Manifest, RenderingReport, StoreFacts, versions
from mtcrawler.runs.telemetry.report_data import DATA_NAME, ReportData
from mtcrawler.runs.telemetry.run_telemetry import Telemetry, is_about_rules
from mtcrawler.security.redaction import Secrets

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)


class RunFiles(Protocol):
    """Where a run's own files go: the open session of the store."""

    def put_run_file(self, run_id: str, date: str, name: str, body: bytes, content_type: str) -> object:
        """Write one file of the run (date is YYYY-MM-DD); raises StoreError."""


class RunRecorder:
    """A Scrapy extension that keeps the tally of a run in Scrapy's stats, and its errors with one example each.

    Reads RUN_ID (the run's name) and RUN_ARGUMENTS (what the spider was asked for, set by the crawl command).
    Reach it with `crawler.get_extension(RunRecorder)`. `manifest` is None until the run has ended.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started_at = clock.now()
        self.run_id: str = crawler.settings.get("RUN_ID") or new_run_id(self.started_at)
        self.files: RunFiles | None = None
        self.store: StoreFacts | None = None
        self.secrets = Secrets.of(crawler.settings, states(crawler.settings))
        self.evidence: list[str] = []
        self.manifest: Manifest | None = None
        self.result: RunResult | None = None
        self.profile: Profile | None = None
        self.drift: list[Drift] = []
        self._tally = Tally()
        self._errors: dict[str, ErrorGroup] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; from here on it listens."""
        recorder = cls(crawler)
        for receiver, signal in (
            (recorder.spider_opened, signals.spider_opened),
            (recorder.response_received, signals.response_received),
            (recorder.item_scraped, signals.item_scraped),
            (recorder.item_dropped, signals.item_dropped),
            (recorder.item_error, signals.item_error),
            (recorder.spider_error, signals.spider_error),
            (recorder.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal=signal)
        return recorder

    @property
    def counts(self) -> Counts:
        """The numbers so far."""
        return Counts.of(self.crawler.stats.get_stats())

    @property
    def errors(self) -> list[ErrorGroup]:
        """The errors so far, the most frequent first."""
        return sorted(self._errors.values(), key=lambda group: (-group.count, group.name))

    def note(self, name: str, example: str, url: str | None = None) -> None:
        """Count an error under its name; the first of each name is kept as its example."""
        known = self._errors.get(name)
        if known is None:
            self._errors[name] = ErrorGroup(name=name, count=1, example=example, url=url)
        else:
            self._errors[name] = known.model_copy(update={"count": known.count + 1})
        self.crawler.stats.inc_value(f"run/error/{name}")

    def note_exception(self, error: BaseException, url: str | None = None) -> None:
        """Count an exception under its name."""
        self.note(_name(error), _one_line(error), url)

    def note_failure(self, request: Request, error: BaseException) -> None:
        """Count a request nothing came of, once, whoever hears of it: a middleware or the spider's errback.

        Refused statuses are counted as such when they arrive, and what robots.txt disallows is no failure.
        """
        if isinstance(error, HttpError) or (isinstance(error, IgnoreRequest) and "robots.txt" in str(error)):
            return
        if not request.meta.get("noted") and not is_about_rules(request):
            request.meta["noted"] = True
            self.note_exception(error, request.url)
            if isinstance(error, IncompleteBody) or not isinstance(error, IgnoreRequest | MtcrawlerError):
                self.crawler.stats.inc_value("run/unanswered")

    async def spider_opened(self, spider: Spider) -> None:
        """The run begins now; its own files go where its articles go, unless a stage has said otherwise."""
        self.started_at = clock.now()
        if self.files is not None:
            return
        session = session_of(self.crawler)
        try:
            await asyncio.to_thread(session.open)
        except MtcrawlerError as err:
            logger.error("%s", err)
            return
        where = session.location
        self.files, self.store = (
            session,
            StoreFacts(
                endpoint=where.endpoint_url,
                bucket=where.bucket,
                prefix=where.prefix,
                conditional_writes=session.client.conditional,
            ),
        )

    def response_received(self, response: Response, request: Request) -> None:
        """A final answer, after retries; what a site says of its rules is no page, and a page is counted once."""
        if is_about_rules(request) or response.status in request.meta.get("uncounted", ()):
            return
        self.crawler.stats.inc_value(f"run/status/{response.status}")
        if response.status >= 400 and response.status not in GONE:
            self.note(f"HTTP {response.status}", f"the site answered {response.status}", response.url)

    def item_scraped(self, item: Any) -> None:
        """An article that left the last stage."""
        if isinstance(item, Article):
            self.crawler.stats.inc_value(f"run/kind/{item.kind}")
            self._tally.add(item)

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        """An article that a stage refused; `item` is what entered the first stage, a draft."""
        name = type(exception).__name__
        if name not in HARMLESS:
            self.note(name, _one_line(exception), getattr(item, "url", None))

    def item_error(self, item: Any, failure: Failure) -> None:
        """An article that a stage failed on; `item` is what entered the first stage, a draft."""
        if failure.value is not None:
            self.note_exception(failure.value, getattr(item, "url", None))

    def spider_error(self, failure: Failure, response: Response | Failure) -> None:
        """A callback that failed."""
        if failure.value is not None:
            self.note_exception(failure.value, getattr(response, "url", None))

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judge the run and write its manifest, after every article has been written."""
        settings, stats = self.crawler.settings, self.crawler.stats
        self.profile = self._tally.profile(self.started_at, self.counts, stats.get_stats())
        watch = DriftWatch(self.crawler, self.profile)
        self.drift = await asyncio.to_thread(watch.look)
        # Once more: the stage that counts these is closed, and the baseline and the lease are read beside it.
        stats.set_value("store/unreadable", session_of(self.crawler).unreadable)
        self.result = judge(
            self.counts, reason, stats.get_value("store/error"), self.drift, settings_of(settings).PARTIAL_ABOVE
        )
        if self.result.outcome in WHOLE:
            await asyncio.to_thread(watch.remember)
        self.manifest = self._make_manifest(spider)
        if self.files is None:
            return
        await asyncio.to_thread(self._report, watch.before)
        try:
            await asyncio.to_thread(self.put, MANIFEST_NAME, self.manifest.to_json(), "application/json; charset=utf-8")
        except StoreError as err:
            logger.error("%s", err)
            self.note_exception(err)
            if self.result.outcome in {Outcome.DONE, Outcome.PARTIAL, Outcome.NOTHING_FOUND}:
                self.result = RunResult(Outcome.STORAGE, "the run's manifest could not be written", str(err))
            self.manifest = self._make_manifest(spider)

    def _report(self, before: Profile | None) -> None:
        """Write the report; a run whose report cannot be made or written is told all the same, by its manifest."""
        telemetry = self.crawler.get_extension(Telemetry)
        if telemetry is None or self.manifest is None:
            return
        try:
            told = ReportData.of(telemetry, before)
            data = ReportData.model_validate(self.secrets.shown_in(told.model_dump()))
            self.put(DATA_NAME, data.to_json(), "application/json; charset=utf-8")
            self.put(REPORT_NAME, render(self.manifest, data, self.secrets), "text/html; charset=utf-8")
        except StoreError as err:
            logger.error("%s", err)
        except Exception:  # a mistake of ours must not cost the manifest
            logger.exception("Making the report of the run failed; its manifest is written without one")

    def put(self, name: str, body: bytes, content_type: str) -> None:
        """Write one file of this run beside its manifest; raises StoreError."""
        if self.files is not None:
            self.files.put_run_file(self.run_id, f"{self.started_at:%Y-%m-%d}", name, body, content_type)

    def _make_manifest(self, spider: Spider) -> Manifest:
        assert self.result is not None
        manifest = Manifest(
            run_id=self.run_id,
            spider=spider.name,
            arguments=self.crawler.settings.getdict("RUN_ARGUMENTS"),
            versions=versions(),
            started_at=self.started_at,
            finished_at=clock.now(),
            outcome=self.result.outcome.value,
            exit_code=self.result.outcome.exit_code,
            message=self.result.message,
            counts=self.counts,
            errors=self.errors,
            profile=self.profile,
            drift=self.drift,
            evidence=list(self.evidence),
            store=self.store,
            rendering=_rendering(spider),
        )
        return Manifest.model_validate(self.secrets.shown_in(manifest.model_dump()))


class LastWord:
    """A downloader middleware that tells the recorder of requests that failed for good.

    It has to stand before Scrapy's retries (order below 550), so that it hears of a failure only after the last one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note the failure and let it pass."""
        if (recorder := self.crawler.get_extension(RunRecorder)) is not None:
            recorder.note_failure(request, exception)


def _name(error: BaseException) -> str:
    """The class, except that all of Playwright's are called Error and only their text tells them apart."""
    name = type(error).__name__
    if name != "Error" or not type(error).__module__.startswith("playwright"):
        return name
    if "BrowserType.launch" in str(error):
        return BrowserError.__name__
    code = re.search(r"net::(ERR_\w+)", str(error))
    return code[1] if code else "PlaywrightError"


def _one_line(error: BaseException) -> str:
    if isinstance(error, MtcrawlerError):
        return str(error)
    return " ".join(str(error).split())[:500] or type(error).__name__


def _rendering(spider: Spider) -> RenderingReport | None:
    """How pages were had; None for a spider that has no mode."""
    mode = getattr(spider, "mode", None)
    return RenderingReport(mode=mode.way, templates=mode.report()) if isinstance(mode, FetchMode) else None
