"""Which hub is asked next, and where it may send on."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from scrapy.http import Response
from scrapy.settings import Settings

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.websub.hub import HubClient, HubRefused
from mtcrawler.fleet.websub.subscriptions import Due, take
from tests.fleet.stand_in import asked, make
from tests.fleet.websub.listening import offer

SHARED = "https://shared.example/hub"


def taken(dsn: str, *busy: str, most: int = 10) -> list[tuple[str, str]]:
    """Sites whose hubs are to be asked now, and the hubs."""

    async def done() -> list[Due]:
        async with FleetDatabase(dsn) as database:
            return await database.transaction(lambda one: take(one, "x", busy, most, timedelta(minutes=5)))

    return sorted((due.site, due.hub) for due in asyncio.run(done()))


def test_the_next_hub_is_asked_one_thing_at_a_time(dsn: str) -> None:
    """Where the hubs of several sites fail and all of them name the same one next, that is asked for one site at a
    time, and for none while it is asked already; who has waited longest comes first.
    """
    make(dsn)
    columns = "(token, secret, site, topic, hub, public, failures, next_ask)"
    for number in range(3):
        site, topic, first = f"{number}.example", f"https://{number}.example/rss", f"https://hub{number}.example/"
        offer(dsn, site, first, SHARED, topic=topic)
        values = f"1, now() - interval '{number + 1} minutes'"
        asked(
            dsn,
            f"INSERT INTO websub_subscription {columns} VALUES (%s, 'x', %s, %s, %s, 'x', {values})",
            *(site, site, topic, first),
        )
    assert taken(dsn, "shared.example") == []
    assert taken(dsn) == [("2.example", SHARED)]
    assert taken(dsn) == [("1.example", SHARED)]
    asked(dsn, "UPDATE websub_subscription SET next_ask = now() - interval '1 h' * failures, hub = 'x://' || site")
    asked(dsn, "UPDATE websub_subscription SET failures = 0")
    assert taken(dsn, most=2) == [("1.example", "x://1.example"), ("2.example", "x://2.example")]
    assert taken(dsn, most=2) == [("0.example", "x://0.example")]


async def test_a_secret_goes_to_no_unencrypted_hub_by_a_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub of https that sends on to http is refused, and nothing is sent there."""
    sent: list[str] = []

    async def moved(self: HubClient, due: Due, url: str, form: bytes) -> Response:
        sent.append(url)
        return Response(url, 307, {"Location": "HTTP://hub.example/"})

    monkeypatch.setattr(HubClient, "_answer", moved)
    due = Due("x", "x", "a.example", "https://a.example/rss", SHARED, ending=False, settings={})
    with pytest.raises(HubRefused, match="unencrypted"):
        await HubClient(Settings(), "https://b.example", 1.0).ask(due)
    assert sent == [SHARED]
