"""The sources of a site as they were last read whole, so that one which has not changed need not be sent again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from scrapy.http import Request, Response

from mtcrawler.discovery.memory.asked_sources import AskedSources
from mtcrawler.discovery.memory.glance_note import TRUSTED, GlancedSources
from mtcrawler.discovery.memory.known_source import (
    KnownSource,
    NamedAddress,
    SourcesNote,
    read_by,
    validators_of,
)
from mtcrawler.discovery.whole_sitemaps import WholeSitemap, complete
from mtcrawler.frontier.terms import Validators
from mtcrawler.model import clock
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.limits import MIB
from mtcrawler.model.reasons import Fate
from mtcrawler.storage.feed.segments import of_another_version
from mtcrawler.storage.layout import glance_key, sources_key
from mtcrawler.storage.notes import keep, recall, recall_as
from mtcrawler.storage.port import ObjectStore

if TYPE_CHECKING:
    from mtcrawler.discovery.discovery import Discovery

logger = logging.getLogger(__name__)

SOURCES: Final = 1_000
"""Sources of a site that are remembered, those that were read last."""
NAMED: Final = 2_000
"""Addresses of a source, not yet known as stored, whose outcome is followed."""
HELD: Final = 20_000
"""The same for all sources of a run: a back-fill names millions, and its sources are read whole the next time."""
AGAIN: Final = 200
"""Addresses without an article of their own that are remembered of a source."""
TEACHING: Final = 50
"""Addresses of a feed that are remembered for what they teach of articles' addresses on a site without a definition."""
NOT_MODIFIED: Final = 304
JUDGED: Final = frozenset(
    {
        Fate.NOT_ARTICLE,
        Fate.MISSING,
        Fate.ELSEWHERE,
        Fate.OUT_OF_SCOPE,
        Fate.DUPLICATE,
        Fate.ALTERNATE,
        Fate.WALLED,
        Fate.REMOVED,
    }
)
"""Fates of addresses without an article of their own that are known from then on, and looked at when they are due."""
REMEDY: Final = "All sources are read, and it is written anew."
MOST_BYTES: Final = 2 * MIB
_KEY, _PART = "source_key", "source_part"


@dataclass
class _Reading:
    """What one run has read of a source."""

    validators: Validators
    sources: dict[str, int] = field(default_factory=dict)
    named: list[DiscoveredUrl] = field(default_factory=list)
    oldest: date | None = None
    sure: list[str] = field(default_factory=list)
    spoilt: bool = False


class SourceMemory:
    """Makes the requests of one crawl for sources conditional, and sees to what becomes of all that they name.

    A validator is kept only once each article that the source names is stored. So nothing that failed is hidden behind
    a source that has not changed. Not for threads; `recall` and `save` may run in one.
    """

    def __init__(self, discovery: Discovery) -> None:
        self._discovery, self._key = discovery, sources_key(discovery.site.known_as)
        scope = discovery.scope
        # Stored articles of a source that has no news are looked at again only where all that are due are.
        self._everything = scope.until == date.max and scope.limit is None and not (scope.sections or scope.urls)
        self._everything &= discovery.crawler.settings.getbool("RECHECK", True)
        # A copy of a site on a private address tells by its sources how the site is called.
        self._everything &= not (discovery.undescribed and discovery.site.mirror)
        self._known: dict[str, KnownSource] = {}
        self._read: dict[str, _Reading] = {}
        self._held = 0
        self._learned: dict[str, KnownSource | None] = {}
        self.whole_sitemaps: list[WholeSitemap] = []
        self.asked = AskedSources(discovery)
        self.glanced: GlancedSources | None = None
        """What a glance may ask in the place of the next run, once this one has saved what it learned."""

    def recall(self, store: ObjectStore) -> None:
        """Learn what earlier runs left; without it every source is read."""
        if self._everything:
            self._known = recall_as(self._in, store, self._key, REMEDY) or {}

    def save(self, store: ObjectStore) -> None:
        """Keep what this run learned; raises StoreError."""
        if self._learned:
            keep(store, self._key, self._added)
        # Whatever was looked at, when the next article is due may be another time by now.
        key, frontier = glance_key(self._discovery.site.known_as), self._discovery.frontier
        if frontier.account.found.total() > frontier.spared and recall(store, key) is not None:
            store.delete(key)
        if self._everything and not self._read:
            known = {**self._known, **self._learned}
            self.glanced = self.asked.glanced({url: one for url, one in known.items() if one is not None})

    def asking(self, request: Request, key: str | None = None) -> Request:
        """The request for a source, so that an unchanged one is not sent; `key` is that of a part's whole list."""
        request.meta[_KEY], request.meta[_PART] = key or request.url, key is not None
        if key is not None:
            self.asked.is_part(request.url)
        known, scope = self._known.get(request.url), self._discovery.scope
        policy = self._discovery.recrawl_policy
        if key is None and known is not None and policy is not None and not policy.terms.force:
            trusted = abs(clock.now() - known.at) < TRUSTED  # clocks of machines differ
            if trusted and known.since <= scope.since and known.validators.headers:
                request.headers.update(known.validators.headers)
                request.meta["handle_httpstatus_list"] = [NOT_MODIFIED]
        return request

    def unchanged(self, response: Response) -> list[DiscoveredUrl] | None:
        """What a source that is as it was still has to offer: addresses without an article; None where it came anew."""
        if response.status != NOT_MODIFIED or (known := self._known.get(response.meta.get(_KEY, ""))) is None:
            return None
        counts = self._discovery.counts
        self.asked.answered(response.meta[_KEY], known.validators, known.sources)
        counts.count("unchanged")
        for source, number in known.sources.items():
            counts.count(f"unchanged/{source}")
            if number:
                counts.listed(source, number)
        if known.oldest is not None:
            self._discovery.posts.reached_back_to(known.oldest)
        for url in known.sure:  # what it teaches of how articles' addresses look
            self._discovery.frontier.addresses.wanted(DiscoveredUrl(url, "feed", sure=True))
        return [DiscoveredUrl(one.url, one.source, one.published, one.lastmod, sure=one.sure) for one in known.again]

    def read(
        self,
        response: Response,
        source: str,
        found: Iterable[DiscoveredUrl],
        listed: int = 0,
        *,
        leads_on: bool = False,
    ) -> None:
        """A source, or a part of one, was read to its end and names these, which were put to the frontier.

        `listed` is the number of articles that it was counted to list. One that `leads_on` to others says nothing of
        these when it has not changed itself.
        """
        key = response.meta.get(_KEY)
        if key is None or not self._everything or response.status == NOT_MODIFIED:
            return
        reading = self._read.get(key)
        if reading is None:
            if response.meta[_PART]:
                return  # what it is a part of was not read to its end
            validators = validators_of(response)
            reading = self._read[key] = _Reading(validators, spoilt=not validators.headers)
        reading.sources[source] = reading.sources.get(source, 0) + listed
        self.asked.answered(key, reading.validators, {source: listed}, leads_on=leads_on)
        before = len(reading.named)
        for one in found if not reading.spoilt else ():
            if one.sure and self._discovery.frontier.addresses.learned and len(reading.sure) < TEACHING:
                reading.sure.append(one.url)
            if dated := one.published or one.lastmod:
                reading.oldest = min(reading.oldest or dated.date(), dated.date())
            if not self._is_settled(one):
                reading.named.append(one)
        self._held += len(reading.named) - before
        reading.spoilt |= leads_on or len(reading.named) > NAMED or self._held > HELD
        if reading.spoilt:
            self._held -= len(reading.named)
            reading.named.clear()

    def learn(self) -> None:
        """Once all is done, see which sources need not be read before they change.

        So with a sitemap that was read whole, where nothing failed.
        """
        stats, policy = self._discovery.crawler.stats.get_stats(), self._discovery.recrawl_policy
        scope = self._discovery.scope
        if policy and scope.limit is None and not scope.sections and complete(stats):
            for address, at in self.whole_sitemaps:
                policy.other(address, at=at)
        self.whole_sitemaps = []
        for key, reading in self._read.items():
            known = None if policy is None or _was_cut(stats, reading) else self._all_stored(reading)
            if known is not None or key in self._known:
                self._learned[key] = known
        self._read, self._held = {}, 0

    def _is_settled(self, one: DiscoveredUrl) -> bool:
        """Whether an address needs no further look, however long its source stays as it is."""
        discovery, policy = self._discovery, self._discovery.recrawl_policy
        site, frontier, scope = discovery.site, discovery.frontier, discovery.scope
        if not site.owns(one.url) or not (frontier.addresses.learned or frontier.is_article(one.url)):
            return True
        if (day := frontier.day_of(one.url)) is not None:
            if not scope.covers(day):
                return True
        elif frontier.addresses.learned and (dated := one.published or one.lastmod) and dated.date() < scope.since:
            return True
        address = site.canonical(one.url)
        return policy is not None and frontier.is_spared(address) and policy.stored(address)

    def _all_stored(self, reading: _Reading) -> KnownSource | None:
        """The source as it is remembered; None where anything that it names is not stored, and not known as none."""
        discovery, policy = self._discovery, self._discovery.recrawl_policy
        again: list[NamedAddress] = []
        assert policy is not None
        if reading.spoilt:
            return None
        account, frontier = discovery.frontier.account, discovery.frontier
        for one in reading.named:
            address = discovery.site.canonical(one.url)
            fate = account.not_stored_as(address)
            if account.is_open(address) or not (fate in JUDGED if fate else frontier.took(address)):
                return None
            if fate is None and policy.stored(address):
                continue
            again.append(
                NamedAddress(
                    url=one.url, source=one.source, published=one.published, lastmod=one.lastmod, sure=one.sure
                )
            )
        if len(again) > AGAIN:
            return None
        return KnownSource(
            etag=reading.validators.etag,
            last_modified=reading.validators.last_modified,
            at=clock.now(),
            since=discovery.scope.since,
            sources=reading.sources,
            again=again,
            oldest=reading.oldest,
            sure=reading.sure,
        )

    def _in(self, body: bytes) -> dict[str, KnownSource]:
        """The sources in a note; none where another program or definition read them.

        Raises ValidationError for what is none.
        """
        try:
            note = SourcesNote.model_validate_json(body)
        except ValidationError as err:
            if of_another_version(err):
                return {}
            raise
        return note.sources if note.read_by == self._read_by else {}

    @property
    def _read_by(self) -> str:
        policy = self._discovery.recrawl_policy
        return read_by(policy.terms.judged_by if policy else None)

    def _added(self, body: bytes | None) -> bytes:
        earlier: dict[str, KnownSource] = {}
        with suppress(ValidationError):  # set aside when this run began, or written since; it is of no use to anybody
            earlier = self._in(body) if body else {}
        known = {**earlier, **self._learned}
        kept = [(key, one) for key, one in known.items() if one is not None]
        latest = sorted(kept, key=lambda pair: pair[1].at)
        latest = latest[-SOURCES:]
        while len(made := self._made(latest)) > MOST_BYTES:
            latest = latest[(len(latest) + 1) // 2 :]
        return made

    def _made(self, sources: Iterable[tuple[str, KnownSource]]) -> bytes:
        return SourcesNote(read_by=self._read_by, sources=dict(sources)).model_dump_json().encode() + b"\n"


def _was_cut(stats: Mapping[str, Any], reading: _Reading) -> bool:
    """Whether some of what sources name was not read."""
    if any(name.startswith(("discovery/cut/", "spider_exceptions/")) for name in stats):
        return True
    return any(
        stats.get(f"discovery/{what}/{source}") for what in ("failed", "not_reached") for source in reading.sources
    )
