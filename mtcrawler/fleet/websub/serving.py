"""The server that hubs reach, on the loop of its process."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from mtcrawler.fleet.websub.callbacks import Callbacks
from mtcrawler.security.serving import served


class CallbackServer(uvicorn.Server):
    """Answers at a socket until `end` is called. Signals are its process' own affair."""

    def __init__(self, callbacks: Callbacks, listening: socket.socket) -> None:
        self._listening = listening
        super().__init__(served(callbacks))

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
