"""The browser's only way out: a SOCKS5 proxy on loopback that connects to what the guard permits, and to nothing else.

The browser resolves no name and opens no connection but to this; so whatever a page asks for, in whatever way, is
judged here.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import OrderedDict
from typing import Final

from mtcrawler.fetch.network.guard import Guard
from mtcrawler.model.errors import AddressRefused

logger = logging.getLogger(__name__)

CONNECTING: Final = 20.0
"""Seconds a server may take to answer a connection."""
MOST: Final = 1000
"""Hosts whose last failure is kept."""

# RFC 1928: version 5, no authentication; the replies have no address that anyone would use.
HELLO: Final = b"\x05\x00"
UNWILLING: Final = b"\x05\xff"
OK, FORBIDDEN, UNREACHABLE, REFUSED, NOT_SUPPORTED = 0, 2, 4, 5, 7
CONNECT: Final = 1
NAME, IPV4, IPV6 = 3, 1, 4


class SocksProxy:
    """Listens from the moment it is made; to be made, and closed, in a running event loop."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.failures: OrderedDict[str, str] = OrderedDict()
        """Why a host could last not be reached, in words."""
        self.refusals = 0
        """How many connections the guard did not permit so far."""
        self._open: set[_Caller] = set()
        listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = listening.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = asyncio.ensure_future(loop.create_server(lambda: _Caller(self), sock=listening))

    async def close(self) -> None:
        """Hang up, and listen no more."""
        server = await self._server
        server.close()
        for caller in list(self._open):
            caller.hang_up()

    def failed(self, host: str, why: str) -> None:
        """Remember why a host could not be reached."""
        self.failures[host] = why
        self.failures.move_to_end(host)
        if len(self.failures) > MOST:
            self.failures.popitem(last=False)

    def opened(self, caller: _Caller) -> None:
        """A connection of the browser's."""
        self._open.add(caller)

    def closed(self, caller: _Caller) -> None:
        """It is gone."""
        self._open.discard(caller)


class _Side(asyncio.Protocol):
    """One end of a relayed connection: what it hears, the other says, no faster than that can."""

    transport: asyncio.Transport
    other: _Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)

    def eof_received(self) -> bool:
        if self.other is not None and self.other.transport.can_write_eof():
            self.other.transport.write_eof()
        return self.other is not None  # the other may still have something to say

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()


class _Caller(_Side):
    """The browser's end: it says where it wants to go, and then whatever it likes."""

    def __init__(self, socks_proxy: SocksProxy) -> None:
        self._relay = socks_proxy
        self._heard = b""
        self._greeted = False
        self._connecting: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._relay.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._connecting is not None:
            self._connecting.cancel()
        self._relay.closed(self)

    def hang_up(self) -> None:
        """End both ends."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)
            return
        self._heard += data
        if self._connecting is None:
            self._understand()

    def _understand(self) -> None:
        if not self._greeted:
            if len(self._heard) < 2 or len(self._heard) < 2 + self._heard[1]:
                return
            methods, self._heard = self._heard[: 2 + self._heard[1]], self._heard[2 + self._heard[1] :]
            if methods[0] != 5 or 0 not in methods[2:]:
                self.transport.write(UNWILLING)
                self.transport.close()
                return
            self._greeted = True
            self.transport.write(HELLO)
        if len(self._heard) < 5:
            return
        _, command, _, kind, first = self._heard[:5]
        length = {NAME: 1 + first, IPV4: 4, IPV6: 16}.get(kind, 0)
        if command != CONNECT or not length:
            self._answer(NOT_SUPPORTED)
            return
        if len(self._heard) < 4 + length + 2:
            return
        told, port = self._heard[4 : 4 + length], int.from_bytes(self._heard[4 + length : 6 + length])
        self._heard = self._heard[6 + length :]
        host = told[1:].decode("latin-1") if kind == NAME else socket.inet_ntop(_FAMILY[kind], told)
        self.transport.pause_reading()
        self._connecting = asyncio.ensure_future(self._connect(host, port))

    async def _connect(self, host: str, port: int) -> None:
        try:
            addresses = await self._relay.guard.addresses(host, port)
            await self._reach(addresses, port)
        except AddressRefused as err:
            self._relay.refusals += 1
            self._relay.failed(host, err.happened)
            self._answer(FORBIDDEN)
        except (socket.gaierror, UnicodeError, ValueError):
            self._relay.failed(host, "it has no address")
            self._answer(UNREACHABLE)
        except OSError as err:
            self._relay.failed(host, f"nobody answers at port {port} ({err.strerror or 'it took too long'})")
            self._answer(REFUSED)

    async def _reach(self, addresses: list[str], port: int) -> None:
        """Connect to the first of these addresses that answers."""
        loop = asyncio.get_running_loop()
        for left, address in enumerate(addresses, 1 - len(addresses)):
            try:
                async with asyncio.timeout(CONNECTING):
                    _, server = await loop.create_connection(_Side, address, port)
                break
            except OSError:
                if not left:
                    raise
        server.other, self.other = self, server
        self._answer(OK)
        if self._heard:
            server.transport.write(self._heard)
        self.transport.resume_reading()

    def _answer(self, reply: int) -> None:
        if self.transport.is_closing():
            return
        self.transport.write(bytes((5, reply, 0, 1, 0, 0, 0, 0, 0, 0)))
        if reply:
            self.transport.close()


_FAMILY: Final = {IPV4: socket.AF_INET, IPV6: socket.AF_INET6}
