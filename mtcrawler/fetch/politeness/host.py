"""The hosts of one crawl: how each may be asked, by its robots.txt and by what it said when it was asked too often."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.fetch.politeness.report import HostReport, RobotsReport, RobotsState
from mtcrawler.model.errors import HostRefuses, PageError, RobotsUnreadable

SLICE: Final = 0.25
"""Seconds after which a wait says that it goes on, and looks whether the host was given up."""
SLOW: Final = 0.25
"""Seconds between two requests to a host that has refused one; doubled by every further refusal."""
SLOWEST: Final = 30.0
"""Seconds between two requests to which a host that refuses is slowed at most."""
AS_TOLD: Final = 4
"""How many times the wait that a host asks for it is slowed to at most: it refuses some pages whatever their pace."""
FORGIVEN: Final = 20
"""Answers in a row after which a host that was slowed down is asked twice as fast again."""
TOLD: Final = 200
"""Hosts that the manifest tells of; redirects may lead to any number."""
JITTER: Final = (0.5, 1.5)
"""By what a wait that nobody asked for is multiplied, so that not all crawlers come back at once."""


@dataclass(frozen=True)
class Patience:
    """How long a host that refuses is waited for, in seconds, and how many refusals in a row it may give."""

    first: float
    longest: float
    most: int


@dataclass
class Host:
    """One host, named by an origin of it, while it is crawled. Times are in seconds.

    `rules` is the SHA-256 of its robots.txt, of no bytes where it has none; None where that could not be fetched.
    `refusal` is why we ourselves do not ask it, as for its certificate.
    `interval` is the time between two requests that its robots.txt asks for, within our cap. `refusals` counts the
    rounds in a row in which the host refused after a wait, and decides when it is given up; `refused` counts all its
    refusals.
    """

    origin: str
    patience: Patience
    interval: float = 0.0
    robots: RobotsReport | None = None
    rules: str | None = None
    refusal: PageError | None = None
    refusals: int = 0
    refused: int = 0
    waited: float = 0.0
    longest_asked: float = 0.0
    _rounds: int = 0
    _slowed: float = 0.0
    _not_before: float = 0.0
    _next: float = 0.0
    _answers: int = 0
    _told: bool = False
    _last_refusal: float = 0.0
    _turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def name(self) -> str:
        """Its name and port."""
        return self.origin.partition("://")[2]

    @property
    def given_up(self) -> bool:
        """Whether it has refused more often in a row than it may."""
        return self.refusals > self.patience.most

    @property
    def pause(self) -> float:
        """The time between two requests: what its robots.txt asks for, or more where it has refused."""
        return max(self.interval, self._slowed)

    def gives_up(self) -> bool:
        """Whether it is to be given up now; true only once, however many answers are still under way."""
        now = self.given_up and not self._told
        self._told = self._told or now
        return now

    async def turn(self, waiting: Callable[[], None]) -> float:
        """Wait until it may be asked again; the moment, on the monotonic clock.

        `waiting` is called now and then meanwhile. Raises HostRefuses where the host was given up.
        """
        if self._next or self._not_before or self.interval:
            async with self._turns:
                await self._wait(waiting)
                self._next = time.monotonic() + self.pause
        return time.monotonic()

    def check(self) -> None:
        """Raises HostRefuses where it was given up."""
        if self.given_up:
            raise HostRefuses.of(self.name, self.refusals, self.waited)

    def refuse(self, asked_at: float, told: float | None, *, counts: bool = True) -> float:
        """It refused a request that was made at this moment, and told how long to wait, or not; the wait.

        Refusals of requests that were under way when an earlier one arrived belong to that one's round. One that does
        not count may be the page's own failure: it is waited for like any other, but no host is given up for it.
        """
        now = time.monotonic()
        self.refused, self._answers = self.refused + 1, 0
        if asked_at >= self._last_refusal:
            self.refusals += counts
            self._rounds += 1
            slowest = SLOWEST if told is None else min(SLOWEST, AS_TOLD * max(told, 1.0))
            self._slowed = max(self._slowed, min(slowest, max(SLOW, 2 * self._slowed)))
            self._last_refusal = now
        wait = told
        if wait is None:
            wait = self.patience.first * 2.0 ** min(self._rounds - 1, 30) * random.uniform(*JITTER)  # noqa: S311
        else:
            self.longest_asked = max(self.longest_asked, wait)
        wait = min(wait, self.patience.longest)
        self._not_before = max(self._not_before, now + wait)
        return wait

    def answer(self) -> None:
        """It answered: after some answers it is asked faster again."""
        self.refusals = self._rounds = 0
        if self._slowed:
            self._answers += 1
            if self._answers >= FORGIVEN:
                self._answers, self._slowed = 0, self._slowed / 2 if self._slowed > SLOW else 0.0

    def report(self) -> HostReport:
        """What the manifest says of it."""
        return HostReport(
            robots=self.robots,
            refused=self.refused,
            waited=round(self.waited, 1),
            longest_asked=self.longest_asked or None,
            given_up=self.given_up,
        )

    async def _wait(self, waiting: Callable[[], None]) -> None:
        begun = time.monotonic()
        while (left := max(self._not_before, self._next) - time.monotonic()) > 0:
            self.check()
            await asyncio.sleep(min(left, SLICE))
            waiting()
        if begun < self._not_before:
            self.waited += self._not_before - begun


class Hosts:
    """Every host that one crawl has asked."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._hosts: dict[str, Host] = {}

    def of(self, url: str) -> Host:
        """The host of this address."""
        parts = urlsplit(url)
        name = parts.netloc.rpartition("@")[2].lower()
        if (known := self._hosts.get(name)) is None:
            known = self._hosts[name] = Host(f"{parts.scheme}://{name}", self._patience)
        return known

    def faults(self) -> list[tuple[PageError, str]]:
        """What kept whole hosts from being asked, each with an address there."""
        found: list[tuple[PageError, str]] = []
        for host in self._hosts.values():
            if host.robots is not None and host.robots.state.forbids_all:
                address = f"{host.origin}/robots.txt"
                found.append((host.refusal or RobotsUnreadable.of(address, host.robots.said), address))
            if host.given_up:
                found.append((HostRefuses.of(host.name, host.refusals, host.waited), f"{host.origin}/"))
        return found

    @property
    def unreachable(self) -> int:
        """How many of them nobody answered for, so that not even their rules are known."""
        robots = (host.robots for host in self._hosts.values())
        return sum(one is not None and one.state is RobotsState.UNREACHABLE for one in robots)

    def report(self) -> dict[str, HostReport]:
        """What the manifest says of them: of those that had rules, or refused."""
        told = {name: host.report() for name, host in sorted(self._hosts.items())}
        told = {name: one for name, one in told.items() if one.robots is not None or one.refused}
        return dict(islice(told.items(), TOLD))
