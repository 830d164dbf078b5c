"""WebSub in a fleet: what visits tell of hubs, what a notification does to a visit, and what an operator sees."""

from __future__ import annotations

import asyncio
import io
import json
import re
import secrets
from pathlib import Path

import pytest
from rich.console import Console

from mtcrawler.cli import main
from mtcrawler.cli.fleet.listen import LONGEST as OPTION_LONGEST
from mtcrawler.cli.fleet.status import _shown
from mtcrawler.discovery.feeds.hubs import LONGEST, HubOffer
from mtcrawler.fleet.database import tables
from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.dispatcher import Dispatcher
from mtcrawler.fleet.status import FleetStatus
from mtcrawler.fleet.websub.offers import Offers, record
from mtcrawler.fleet.websub.subscriptions import plan
from mtcrawler.storage.location import Location
from tests.crawl.several.test_several import courier
from tests.fixtures.crawl import environment
from tests.fixtures.moody import TODAY, Said
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make, visits, worker
from tests.fleet.test_worker import working
from tests.fleet.websub.hub import TOPIC, hub
from tests.fleet.websub.listening import active_soon, listening, offer

HUB = "https://hub.example/"
OFFERS = "SELECT source, topic, hubs FROM websub_offer ORDER BY source"


def told(dsn: str, site: str, offers: Offers) -> None:
    """A visit of the site told this."""

    async def done() -> None:
        async with FleetDatabase(dsn) as database:
            await database.transaction(lambda connection: record(connection, site, offers))

    asyncio.run(done())


def forget(dsn: str) -> None:
    """What workers do every ten minutes."""

    async def done() -> None:
        async with FleetDatabase(dsn) as database:
            await Dispatcher(database).forget()

    asyncio.run(done())


def test_an_older_database_is_taken_along(dsn: str) -> None:
    """A database without the tables of WebSub gets them, by whoever comes first, and keeps all that it has; they go
    with the others when it is made anew.
    """
    make(dsn, "a.example")
    asked(dsn, f"DROP TABLE {', '.join(tables.WEBSUB)}")
    make(dsn)
    told(dsn, "a.example", {TOPIC: HubOffer(TOPIC, (HUB,))})
    make(dsn)
    assert asked(dsn, "SELECT site FROM websub_offer") == [{"site": "a.example"}]
    assert main(["fleet", "status"], {"FLEET_DSN": dsn}) == 0
    assert asked(dsn, "SELECT form FROM fleet") == [{"form": tables.FORM}]


def test_what_visits_tell_of_hubs_is_kept(dsn: str) -> None:
    """Of each source that was read the last word counts; what was not read stays, for a month, and as long as its site
    is one of the fleet.
    """
    make(dsn, "a.example")
    other = "https://a.example/other"
    told(dsn, "a.example", {TOPIC: HubOffer(TOPIC, (HUB,)), other: HubOffer(other, (HUB,))})
    told(dsn, "a.example", {TOPIC: HubOffer(other, (HUB, "https://b.example/")), "https://a.example/third": None})
    told(dsn, "gone.example", {TOPIC: HubOffer(TOPIC, (HUB,))})
    kept = [{"source": other, "topic": other, "hubs": [HUB]}]
    changed = [{"source": TOPIC, "topic": other, "hubs": [HUB, "https://b.example/"]}]
    assert asked(dsn, OFFERS) == [*kept, *changed]
    told(dsn, "a.example", {TOPIC: None})
    assert asked(dsn, OFFERS) == kept
    told(dsn, "a.example", {TOPIC: HubOffer(TOPIC, (HUB,))})
    asked(dsn, "UPDATE websub_offer SET told = now() - interval '31 days' WHERE source = %s", TOPIC)
    forget(dsn)
    assert asked(dsn, OFFERS) == kept
    asked(dsn, "DELETE FROM site")
    forget(dsn)
    assert asked(dsn, OFFERS) == []


def test_the_longest_addresses_can_be_kept(dsn: str) -> None:
    """Offers and subscriptions of a site with the longest name, topics, hubs and public address that there may be, of
    letters that no index can make shorter, are kept: one that could not would hold up all others.
    """
    site, public = f"{'s' * 249}.xy", f"https://a.example/{secrets.token_hex(OPTION_LONGEST)}"[:OPTION_LONGEST]
    topic, other = (f"https://a.example/{secrets.token_hex(LONGEST)}"[:LONGEST] for _ in range(2))
    make(dsn, site)
    told(dsn, site, {topic: HubOffer(topic, (other, topic, other)), other: HubOffer(other, (topic,))})

    async def planned() -> int:
        async with FleetDatabase(dsn) as database:
            return await database.transaction(lambda connection: plan(connection, public))

    assert asyncio.run(planned()) + asyncio.run(planned()) == 4


@pytest.mark.parametrize(("notified", "again"), [("1 hour", True), ("-1 hour", False)])
def test_a_visit_under_way_knows_of_a_notification(dsn: str, tmp_path: Path, notified: str, again: bool) -> None:
    """A site whose hub told of news after its visit had begun is due again as soon as it may be, and not by its rate;
    one that was told of before is not.
    """
    make(dsn)
    asked(dsn, "INSERT INTO site (name, url, source, every) VALUES ('site', 'site', 'test', interval '1 hour')")
    columns = "(token, secret, site, topic, hub, public, notified)"
    values = f"('x', 'x', 'site', 'x', 'x', 'x', now() + interval '{notified}')"
    asked(dsn, f"INSERT INTO websub_subscription {columns} VALUES {values}")
    file = tmp_path / "visits"
    with worker(dsn, file):
        until(lambda: asked(dsn, "SELECT 1 FROM visit") != [])
        soon = "SELECT next_due < now() + interval '10 minutes' AS soon FROM site"
        assert asked(dsn, soon) == [{"soon": again}]
        if again:
            until(lambda: len(visits(file)["site"]) >= 4)


def test_what_hubs_come_to_is_seen(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status says how many sites name hubs, subscriptions by state, what notifications came to, how many listeners
    give a sign of life, and why a subscription is not active.
    """
    make(dsn)
    for name in ("a", "b", "c", "d", "e"):
        offer(dsn, f"{name}.example", HUB, topic=f"https://{name}.example/rss")
    state = {"a": "lease_until = now() + interval '1 h'", "b": "reason = 'it is away'", "c": "denied = true"}
    state |= {"d": "ending = true", "e": "failures = 0"}
    for name, change in state.items():
        columns = "(token, secret, site, topic, hub, public)"
        asked(dsn, f"INSERT INTO websub_subscription {columns} VALUES (%s, 'x', %s, 'x', %s, 'x')", name, name, HUB)
        asked(dsn, f"UPDATE websub_subscription SET {change} WHERE token = %s", name)
    asked(dsn, "INSERT INTO websub_notification VALUES ('accepted', 7), ('bad signature', 1)")
    for process, seen in (("x", "now()"), ("y", "now() - interval '1 h'")):
        asked(dsn, f"INSERT INTO websub_listener VALUES ('{process}', 'host', 1, 'x', {seen})")
    assert main(["fleet", "status"], {"FLEET_DSN": dsn}) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["websub"] == {
        "listeners": 1,
        "sites": 5,
        "subscriptions": {"active": 1, "pending": 1, "failing": 1, "denied": 1, "ending": 1},
        "notifications": {"accepted": 7, "bad signature": 1},
        "troubles": [
            {"site": "b", "hub": HUB, "state": "failing", "reason": "it is away"},
            {"site": "c", "hub": HUB, "state": "denied", "reason": None},
        ],
    }
    out = io.StringIO()
    Console(file=out, width=200).print(_shown(FleetStatus(**told)))
    states = "1 active, 1 pending, 1 failing, 1 denied, 1 ending"
    assert f"5 sites name hubs; subscriptions: {states}; listeners: 1" in out.getvalue()
    assert "7 accepted, 1 bad signature" in out.getvalue()
    assert re.search(rf"{HUB} +b +failing +it is away", out.getvalue())


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (("--public", "ftp://a.example"), "'ftp://a.example' is no address that a hub can ask"),
        (("--public", "https://"), "is no address that a hub can ask"),
        (("--public", "https://a.example/?x=1"), "is no address that a hub can ask"),
        (("--public", "https://u:p@a.example/"), "is no address that a hub can ask"),
        (("--public", "https://a.example:99999/"), "is no address that a hub can ask"),
        (("--public", "https://a.example/", "--port", "70000"), "70000 is no port"),
    ],
)
def test_an_address_that_no_hub_can_ask_is_refused(
    capsys: pytest.CaptureFixture[str], given: tuple[str, ...], word: str
) -> None:
    """What cannot be a public address or a port is told before anything starts."""
    assert main(["fleet", "listen", *given], {}) == 2
    assert word in capsys.readouterr().err


@pytest.mark.slow
def test_news_that_a_hub_tells_of_is_visited_at_once(bucket: Location, dsn: str, tmp_path: Path) -> None:
    """A site that is crawled names its hub in its feed; a listener subscribes; a notification has the site visited
    again within seconds, though it is due in an hour.
    """
    (tmp_path / "sites").mkdir()
    given = {**environment(bucket, tmp_path), "FLEET_DSN": dsn, "RENDER_MODE": "http", "MTCRAWLER_NOW": TODAY}
    given["MTCRAWLER_SITES"] = str(tmp_path / "sites")
    with hub() as one, courier("127.0.0.2") as site:
        links = f"<a:link rel='hub' href='{one.url}'/><a:link rel='self' href='{site.origin}/feed'/>"
        items = "".join(f"<item><link>{site.origin}/{number}</link></item>" for number in range(2))
        feed = f"<rss xmlns:a='http://www.w3.org/2005/Atom'><channel>{links}{items}</channel></rss>"
        site.answers["/feed"] = Said(feed, kind="application/rss+xml")
        assert main(["fleet", "add", site.origin, "--every", "1h"], given) == 0
        with working(given, tmp_path / "out"), listening(dsn, tmp_path):
            active_soon(dsn, one)
            assert [form["hub.topic"] for form in one.held.values()] == [f"{site.origin}/feed"]
            asked(dsn, "UPDATE site SET visited = now() - interval '1 hour'")
            (before,) = asked(dsn, "SELECT count(*) AS n FROM visit")
            assert one.notify() == [202]
            until(lambda: asked(dsn, "SELECT count(*) AS n FROM visit")[0]["n"] > before["n"], seconds=30)
    (last,) = asked(dsn, "SELECT extract(epoch FROM started - due)::float AS late FROM visit ORDER BY id DESC LIMIT 1")
    assert last["late"] < 10
    assert not re.search("hub.secret|Traceback", (tmp_path / "out").read_text("utf-8"))
