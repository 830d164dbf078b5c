"""Links of lists that say nothing of their day: they wait until sitemaps and feeds, which do, have been read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from mtcrawler.frontier.article_addresses import DOUBTFUL, SURE, LearnedAddresses, shape_of
from mtcrawler.markup.addresses import Site
from mtcrawler.model.discovered_url import DiscoveredUrl

MOST: Final = 5_000
"""Links that wait; further ones are looked at as they come."""
PROBES: Final = 3
"""Addresses in doubt of one shape that are looked at before their pages have told what the others are."""


class WaitingLinks:
    """The links of one crawl. They are let go in rounds, each after all that went before has been read: first those
    that are articles as far as is known, then a few in doubt of each shape, whose pages correct what is known.
    """

    def __init__(self, site: Site, addresses: LearnedAddresses) -> None:
        self._site, self._addresses = site, addresses
        self._waiting: dict[str, DiscoveredUrl] = {}
        self._probed: Counter[str] = Counter()
        self._recalled: set[str] = set()

    def add(self, found: Iterable[DiscoveredUrl]) -> tuple[int, list[DiscoveredUrl]]:
        """Have them wait: how many were not waiting yet, and those for which there is no room."""
        before, over = len(self._waiting), list[DiscoveredUrl]()
        for one in found:
            address = self._site.canonical(one.url)
            known = self._waiting.get(address)
            if known is None and len(self._waiting) >= MOST:
                over.append(one)
            elif known is None or (one.words or 0) > (known.words or 0):
                self._waiting[address] = one
        return len(self._waiting) - before, over

    def recall(self, was_article: Callable[[str], bool | None]) -> None:
        """Have what earlier runs know of those that wait count for their shapes, each once."""
        for address in self._waiting.keys() - self._recalled:
            self._recalled.add(address)
            if (article := was_article(address)) is not None:
                self._addresses.learn(address, article=article)

    def take(self, which: Callable[[DiscoveredUrl], bool]) -> list[DiscoveredUrl]:
        """Those of this kind, which wait no longer; they cost no look."""
        chosen = [address for address, one in self._waiting.items() if which(one)]
        return [self._waiting.pop(address) for address in chosen]

    def next_round(self) -> list[DiscoveredUrl]:
        """Those whose turn it is; an empty list where none is, and the others are to be left."""
        likely = {address: self._addresses.likely(address, one.words) for address, one in self._waiting.items()}
        chosen = [address for address, chance in likely.items() if chance >= SURE]
        for address in sorted(likely, key=lambda one: -likely[one]) if not chosen else ():
            shape = shape_of(address)
            if likely[address] >= DOUBTFUL and self._probed[shape] < PROBES:
                self._probed[shape] += 1
                chosen.append(address)
        return [self._waiting.pop(address) for address in chosen]
