"""What became of every address that a run found: each is entered once, and leaves with one reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final

from mtcrawler.frontier.remembered import remembered
from mtcrawler.model.reasons import KEPT, Fate

FOUND: Final = "discovery/found/"
"""How the stats begin that count addresses by the source that named them first."""
UNMATCHED: Final = "discovery/unmatched"
FOREIGN: Final = "discovery/foreign"
EXAMPLES: Final = 3
FATES: Final = "address/"
"""How the stats begin that count addresses by what became of them."""


class Account:
    """The addresses of one crawl; `count` is told each number's name in the crawl's stats, once for each address.

    An address is the canonical one that a source named. Only those that are under way take memory.
    """

    def __init__(self, count: Callable[[str, int], object] = lambda name, number: None) -> None:
        self._count = count
        self._open: set[str | bytes] = set()
        self._followers: defaultdict[str | bytes, list[tuple[str, Callable[[], object], Callable[[], object]]]] = (
            defaultdict(list)
        )
        self._not_stored: dict[str | bytes, str] = {}
        self._drafts: defaultdict[str, list[str]] = defaultdict(list)
        self.found: Counter[str] = Counter()
        self.fates: Counter[str] = Counter()
        self.unmatched: list[str] = []
        """A few addresses of the site that sources name and no pattern of its articles matches."""
        self.foreign: list[str] = []
        """A few addresses that sources name and that are on none of the site's hosts."""
        self.unread: dict[str, str] = {}
        """The first address at which each source could not be read, by the source's name."""
        self.removed: set[str] = set()
        """Addresses whose article was taken out of the bucket on request."""
        self.asked: dict[str, str] = {}
        """What became of each address that was asked for by name."""

    def enter(self, address: str, source: str, *, asked: bool = False) -> None:
        """A source named this address, which was not found before."""
        self.found[source] += 1
        self._count(f"{FOUND}{source}", 1)
        self._open.add(remembered(address))
        if asked:
            self.asked[address] = Fate.NOT_REACHED

    def no_match(self, url: str) -> None:
        """A source named an address of the site that is not an article's."""
        self._count(UNMATCHED, 1)
        if len(self.unmatched) < EXAMPLES:
            self.unmatched.append(url)

    def no_host(self, url: str) -> None:
        """A source named an address that is on none of the site's hosts."""
        self._count(FOREIGN, 1)
        if len(self.foreign) < EXAMPLES:
            self.foreign.append(url)

    def settle(self, address: str, fate: str) -> None:
        """An address came to this: a Fate, or the name of the error that it failed with. Only the first counts."""
        key = remembered(address)
        if key not in self._open:
            return
        self._open.remove(key)
        self._add(fate)
        if fate == Fate.REMOVED:
            self.removed.add(address)
        if fate not in KEPT or fate in {Fate.DUPLICATE, Fate.ALTERNATE}:
            self._not_stored[key] = fate
        for follower, stored, kept in self._followers.pop(key, ()):
            self.follow(follower, address, stored, kept)
        if address in self.asked:
            self.asked[address] = fate

    def follow(
        self,
        address: str,
        leader: str,
        stored: Callable[[], object] = lambda: None,
        kept: Callable[[], object] = lambda: None,
    ) -> None:
        """An address has the article that another one leads to: an alternate of it where that is kept, else lost so.

        `stored` is called once that article itself is stored, and `kept` where it, or one that it leads to, is.
        """
        if (key := remembered(leader)) in self._open and address != leader:
            self._followers[key].append((address, stored, kept))
            return
        fate = self._not_stored.get(key, Fate.ALTERNATE)
        self.settle(address, Fate.ALTERNATE if fate in KEPT else fate)
        if fate in KEPT:
            kept()
        if key not in self._not_stored:
            stored()

    def is_open(self, address: str) -> bool:
        """Whether an address was found and has come to nothing yet."""
        return remembered(address) in self._open

    def is_lost(self, address: str) -> bool:
        """Whether an address was found and leads to no article."""
        return self._not_stored.get(remembered(address), Fate.ALTERNATE) not in KEPT

    def not_stored_as(self, address: str) -> str | None:
        """What became of an address that was found and has no article of its own; None for any other."""
        return self._not_stored.get(remembered(address))

    def reopen(self, address: str, fate: str) -> None:
        """An address that had come to this is under way again: a source has later news of it."""
        self._open.add(remembered(address))
        self._not_stored.pop(remembered(address), None)
        self._add(fate, -1)

    def drafted(self, canonical: str, address: str) -> None:
        """The page of an address was read; its article goes by this canonical address from now on."""
        self._drafts[canonical].append(address)

    def ended(self, canonical: str, fate: str) -> None:
        """An article came to this; where several pages gave the same one, one of them did."""
        if addresses := self._drafts.get(canonical):
            self.settle(addresses.pop(), fate)
            if not addresses:
                del self._drafts[canonical]

    def close(self, *, whole: bool) -> int:
        """The run is over; returns how many addresses nobody accounted for. A run that is not whole left some."""
        left, self._open = len(self._open), set()
        lost = sum(self.found.values()) - sum(self.fates.values())
        if not whole:
            self._add(Fate.NOT_REACHED, left)
            lost -= left
        self._add(Fate.UNACCOUNTED, lost)
        return lost

    @property
    def not_kept(self) -> dict[str, str]:
        """What was asked for by name and is not in the bucket, with what became of it."""
        return {address: fate for address, fate in self.asked.items() if fate not in KEPT}

    def _add(self, fate: str, number: int = 1) -> None:
        if number:
            self.fates[fate] += number
            self._count(f"{FATES}{fate}", number)
