"""Which addresses a crawl may connect to: public ones, the mirror it was given, and networks that a setting allows."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address as Target4
from twisted.internet.address import IPv6Address as Target6
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from mtcrawler.fetch.network.ipv4_in_ipv6 import embedded
from mtcrawler.fetch.network.reserved import IPV4, IPV6
from mtcrawler.markup.addresses import DEFAULT_PORTS
from mtcrawler.model.errors import AddressRefused

logger = logging.getLogger(__name__)

REMEMBERED: Final = 60.0
"""Seconds for which a name's addresses are kept."""
MOST: Final = 1000
"""Names kept; a page may make up any number of them."""
PATIENCE: Final = 10.0
"""Seconds a name may take to be resolved."""
MISSED: Final = 15.0
"""Seconds for which a name that could not be resolved is not looked up again, however many requests want it."""

Network = IPv4Network | IPv6Network
Lookup = Callable[[str], Awaitable[list[str]]]


async def _looked_up(host: str) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Guard:
    """Resolves names for everything a crawl fetches, by HTTP and in the browser, and judges what they resolve to.

    Whoever connects does so to the addresses given here and resolves nothing itself, so that a name cannot mean one
    address when it is judged and another when it is used.
    """

    def __init__(self, allowed: Iterable[Network] = (), mirror: str | None = None, lookup: Lookup = _looked_up) -> None:
        self._allowed, self._lookup = tuple(allowed), lookup
        parts = urlsplit(mirror or "")
        self._mirror = (parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme))
        self._known: dict[str, tuple[float, list[str]]] = {}
        self._missed: dict[str, tuple[float, OSError]] = {}
        self.refused: set[str] = set()
        """Hosts that were refused so far."""

    async def addresses(self, host: str, port: int) -> list[str]:
        """Where to connect to for this host, best first.

        Raises AddressRefused when any of its addresses is not allowed, OSError when it has none, TimeoutError.
        """
        host = host.strip("[]").rstrip(".").lower()
        found = await self._addresses(host)
        if wrong := next((each for each in found if not self._permits(host, port, each)), None):
            if host not in self.refused:
                self.refused.add(host)
                logger.warning("%s", AddressRefused.of(host, wrong))
            raise AddressRefused.of(host, wrong)
        return found

    async def _addresses(self, host: str) -> list[str]:
        until, found = self._known.get(host, (0.0, []))
        if time.monotonic() < until:
            return found
        since, error = self._missed.get(host, (0.0, None))
        if error is not None and time.monotonic() < since + MISSED:
            raise error
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._lookup(host)
        except OSError as err:
            if len(self._missed) >= MOST:
                self._missed.clear()
            self._missed[host] = (time.monotonic(), err)
            raise
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[host] = (time.monotonic() + REMEMBERED, found)
        return found

    def _permits(self, host: str, port: int, address: str) -> bool:
        return (host, port) == self._mirror or permitted(address, self._allowed)


def permitted(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether an address is public or allowed; an IPv4 address inside an IPv6 one is judged as what it is."""
    told = ip_address(address.partition("%")[0])
    named = tuple(allowed)
    inside, alone = embedded(told, named)
    judged = inside if alone else (told, *inside)
    return all(_public(each) or any(each in network for network in named) for each in judged)


def _public(address: IPv4Address | IPv6Address) -> bool:
    return not any(address in block for block in (IPV4 if isinstance(address, IPv4Address) else IPV6))


@implementer(IHostnameResolver)
class GuardedResolver:
    """Twisted's way to the guard of whoever asks: what is refused, or has no address, resolves to nothing.

    A process has one resolver, but may have several crawls, each with a guard of its own: that of the pool which makes
    the connection. Every other lookup fails.
    """

    @staticmethod
    def judges(pool: Any, guard: Guard) -> None:
        """From now on this guard resolves the names for every connection that an HTTPConnectionPool makes.

        Here and not around a request: the pool connects anew by itself, at a time when Twisted, whose timers are one
        for the whole process, may be at work for another crawl.
        """
        connect = pool._newConnection

        def connected(key: object, endpoint: object) -> Any:
            _installed()
            token = _asking.set(guard)
            try:
                return connect(key, endpoint)
            finally:
                _asking.reset(token)

        pool._newConnection = connected

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - as above
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: object = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> HostResolution:
        """As Twisted's interface has it."""
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        task = asyncio.ensure_future(self._resolve(resolutionReceiver, hostName, portNumber))
        _running.add(task)
        task.add_done_callback(_running.discard)
        return resolution

    async def _resolve(self, receiver: Any, host: str, port: int) -> None:
        try:
            guard = _asking.get()
            for address in [] if guard is None else await guard.addresses(host, port):
                target = Target6 if ":" in address else Target4
                receiver.addressResolved(target("TCP", address, port))
        except (OSError, AddressRefused, UnicodeError):
            logger.debug("No address for %s", host)
        finally:
            receiver.resolutionComplete()


@cache
def _installed() -> None:
    """Every name that this process asks Twisted for is resolved here from now on."""
    reactor: Any = sys.modules["twisted.internet.reactor"]
    reactor.installNameResolver(GuardedResolver())


_asking: ContextVar[Guard | None] = ContextVar("_asking", default=None)
_running: set[asyncio.Task[None]] = set()
