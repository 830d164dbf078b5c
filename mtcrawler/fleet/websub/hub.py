"""Asks a hub to begin a subscription, to renew it or to end it, with the crawl's own client and behind its guard."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from scrapy.http import Response
from scrapy.settings import BaseSettings

from mtcrawler.discovery.failures import describe_error
from mtcrawler.fetch.politeness.retry_after import retry_after
from mtcrawler.fleet.websub.subscriptions import Due
from mtcrawler.markup.addresses import joined
from mtcrawler.model.errors import MtcrawlerError
from mtcrawler.visits.glance.asking import Asking
from mtcrawler.visits.planning import SITE_SETTINGS
from mtcrawler.visits.site_settings import shared_settings

IN_TIME: Final = 30.0
"""Seconds that a hub may take, redirects included."""
REDIRECTS: Final = 3
"""In a row."""
MOVED: Final = frozenset({307, 308})
"""Answers that say where to ask instead (section 5.1); no other redirect may be followed with a form."""
TAKEN: Final = range(200, 300)
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class HubRefused(Exception):
    """A hub did not take what it was asked for; the message says why, and `wait` how long it asks to be left alone."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class HubClient:
    """Asks hubs as a visit of their site would: with the site's own settings above those of the process, so that what
    one site may reach is open to no other's hub. A site that lies on a private address opens nothing to its hub.
    """

    def __init__(self, settings: BaseSettings, public: str, lease: float) -> None:
        self._settings, self._public, self._lease = settings, public, lease

    async def ask(self, due: Due) -> None:
        """Ask for it; whether the hub does it, it says at the callback. Raises HubRefused."""
        form = self._form(due)
        try:
            async with asyncio.timeout(IN_TIME):
                await self._asked(due, form)
        except TimeoutError as err:
            raise HubRefused(f"the hub did not answer within {IN_TIME:g} s") from err

    async def _asked(self, due: Due, form: bytes) -> None:
        url = due.hub
        for _ in range(REDIRECTS + 1):
            answer = await self._answer(due, url, form)
            if answer.status in TAKEN:
                return
            if answer.status not in MOVED:
                raise HubRefused(f"the hub answers {answer.status}", retry_after(answer) or 0.0)
            found = joined(url, (answer.headers.get("Location") or b"").decode("latin-1"))
            if found is None or urlsplit(found).scheme.lower() not in {"http", "https"}:
                raise HubRefused("the hub redirects to where nobody can be asked")
            if url.lower().startswith("https:") and not found.lower().startswith("https:"):
                raise HubRefused("the hub redirects to where the secret would go unencrypted")
            url = found
        raise HubRefused(f"the hub redirects more than {REDIRECTS} times")

    async def _answer(self, due: Due, url: str, form: bytes) -> Response:
        """The answer, by a connection of its own: a form is not sent once more where a server has closed an old one."""
        try:
            settings = shared_settings(self._settings, _own(due.settings, SITE_SETTINGS), None)
            asking = Asking(settings, None, 0.0)
            try:
                return await asking.answer(url, FORM, form)
            finally:
                await asking.close()
        except Exception as err:  # whatever the client raises, its network and its answers are the hub's
            raise HubRefused(str(err) if isinstance(err, MtcrawlerError) else describe_error(err)) from err

    def _form(self, due: Due) -> bytes:
        told = {
            "hub.mode": "unsubscribe" if due.ending else "subscribe",
            "hub.topic": due.topic,
            "hub.callback": callback(self._public, due.token),
        }
        if not due.ending:
            told |= {"hub.lease_seconds": f"{self._lease:.0f}", "hub.secret": due.secret}
        return urlencode(told).encode()


def callback(public: str, token: str) -> str:
    """The address of a subscription's callback."""
    return f"{public.rstrip('/')}/{token}"


def _own(given: Any, known: Collection[str]) -> dict[str, str]:
    """The settings that a site may have of its own, by name."""
    told: Mapping[str, Any] = given if isinstance(given, dict) else {}
    return {name: str(value) for name, value in told.items() if name in known}
