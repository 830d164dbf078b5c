"""The recorder of a run: listens to everything that happens, tallies it, and writes the manifest at the end."""

from __future__ import annotations

import asyncio
import logging
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from mtcrawler.config.reading import settings_of
from mtcrawler.discovery.failures import is_refusal
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.fetch_mode import FetchMode
from mtcrawler.fetch.look import Look, look_of
from mtcrawler.fetch.middleware.redirects import KnownEnd
from mtcrawler.fetch.middleware.robots import Disallowed
from mtcrawler.fetch.sessions import states
from mtcrawler.frontier.recrawl_policy import NEXT_DUE
from mtcrawler.identity.ids import new_run_id
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.model.errors import (
    CertificateRefused,
    HostRefuses,
    IncompleteBody,
    MtcrawlerError,
    RunStopped,
    StoreError,
)
from mtcrawler.model.reasons import HARMLESS, MISSING_STATUSES, CloseReason, Fate
from mtcrawler.runs.outcome.causes import HTTP, Cause, cause_named, cause_of, name_of
from mtcrawler.runs.outcome.counts import SOURCE_ERRORS, Counts
from mtcrawler.runs.outcome.drift import Drift
from mtcrawler.runs.outcome.driftwatch import DriftWatch
from mtcrawler.runs.outcome.profile import Profile, Tally
from mtcrawler.runs.outcome.result import Addresses, Outcome, RunResult
from mtcrawler.runs.outcome.run_outcome import WHOLE, judge
from mtcrawler.runs.run_files import RunFiles
from mtcrawler.runs.telemetry.manifest import ErrorGroup, Manifest, RenderingReport, StoreFacts, versions
from mtcrawler.runs.telemetry.run_telemetry import Telemetry, is_about_rules, is_source, target_of
from mtcrawler.security.redaction import Secrets

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

NAMED: Final = 100
"""Addresses that were asked for by name and are named in the manifest."""
_FATES: Final = {reason.value: Fate(reason.lower()) for reason in HARMLESS}
"""What became of an address whose article was dropped for these reasons; others go by their names."""


class RunRecorder:
    """A Scrapy extension that keeps the tally of a run in Scrapy's stats, and its errors with one example each.

    Reads RUN_ID (the run's name) and RUN_ARGUMENTS (what the spider was asked for, set by the crawl command).
    `manifest` is None until the run has ended.
    """

    def __init__(self, crawler: Crawler, context: CrawlContext) -> None:
        self.crawler, self.context = crawler, context
        self.started_at = clock.now()
        self.run_id: str = crawler.settings.get("RUN_ID") or new_run_id(self.started_at)
        self.telemetry = Telemetry.from_crawler(crawler)
        self.files = RunFiles(self.run_id, self.started_at)
        self.store: StoreFacts | None = None
        self.secrets = Secrets.of(crawler.settings, states(crawler.settings))
        self.manifest: Manifest | None = None
        self.result: RunResult | None = None
        self.profile: Profile | None = None
        self.drift: list[Drift] = []
        self._tally = Tally()
        self._errors: dict[str, ErrorGroup] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The recorder of this crawl, made by whoever asks first; from there on it listens."""
        context = CrawlContext.of(crawler)
        if isinstance(context.recorder, cls):
            return context.recorder
        recorder = context.recorder = cls(crawler, context)
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

    def note(
        self, name: str, example: str, url: str | None = None, cause: Cause | None = None, *, of_source: bool = False
    ) -> None:
        """Count an error under its name, and its cause; the first of each name is kept as its example.

        That it is a source's, and loses no page that anybody knows of, is counted beside that.
        """
        known = self._errors.get(name)
        if known is None:
            self._errors[name] = ErrorGroup(name=name, count=1, example=example, url=url)
        else:
            self._errors[name] = known.model_copy(update={"count": known.count + 1})
        self.crawler.stats.inc_value(f"run/error/{name}")
        if of_source:
            self.crawler.stats.inc_value(f"{SOURCE_ERRORS}{name}")
        self.crawler.stats.inc_value(f"run/cause/{cause or cause_named(name) or Cause.PAGE}")

    def note_exception(self, error: BaseException, url: str | None = None, *, of_source: bool = False) -> None:
        """Count an exception under its name."""
        name = name_of(error)
        self.note(name, _one_line(error), url, cause_named(name) or cause_of(error), of_source=of_source)

    def note_failure(self, request: Request, error: BaseException) -> None:
        """Count a request nothing came of, once, whoever hears of it: a middleware or the spider's errback.

        Statuses and known ends are counted elsewhere; what robots.txt disallows, or a stop, is no failure.
        """
        if isinstance(error, HttpError | Disallowed | KnownEnd | RunStopped):
            return
        if not request.meta.get("noted") and not is_about_rules(request):
            request.meta["noted"] = True
            self.note_exception(error, request.url, of_source=is_source(request))
            if isinstance(error, IncompleteBody | CertificateRefused) or not isinstance(
                error, IgnoreRequest | MtcrawlerError
            ):
                self.crawler.stats.inc_value("run/unanswered")

    def settled(self, article_id: str, outcome: str, seconds: float) -> None:
        """An article came to this in the bucket, after so many seconds there."""
        self.telemetry.settled(article_id, outcome, seconds)

    async def keep_screenshot(self, article_id: str, name: str, png: bytes) -> str | None:
        """Keep a screenshot with the run and return its name there, None where the bucket does not take it.

        An article is worth more than its evidence: such a failure is logged and counted, never raised.
        """
        try:
            return await self.files.put_screenshot(article_id, name, png, self.telemetry.gallery)
        except StoreError as err:
            logger.error("%s", err)
            self.note_exception(err)
            return None

    async def spider_opened(self, spider: Spider) -> None:
        """The run begins now; its own files go where its articles go, unless a stage has said otherwise."""
        self.started_at = self.files.started_at = clock.now()
        if self.files.folder is not None:
            return
        session = self.context.session
        try:
            await asyncio.to_thread(session.open)
        except MtcrawlerError as err:
            logger.error("%s", err)
            return
        self.files.folder = session
        self.store = StoreFacts(
            endpoint=session.location.endpoint_url,
            bucket=session.location.bucket,
            prefix=session.location.prefix,
            conditional_writes=session.client.conditional,
        )

    def response_received(self, response: Response, request: Request) -> None:
        """A final answer, after retries; what a site says of its rules is no page, and a page is counted once."""
        if is_about_rules(request) or not look_of(request).counts(response.status):
            return
        self.count_status(response.status)
        # What is wrong with the page of an address, or with a part of it, is told by who asked for it.
        told = target_of(request) is not None or look_of(request) is Look.PART or is_refusal(request, response.status)
        if response.status >= 400 and response.status not in MISSING_STATUSES and not told:
            said = f"the site answered {response.status}"
            self.note(f"{HTTP}{response.status}", said, response.url, of_source=is_source(request))

    def count_status(self, status: int) -> None:
        """Count the status that a page was finally answered with."""
        self.crawler.stats.inc_value(f"run/status/{status}")

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
        self.context.account.ended(getattr(item, "canonical_url", ""), _FATES.get(name, name))

    def item_error(self, item: Any, failure: Failure) -> None:
        """An article that a stage failed on; `item` is what entered the first stage, a draft."""
        if failure.value is not None:
            self.note_exception(failure.value, getattr(item, "url", None))
            self.context.account.ended(getattr(item, "canonical_url", ""), name_of(failure.value))

    def spider_error(self, failure: Failure, response: Response | Failure) -> None:
        """A callback that failed."""
        if failure.value is not None:
            self.note_exception(failure.value, getattr(response, "url", None))
            asked = response.request if isinstance(response, Response) else None
            if (target := target_of(asked)) is not None:
                self.context.account.settle(target.named, name_of(failure.value))

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judge the run and write its manifest, after every article has been written."""
        settings, stats = self.crawler.settings, self.crawler.stats
        account, hosts = self.context.account, self.context.hosts
        for error, url in hosts.faults():
            if not isinstance(error, HostRefuses) or name_of(error) not in self._errors:  # else each request told it
                self.note_exception(error, url)
        stats.inc_value("run/unanswered", hosts.unreachable)
        if lost := account.close(whole=reason == CloseReason.FINISHED):
            self.note(Fate.UNACCOUNTED, f"nobody knows what became of {lost} of the addresses found", cause=Cause.CODE)
        self.profile = self._tally.profile(self.started_at, self.counts, stats.get_stats())
        watch = DriftWatch(self.crawler, self.context.session, self.profile)
        self.drift = await asyncio.to_thread(watch.look)
        # Once more: the stage that counts these is closed, and the baseline and the lease are read beside it.
        stats.set_value("store/unreadable", self.context.session.unreadable)
        self.result = judge(
            self.counts,
            reason,
            stats.get_value("store/error"),
            self.drift,
            settings_of(settings).PARTIAL_ABOVE,
            Addresses(account.not_kept, account.unmatched, account.foreign, stats.get_value(NEXT_DUE), account.unread),
            stats.get_value("store/trouble"),
        )
        if self.result.outcome in WHOLE:
            await asyncio.to_thread(watch.remember)
        await asyncio.to_thread(self.files.take_out, account.removed, self.telemetry)
        self.manifest = self._make_manifest(spider)
        if self.files.folder is None:
            return
        if not self.manifest.is_quiet:  # its manifest says everything
            await asyncio.to_thread(self.files.put_report, self.manifest, self.telemetry, watch.before, self.secrets)
        try:
            await asyncio.to_thread(self.files.put_manifest, self.manifest)
        except StoreError as err:
            logger.error("%s", err)
            self.note_exception(err)
            if self.result.outcome in {Outcome.DONE, Outcome.PARTIAL, Outcome.NOTHING_FOUND}:
                self.result = RunResult(Outcome.STORAGE, "the run's manifest could not be written", str(err))
            self.manifest = self._make_manifest(spider)

    def _make_manifest(self, spider: Spider) -> Manifest:
        assert self.result is not None
        manifest = Manifest(
            run_id=self.run_id,
            spider=spider.name,
            site=getattr(getattr(spider, "definition", None), "origin", None),
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
            not_kept=dict(islice(self.context.account.not_kept.items(), NAMED)),
            evidence=list(self.files.evidence),
            store=self.store,
            rendering=_rendering(spider),
            hosts=self.context.hosts.report(),
        )
        return Manifest.model_validate(self.secrets.shown_in(manifest.model_dump()))


def _one_line(error: BaseException) -> str:
    told = str(error) if isinstance(error, MtcrawlerError) else " ".join(str(error).split())[:500]
    return told or type(error).__name__


def _rendering(spider: Spider) -> RenderingReport | None:
    """How pages were fetched; None for a spider that has no mode."""
    mode = getattr(spider, "mode", None)
    return RenderingReport(mode=mode.way, templates=mode.report()) if isinstance(mode, FetchMode) else None
