"""A glance: where a site's sources say that none of them has changed, and nothing else is due, that is the visit."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from hashlib import sha256
from typing import Final

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from mtcrawler.config.page_settings import PageSettings, RecheckSettings
from mtcrawler.config.reading import settings_of
from mtcrawler.discovery.failures import describe_error
from mtcrawler.discovery.memory.glance_note import FRESH, GlancedHost, GlanceNote
from mtcrawler.discovery.memory.known_source import read_by
from mtcrawler.fetch.crawl_context import CrawlContext, asked
from mtcrawler.fetch.middleware.robots import digest, state_said_by
from mtcrawler.fetch.politeness.report import RobotsState
from mtcrawler.fetch.politeness.site_pace import delay_of
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model import clock
from mtcrawler.model.errors import MtcrawlerError
from mtcrawler.runs.outcome.counts import GLANCE, NOTHING_NEW
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.session.plan import Plan
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.spider.code import extractor_of, judge_of
from mtcrawler.spider.news_spider import NewsSpider
from mtcrawler.storage.layout import glance_key
from mtcrawler.storage.notes import recall_as
from mtcrawler.storage.pages import segments
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.write import journal
from mtcrawler.visits.glance.asking import REFUSALS, Asking

logger = logging.getLogger(__name__)

NOT_MODIFIED: Final = 304
REMEDY: Final = "The site is crawled, and it is written anew."
OF_A_MACHINE: Final = frozenset(("MTCRAWLER_BROWSER", "SSL_CERT_FILE", "READER_SESSIONS"))
DECIDING: Final = sorted(
    ({*PageSettings.model_fields, *RecheckSettings.model_fields} - OF_A_MACHINE) | {"DRIFT_DROP", "DRIFT_SINCE"}
)
"""Settings with which a crawl may find something else."""


class GlanceEnd(StrEnum):
    """What a glance came to that asked the site for anything; all but the first lead to a crawl."""

    NOTHING_NEW = NOTHING_NEW
    CHANGED = "changed"
    """A source has changed, is gone, or is no longer where it was."""
    RULES = "rules"
    """The site's robots.txt has changed, or does not come."""
    REFUSED = "refused"
    """The site asks to be left alone for now (429, 503); it is, before it is crawled."""
    FAILED = "failed"
    """A request came to nothing."""


class Glance:
    """The glance that one visit begins with; `settings` are those of the site, frozen, and `spidercls` is what would
    crawl it.

    `note` is what an earlier visit left, once it was recalled. In doubt there is no glance, and the site is crawled.
    """

    def __init__(
        self,
        settings: BaseSettings,
        spidercls: type[NewsSpider],
        arguments: Mapping[str, str],
        store: ObjectStore,
    ) -> None:
        self.settings, self.store, self._arguments = settings, store, dict(arguments)
        self.spidercls, self._definition = spidercls, spidercls.definition
        self._asked_as = _in_short(self._arguments, settings)
        self.note: GlanceNote | None = None

    async def end(self) -> GlanceEnd | None:
        """What it comes to; None where nothing may be left to it, so that nothing was asked of the site.

        What is wrong with the site's definition or arguments is left to the crawl to tell.
        """
        with suppress(MtcrawlerError):
            self.note = await asyncio.to_thread(self._recalled)
        if self.note is None:
            return None
        async with self._asking(self.note) as asking:
            end = await self._looked(asking, self.note)
            if end is not GlanceEnd.NOTHING_NEW:
                logger.info("The site is crawled, as a glance at its sources came to: %s.", end)
                await asking.leave_alone()
        return end

    def remember(self, crawler: Crawler, manifest: Manifest) -> None:
        """Keep what the next visit may leave to a glance, after a crawl; a visit is none the worse without."""
        spider = crawler.spider
        well = manifest.outcome == Outcome.DONE and manifest.exit_code == 0 and not manifest.errors
        if not well or not isinstance(spider, NewsSpider) or (glanced := spider.discovery.memory.glanced) is None:
            return
        hosts = {}
        for origin in {origin_of(one.url) for one in glanced.sources}:
            host = CrawlContext.of(crawler).hosts.of(origin)
            if host.rules is None:
                return
            hosts[origin] = GlancedHost(at=manifest.started_at, rules=host.rules, delay=host.interval)
        told = glanced.model_dump() | {"read_by": self._read_by, "asked": self._asked_as, "at": clock.now()}
        note = GlanceNote.model_validate({**told, "hosts": hosts})
        try:
            self.store.put(self._key, note.model_dump_json().encode() + b"\n")
        except MtcrawlerError as err:
            logger.info("The next visit begins with no glance. %s", err)

    def _recalled(self) -> GlanceNote | None:
        """What holds still, where this machine has nothing to deliver and nothing of the lease is in doubt."""
        definition = self._definition
        if _waits(plan_of(self.settings), self.store):
            return None
        note = recall_as(GlanceNote.model_validate_json, self.store, self._key, REMEDY)
        if note is None or not note.holds or len(self.store.left_out):
            return None
        if note.read_by != self._read_by or note.asked != self._asked_as:
            return None
        site = asked(definition, self._arguments)[1]
        return note if note.sources and all(site.owns(one.url) for one in note.sources) else None

    @asynccontextmanager
    async def _asking(self, note: GlanceNote) -> AsyncIterator[Asking]:
        site = asked(self._definition, self._arguments)[1]
        pace = delay_of(self.settings, site, self._definition.pace)
        asking = Asking(self.settings, site.mirror or self._definition.named_by_hand, pace)
        try:
            for origin, host in note.hosts.items():
                asking.host(origin, host.delay)
            yield asking
        finally:
            await asking.close()

    async def _looked(self, asking: Asking, note: GlanceNote) -> GlanceEnd:
        """Ask until one answer is another than it was."""
        try:
            for origin in {origin_of(one.url): None for one in note.sources}:
                known = note.hosts.get(origin)
                if known is None or abs(clock.now() - known.at) >= FRESH:
                    answer = await asking.answer(f"{origin}/robots.txt", {})
                    if answer.status in REFUSALS:
                        return GlanceEnd.REFUSED
                    state = state_said_by(answer.status)
                    read = digest(answer if state is RobotsState.READ else answer.replace(body=b""))
                    if known is None or state.forbids_all or read != known.rules:
                        return GlanceEnd.RULES
            for source in note.sources:
                answer = await asking.answer(source.url, source.validators.headers)
                if answer.status in REFUSALS:
                    return GlanceEnd.REFUSED
                if answer.status != NOT_MODIFIED:
                    return GlanceEnd.CHANGED
        except Exception as err:  # whatever it is, the crawl meets it, and tells it
            logger.debug("The glance failed: %s", describe_error(err))
            return GlanceEnd.FAILED
        return GlanceEnd.NOTHING_NEW

    @property
    def _key(self) -> str:
        return glance_key(asked(self._definition, self._arguments)[1].known_as)

    @property
    def _read_by(self) -> str:
        return read_by(judge_of(self._definition, extractor_of(self._definition, self._definition.site)))


def stats_of(note: GlanceNote) -> dict[str, int]:
    """What a crawl whose sources had all not changed would have counted, and that it was a glance."""
    counted = Counter({f"{GLANCE}{NOTHING_NEW}": 1, f"run/status/{NOT_MODIFIED}": len(note.sources)})
    for source in note.sources:
        counted["discovery/unchanged"] += 1
        for name, number in source.sources.items():
            counted[f"discovery/unchanged/{name}"] += 1
            if number:
                counted[f"discovery/listed/{name}"] += number
    return dict(counted)


def _in_short(arguments: Mapping[str, str], settings: BaseSettings) -> str:
    """The arguments and settings of a visit as a hash."""
    typed = settings_of(settings)
    told = [sorted(arguments.items()), [str(getattr(typed, name)) for name in DECIDING]]
    return sha256(repr(told).encode()).hexdigest()


def _waits(plan: Plan, store: ObjectStore) -> bool:
    """Whether something waits on this machine for the bucket, or nobody can say."""
    tag = store.location.tag
    try:
        return (
            any((plan.spool_dir / tag).glob("*.json"))
            or segments.wait(plan.spool_dir / f"{tag}-pages")
            or journal.waits(plan.state_dir / f"journal-{tag}")
        )
    except OSError:
        return True
