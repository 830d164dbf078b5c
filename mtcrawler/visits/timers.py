"""Timers of Twisted that know whose they are: it has one for all that waits, whichever crawl began it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any


def keep_contexts(reactor: Any) -> None:
    """From now on what is called later sees the context variables of whoever asked for it, as with asyncio.

    Else a line of the log would name whichever site happened to set the process's next timer.
    """
    later = reactor.callLater

    def in_context(seconds: float, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return later(seconds, copy_context().run, call, *arguments, **named)

    reactor.callLater = in_context
