"""What every web server of ours bounds, whoever comes: needs uvicorn, an extra."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

import uvicorn
from h11 import LocalProtocolError
from uvicorn.protocols.http.h11_impl import H11Protocol

AT_ONCE: Final = 100
"""Requests at a time: whoever comes after that is told to come back."""
LONGEST: Final = 60.0
"""Seconds after which a connection begins no further request; in as many again its last one has to be over."""


class Line(H11Protocol):
    """A connection, which ends in time: uvicorn waits for ever for a request that does not come whole, and for the rest
    of a body that nobody reads any more.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """It begins."""
        super().connection_made(transport)
        self._timers = self.loop.call_later(LONGEST, self._last), self.loop.call_later(2 * LONGEST, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        for timer in self._timers:
            timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is sent is no HTTP; where that comes after the answer, there is none any more."""
        with suppress(LocalProtocolError):
            super().send_400_response(msg)
        self.transport.close()

    def _last(self) -> None:
        """Answer what is under way, and nothing else."""
        with suppress(LocalProtocolError):
            self.shutdown()


def served(application: Any) -> uvicorn.Config:
    """How an ASGI application is served; what it gets wrong it has to tell of itself."""
    return uvicorn.Config(
        application,
        log_config=None,
        log_level="critical",  # or whoever sends nonsense fills the log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=16 * 1024,
        http=Line,
        ws="none",
        lifespan="off",
    )
