"""Which sources a run asked, and whether asking them once more is all that the next one would do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from mtcrawler.discovery.memory.glance_note import MOST, TRUSTED, GlancedSource, GlancedSources
from mtcrawler.discovery.memory.known_source import KnownSource
from mtcrawler.frontier.terms import Validators
from mtcrawler.model import clock

if TYPE_CHECKING:
    from mtcrawler.discovery.discovery import Discovery


class AskedSources:
    """The sources of one crawl by their addresses, as it asks them; those that were answered with validators are of use
    to a glance. One that names other sources counts as well: these are asked themselves.
    """

    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery
        self._asked: dict[str, None] = {}
        self._answered: dict[str, GlancedSource] = {}
        self._leading: set[str] = set()

    def ask(self, address: str) -> None:
        """It is asked for."""
        self._asked[address] = None

    def is_part(self, address: str) -> None:
        """It is a part of a source: where the first has not changed, nothing is new in it."""
        self._asked.pop(address, None)

    def answered(
        self, address: str, validators: Validators, listed: Mapping[str, int], *, leads_on: bool = False
    ) -> None:
        """It came, or is as it was; so many articles are listed under each name."""
        known = self._answered.get(address)
        counted = dict(known.sources) if known else {}
        for name, number in listed.items():
            counted[name] = counted.get(name, 0) + number
        etag, last_modified = validators
        self._answered[address] = GlancedSource(url=address, etag=etag, last_modified=last_modified, sources=counted)
        if leads_on:
            self._leading.add(address)

    def glanced(self, known: Mapping[str, KnownSource]) -> GlancedSources | None:
        """What a glance may ask in the place of the next run; None where that would do more, or nobody can say.

        `known` are the sources all of whose articles are stored.
        """
        discovery, policy = self._discovery, self._discovery.recrawl_policy
        site = discovery.site
        asked = [url for url in self._asked if url != site.fetchable("/robots.txt")]
        sources = [one for url in asked if (one := self._answered.get(url)) and one.validators.headers]
        if policy is None or policy.terms.force or not asked or len(sources) < len(asked) or len(asked) > MOST:
            return None
        if not all(site.owns(one.url) and (one.url in known or one.url in self._leading) for one in sources):
            return None
        now = clock.now()
        if any(True for _ in policy.overdue(site.host)):
            return None
        due = [*self._due(known[url] for url in asked if url in known), policy.next_due, now + TRUSTED]
        until = min(moment for moment in due if moment is not None)
        return GlancedSources(until=until, next_due=policy.next_due, sources=sources) if until > now else None

    def _due(self, known: Iterable[KnownSource]) -> Iterator[datetime | None]:
        """When these are to be read whole, and when an address is due that they name and that has no article."""
        policy, site = self._discovery.recrawl_policy, self._discovery.site
        assert policy is not None
        for source in known:
            yield source.at + TRUSTED
            for one in source.again:
                news = max(filter(None, (one.published, one.lastmod)), default=None)
                yield policy.next_look(site.canonical(one.url), news, one.source)
