"""A listener in a process of its own, as `mtcrawler fleet listen` runs it, or in ours: one that looks more often."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.websub import listener
from mtcrawler.fleet.websub.hub import HubRefused, callback
from mtcrawler.fleet.websub.serving import CallbackServer
from mtcrawler.fleet.websub.subscriptions import Due
from mtcrawler.security.listening import listening as bound
from mtcrawler.storage.embedded.ports import free_ports
from tests.fixtures.crawl import FORKS, _run, environment
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked
from tests.fleet.websub.hub import TOPIC, Hub
from tests.fleet.websub.hub import asked as answered

QUICK: dict[str, Any] = {"again": timedelta(seconds=0.5), "poll": 0.1, "plan": 0.2}


@dataclass
class Listening:
    """The process, the address that its callbacks are below, its port, and the file that has what it says."""

    process: Any
    public: str
    port: int
    out: Path

    def said(self) -> str:
        """What it says."""
        return self.out.read_text("utf-8") if self.out.exists() else ""


@contextmanager
def listening(
    dsn: str, var: Path, port: int | None = None, *, end: bool = False, **variables: str
) -> Iterator[Listening]:
    """A listener in a process of its own, which is gone afterwards, at a free port unless one is given."""
    port = port or free_ports(("x",))["x"]
    public = f"http://127.0.0.1:{port}/below"
    given = {**environment(None, var), "FLEET_DSN": dsn, "ALLOWED_NETWORKS": "127.0.0.0/8", **variables}
    line = ["listen", f"--public={public}", "--host=127.0.0.1", f"--port={port}", *(["--end"] if end else [])]
    process = FORKS.Process(target=_quick, args=(line, given, str(var / "listener")))
    process.start()
    try:
        yield Listening(process, public, port, var / "listener")
    finally:
        process.kill()
        process.join()


class PlainClient:
    """Asks a hub with no guard, in a thread."""

    def __init__(self, public: str) -> None:
        self._public = public

    async def ask(self, due: Due) -> None:
        """Ask for it."""
        form = {"hub.mode": "unsubscribe" if due.ending else "subscribe", "hub.topic": due.topic}
        form |= {"hub.secret": due.secret, "hub.callback": callback(self._public, due.token)}
        status, _ = await asyncio.to_thread(answered, Request(due.hub, urlencode(form).encode()))
        if status != 202:
            raise HubRefused(f"the hub answers {status}")


@contextmanager
def listening_here(dsn: str, public: str | None = None, port: int = 0) -> Iterator[str]:
    """The address of a listener on a thread of this process, which is ready sooner; or `public`, another one's."""
    server = bound("127.0.0.1", port)
    public = public or f"http://127.0.0.1:{server.getsockname()[1]}/below"
    loop, limits = asyncio.new_event_loop(), listener.ListenerLimits(timedelta(minutes=10), **QUICK)
    made = loop.run_until_complete(_made(dsn, public, server, limits))
    thread = Thread(target=loop.run_until_complete, args=(made.run(),))
    thread.start()
    try:
        yield public
    finally:
        loop.call_soon_threadsafe(made.stop)
        thread.join()
        loop.close()
        server.close()


async def _made(dsn: str, public: str, server: socket, limits: listener.ListenerLimits) -> listener.Listener:
    return listener.Listener(
        FleetDatabase(dsn), public, PlainClient(public), lambda callbacks: CallbackServer(callbacks, server), limits
    )


def _quick(line: Sequence[str], given: dict[str, str], out: str) -> None:
    listener.ListenerLimits = partial(listener.ListenerLimits, **QUICK)  # type: ignore[misc, assignment]
    _run(list(line), given, out)


def offer(dsn: str, site: str, *hubs: str, topic: str = TOPIC, source: str = TOPIC) -> None:
    """A site of the fleet, visited an hour ago and due in an hour, whose feed names these hubs."""
    visited = "now() - interval '1 hour', now() + interval '1 hour'"
    columns = "(name, url, source, visited, next_due)"
    asked(dsn, f"INSERT INTO site {columns} VALUES (%s, %s, 'test', {visited}) ON CONFLICT DO NOTHING", site, site)
    told = "INSERT INTO websub_offer (site, source, topic, hubs) VALUES (%s, %s, %s, %s)"
    asked(dsn, told, site, source, topic, list(hubs))


def is_due(dsn: str, site: str) -> bool:
    """Whether a site is due."""
    return asked(dsn, "SELECT next_due <= now() AS due FROM site WHERE name = %s", site) == [{"due": True}]


def fates(dsn: str) -> dict[str, int]:
    """How many notifications came to what."""
    return {row["fate"]: row["number"] for row in asked(dsn, "SELECT fate, number FROM websub_notification")}


def active(dsn: str) -> int:
    """How many subscriptions are active."""
    told = "SELECT count(*) AS number FROM websub_subscription WHERE lease_until > now() AND NOT ending"
    return int(asked(dsn, told)[0]["number"])


def active_soon(dsn: str, one: Hub, number: int = 1) -> None:
    """Wait until so many are, and their hub knows."""
    until(lambda: len(one.held) == number and active(dsn) == number, seconds=60)
