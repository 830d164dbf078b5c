"""What hubs meet at the public address: they verify subscriptions there, and say that there is news.

Whatever else is asked has no answer but its status. Nothing that is sent is kept, and none of it is read but the
signature of a body and the few words of a verification.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.websub import notices, subscriptions
from mtcrawler.fleet.websub.notices import NoticeFate
from mtcrawler.fleet.websub.signature import Signature
from mtcrawler.model.errors import DatabaseAway
from mtcrawler.model.limits import FEED_BYTES

logger = logging.getLogger(__name__)

T = TypeVar("T")

TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)
"""The last step of a callback's path."""
PATIENCE: Final = 3.0
"""Seconds that the database may take; then the hub is asked to come again."""
IN_TIME: Final = 20.0
"""Seconds that the body of a notification may take to come."""
CHALLENGE: Final = re.compile(r"[\x21-\x7e]{1,1000}")
"""What a hub wants to have repeated."""
LONGEST_LEASE: Final = 30 * 86_400.0
"""Seconds."""
NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)
HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Callbacks:
    """Answers hubs (ASGI). `least` is the shortest time between two visits of a site, `again` between two questions to
    a hub, and `lease` the seconds that are asked for; `fates` counts notifications until somebody takes them.
    """

    def __init__(self, database: FleetDatabase, least: timedelta, again: timedelta, lease: float) -> None:
        self._database, self._least, self._again, self._lease = database, least, again, lease
        self.fates: Counter[NoticeFate] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] == "http":
            await (await self._answer(Request(scope, receive)))(scope, receive, send)

    async def _answer(self, asked: Request) -> Response:
        token = str(asked.scope["path"]).rpartition("/")[2]
        if asked.method not in {"GET", "POST"}:
            return _said(405, "", {"Allow": "GET, POST"})
        try:
            if asked.method == "GET":
                return await self._verified(token, asked) if TOKEN.fullmatch(token) else _said(404)
            fate, status = await self._notified(token, asked)
        except (DatabaseAway, TimeoutError):
            return self._not_taken(asked)
        except Exception as err:  # whatever one request leads to costs no other
            logger.error("A request of a hub could not be answered (%s: %s).", type(err).__name__, err)
            logger.debug("A request of a hub could not be answered", exc_info=True)
            return self._not_taken(asked)
        self.fates[fate] += 1
        return _said(status)

    def _not_taken(self, asked: Request) -> Response:
        """The hub is asked to come again."""
        self.fates[NoticeFate.NOT_TAKEN] += asked.method == "POST"
        return _said(503, "", {"Retry-After": "60"})

    async def _verified(self, token: str, asked: Request) -> Response:
        """The challenge of a hub that verifies what it was asked for; nothing to any other."""
        given = asked.query_params
        mode, topic, challenge = (given.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
        if not topic.isprintable():
            return _said(404)
        if mode == "denied":
            reason = given.get("hub.reason", "")
            held = await self._ask(lambda connection: subscriptions.denied(connection, token, topic, reason))
            return _said(200 if held else 404)
        if not CHALLENGE.fullmatch(challenge):
            return _said(404)
        if mode == "subscribe":
            lease = self._lease_in(given.get("hub.lease_seconds", ""))
            held = await self._ask(
                lambda connection: subscriptions.verified(connection, token, topic, lease, self._again)
            )
        elif mode == "unsubscribe":
            held = await self._ask(lambda connection: subscriptions.ended(connection, token, topic))
        else:
            held = False
        return _said(200, challenge) if held else _said(404)

    async def _notified(self, token: str, asked: Request) -> tuple[NoticeFate, int]:
        """What a notification came to, and what is answered: no hub learns whether its signature was right."""
        if not TOKEN.fullmatch(token):
            return NoticeFate.UNKNOWN, 410
        secret = await self._ask(lambda connection: notices.secret_of(connection, token))
        if secret is None:
            return NoticeFate.UNKNOWN, 410  # a hub may forget it then (section 6.1.1)
        signature = Signature.of(secret, asked.headers.get("x-hub-signature", ""))
        if signature is None:
            return NoticeFate.BAD_SIGNATURE, 202
        if (fate := await _body(asked, signature)) is not None:
            return fate, 413 if fate is NoticeFate.TOO_LARGE else 408
        if not signature.holds:
            return NoticeFate.BAD_SIGNATURE, 202
        fate = await self._ask(lambda connection: notices.notify(connection, token, self._least))
        return fate, 202

    async def _ask(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What the database says, at once; raises TimeoutError or DatabaseAway."""
        if self._database.is_away:
            raise TimeoutError
        async with asyncio.timeout(PATIENCE):
            return await self._database.transaction(work)

    def _lease_in(self, told: str) -> float:
        """The seconds that a hub gives; those that were asked for where it says none."""
        return min(max(float(told), 1.0), LONGEST_LEASE) if NUMBER.fullmatch(told) else self._lease


async def _body(asked: Request, signature: Signature) -> NoticeFate | None:
    """Have the whole body signed, and none of it kept; says why where it does not come."""
    size = 0
    try:
        async with asyncio.timeout(IN_TIME):
            async for piece in asked.stream():
                size += len(piece)
                if size > FEED_BYTES:
                    return NoticeFate.TOO_LARGE
                signature.add(piece)
    except (TimeoutError, ClientDisconnect):
        return NoticeFate.BROKEN
    return None


def _said(status: int, text: str = "", headers: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(text, status, {**HEADERS, **(headers or {})})
