"""robots.txt as RFC 9309 has it, obeyed by every request, also by those that are waiting when it arrives."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from mtcrawler.config.reading import settings_of
from mtcrawler.discovery.failures import describe_error
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.politeness.report import RobotsReport, RobotsState
from mtcrawler.fetch.politeness.robots_copies import Copy, copies_of, keep_copies
from mtcrawler.fetch.politeness.robots_rules import OwnRules
from mtcrawler.markup.addresses import in_header, joined
from mtcrawler.model import clock
from mtcrawler.model.errors import (
    AddressRefused,
    CertificateRefused,
    HeaderTooLarge,
    HostRefuses,
    IncompleteBody,
    MtcrawlerError,
    PageTooLarge,
    RobotsUnreadable,
    RunStopped,
)
from mtcrawler.model.limits import ROBOTS_BYTES, ROBOTS_REDIRECTS
from mtcrawler.storage.port import ObjectStore

logger = logging.getLogger(__name__)

PRIORITY: Final = 10**10
"""Before everything else: all the host's other requests wait for it."""
HOLDS: Final = 24 * 3600.0
"""Seconds for which a file that was read holds (RFC 9309, section 2.4)."""
AGAIN: Final = 600.0
"""Seconds after which a file that could not be fetched is asked for again."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
OK: Final = 200
TOO_MANY_REQUESTS: Final = 429
ANSWERED: Final = (IncompleteBody, PageTooLarge, HeaderTooLarge, HostRefuses, DownloadCancelledError)
"""Errors of a host that did answer."""


class Disallowed(IgnoreRequest):
    """The host's robots.txt forbids to ask for this address."""


class RulesUnknown(Disallowed):
    """The host's robots.txt cannot be fetched, so nothing there may be asked for; `reached` is whether it answered."""

    def __init__(self, report: RobotsReport) -> None:
        super().__init__(f"robots.txt cannot be fetched ({report.said.rstrip('.')}), so nothing may be asked for")
        self.reached = report.state is not RobotsState.UNREACHABLE


@dataclass(frozen=True)
class RobotsFile:
    """What holds at one origin until a moment of the monotonic clock; without rules its state decides.

    `answer` is what whoever asks for the file itself gets, so that it is fetched once; None where it cannot be fetched.
    """

    report: RobotsReport
    rules: OwnRules | None = None
    answer: Response | None = None
    until: float = 0.0

    def allows(self, url: str, agent: str) -> bool:
        """Whether this address may be asked for."""
        return not self.report.state.forbids_all and (self.rules is None or self.rules.allowed(url, agent))


def state_said_by(status: int) -> RobotsState:
    """What an answer that is no redirect says of the file: any success but 200 is a challenge, or carries no file."""
    if status == OK:
        return RobotsState.READ
    missing = 400 <= status < 500 and status != TOO_MANY_REQUESTS
    return RobotsState.NONE if missing else RobotsState.UNAVAILABLE


def digest(answer: Response) -> str:
    """The SHA-256 of a robots.txt, as far as it is read."""
    return sha256(answer.body[: ROBOTS_BYTES + 1]).hexdigest()


class ObeyRobots:
    """A downloader middleware that holds each request to the robots.txt of its origin.

    A file that is not there (4xx) forbids nothing. One that cannot be fetched, because the host fails or is not
    reached, forbids everything, unless an earlier run left a copy of less than a day in the bucket. Every other status
    but 200 is such a failure: 429, 202 (a challenge) and an unasked 304 say nothing of the file.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler, self._context = crawler, CrawlContext.of(crawler)
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self._longest = settings_of(crawler.settings).CRAWL_DELAY_MAX
        self._files: dict[str, RobotsFile] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._read: dict[str, Copy] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """The file, where it is asked for itself; raises Disallowed where the address may not be asked for."""
        parts = urlsplit(request.url)
        if request.meta.get("dont_obey_robotstxt") or parts.scheme not in {"http", "https"}:
            return None
        host = parts.netloc.rpartition("@")[2]  # a redirect may name a password, which no log shows
        file = await self._file(f"{parts.scheme}://{host}")
        if parts.path == "/robots.txt" and file.answer is not None:
            return file.answer.replace(request=request)
        if not file.allows(request.url, self._agent):
            self._crawler.stats.inc_value("robotstxt/forbidden")
            if file.report.state.forbids_all:
                raise RulesUnknown(file.report)
            raise Disallowed(f"disallowed by robots.txt ({file.report.said})")
        return None

    async def _file(self, origin: str) -> RobotsFile:
        known = self._files.get(origin)
        if known is not None and time.monotonic() < known.until:
            return known
        async with self._asking[origin]:
            known = self._files.get(origin)
            if known is None or time.monotonic() >= known.until:
                known = self._files[origin] = await self._asked(origin)
        return known

    async def _asked(self, origin: str) -> RobotsFile:
        try:
            answer = await self._answer(f"{origin}/robots.txt")
        except RunStopped:
            raise
        except Exception as err:
            if isinstance(err, CertificateRefused | AddressRefused):
                self._context.hosts.of(origin).refusal = err
            state = RobotsState.UNAVAILABLE if isinstance(err, ANSWERED) else RobotsState.UNREACHABLE
            return await self._without(origin, state, describe_error(err))
        if answer is None:
            missing = Response(f"{origin}/robots.txt", status=404)  # RFC 9309, section 2.3.1.2: as if it were not there
            said = f"it redirects more than {ROBOTS_REDIRECTS} times, or nowhere"
            return self._made(origin, RobotsState.NONE, said, answer=missing)
        said = f"the site answered {answer.status}"
        if (state := state_said_by(answer.status)) is RobotsState.NONE:
            return self._made(origin, state, said, answer=answer.replace(body=b""))
        if state is not RobotsState.READ:
            return await self._without(origin, state, said)
        if not self._read and self._context.site is not None:
            self._context.session.at_the_end(self._keep)
        self._read[origin] = Copy.of(answer.body)
        return self._made(origin, state, said, OwnRules.from_crawler(self._crawler, answer.body), answer)

    async def _answer(self, url: str) -> Response | None:
        """The final answer, up to five redirects away, also on another host; None where there are more."""
        for _ in range(ROBOTS_REDIRECTS + 1):
            meta = {"dont_obey_robotstxt": True, "dont_redirect": True}
            request = Request(url, meta=meta, priority=PRIORITY, callback=NO_CALLBACK)
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(request)
            if response.status not in REDIRECTS:
                return response
            target = joined(response.url, in_header(response.headers.get("Location")))
            if not target or urlsplit(target).scheme not in {"http", "https"}:
                return None
            url = target
        return None

    async def _without(self, origin: str, state: RobotsState, said: str) -> RobotsFile:
        """What holds where the file cannot be fetched."""
        copy = self._read.get(origin) or await self._kept(origin)
        if copy is not None and copy.serves(clock.now()):
            logger.warning("%s/robots.txt: %s; the copy of %s serves.", origin, said, f"{copy.at:%Y-%m-%d %H:%M}")
            said = f"{said}; the copy of {copy.at:%Y-%m-%d %H:%M} serves"
            answer = Response(f"{origin}/robots.txt", body=copy.body)
            return self._made(origin, RobotsState.COPY, said, OwnRules.from_crawler(self._crawler, copy.body), answer)
        refusal = self._context.hosts.of(origin).refusal
        logger.error("%s", refusal or RobotsUnreadable.of(f"{origin}/robots.txt", said))
        return self._made(origin, state, said)

    async def _kept(self, origin: str) -> Copy | None:
        site = self._context.site
        if site is None:
            return None
        try:
            session = self._context.session
            await asyncio.to_thread(session.open)
            return (await asyncio.to_thread(copies_of, session.client, site.host)).get(origin)
        except MtcrawlerError as err:  # what ends the run, or costs it the copy
            logger.warning("%s", err)
            return None

    def _keep(self, store: ObjectStore) -> None:
        if (site := self._context.site) is not None:
            keep_copies(store, site.host, self._read)

    def _made(
        self,
        origin: str,
        state: RobotsState,
        said: str,
        rules: OwnRules | None = None,
        answer: Response | None = None,
    ) -> RobotsFile:
        asked = rules.delay if rules else None
        delay = None if asked is None else min(asked, self._longest)
        report = RobotsReport(state=state, said=said, asked_delay=asked, delay=delay)
        host = self._context.hosts.of(origin)
        host.robots, host.interval = report, delay or 0.0
        fresh = state in {RobotsState.READ, RobotsState.NONE}
        host.rules = digest(answer) if fresh and answer is not None else None
        if delay and asked is not None:
            capped = f" (it asks for {asked:g} s; CRAWL_DELAY_MAX is less)" if delay < asked else ""
            logger.info("%s: %g s between two requests, by its robots.txt%s.", origin, delay, capped)
        return RobotsFile(report, rules, answer, time.monotonic() + (HOLDS if fresh else AGAIN))
