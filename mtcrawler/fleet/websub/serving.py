"""The server that hubs reach, on the loop of its process."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from mtcrawler.fleet.websub.callbacks import Callbacks

AT_ONCE: Final = 100
"""Requests at a time: whoever comes after that is told to come back."""


class CallbackServer(uvicorn.Server):
    """Answers at a socket until `end` is called. Signals are its process' own affair."""

    def __init__(self, callbacks: Callbacks, listening: socket.socket) -> None:
        self._listening = listening
        config = uvicorn.Config(
            callbacks,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=AT_ONCE,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=16 * 1024,
            http="h11",
            ws="none",
            lifespan="off",
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer, until told to end."""
        await super().serve(sockets or [self._listening])

    def end(self) -> None:
        """Answer no more."""
        self.should_exit = True
