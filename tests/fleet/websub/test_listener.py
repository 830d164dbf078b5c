"""A listener and a hub: what is asked, verified, told, renewed and ended."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make
from tests.fleet.websub.hub import TOPIC, hub, notified
from tests.fleet.websub.listening import active, active_soon, fates, is_due, listening, listening_here, offer


@pytest.fixture(autouse=True)
def tables(dsn: str) -> None:
    """The fleet's tables."""
    make(dsn)


def reasons(dsn: str) -> dict[str, str]:
    """Why subscriptions are not active, by site."""
    told = asked(dsn, "SELECT site, reason FROM websub_subscription WHERE reason IS NOT NULL")
    return {row["site"]: row["reason"] for row in told}


def test_a_notification_makes_its_site_due(dsn: str, tmp_path: Path) -> None:
    """A listener subscribes with a callback and a secret of each site's own, and a notification that is signed by any
    method of the recommendation makes that site due at once, and no other. SIGTERM ends the listener with 0.
    """
    with hub() as one, listening(dsn, tmp_path) as listener:
        offer(dsn, "a.example", one.url)
        offer(dsn, "b.example", one.url, topic="https://b.example/rss")
        active_soon(dsn, one, 2)
        first, second = one.held.values()
        assert all(form["hub.callback"].startswith(f"{listener.public}/") for form in (first, second))
        assert len({first["hub.secret"], second["hub.secret"], first["hub.callback"], second["hub.callback"]}) == 4
        (callback,) = (form["hub.callback"] for form in (first, second) if form["hub.topic"] == TOPIC)
        for method in ("sha1", "sha256", "sha384", "sha512"):
            asked(dsn, "UPDATE site SET next_due = now() + interval '1 hour'")
            assert notified(callback, b"news", method, one.held[callback]["hub.secret"]) == 202
            assert (is_due(dsn, "a.example"), is_due(dsn, "b.example")) == (True, False)
        until(lambda: fates(dsn) == {"accepted": 4})
        listener.process.terminate()
        listener.process.join(20)
        assert listener.process.exitcode == 0
    assert listener.said().rstrip().endswith("4 notifications; subscriptions stay.")
    assert "Traceback" not in listener.said()
    assert (active(dsn), asked(dsn, "SELECT process FROM websub_listener")) == (2, [])


def test_a_lease_is_renewed(dsn: str) -> None:
    """A subscription is renewed before its lease ends, with the same callback."""
    with hub() as one, listening_here(dsn):
        one.lease = 3
        offer(dsn, "a.example", one.url)
        active_soon(dsn, one)
        until(lambda: len(one.asked) >= 3)
        assert active(dsn) == 1
        assert one.modes()[:3] == ["subscribe"] * 3
        assert len({form["hub.callback"] for _, form in one.asked}) == 1


def test_a_denied_subscription_is_told_and_left(dsn: str) -> None:
    """A hub that says no is not asked again for a day; its reason is kept, without what could act on a terminal."""
    with hub() as one, listening_here(dsn):
        one.denies = True
        offer(dsn, "a.example", one.url)
        until(lambda: asked(dsn, "SELECT 1 FROM websub_subscription WHERE denied") != [])
        wait = "SELECT next_ask > now() + interval '23 hours' AS later FROM websub_subscription"
        assert asked(dsn, wait) == [{"later": True}]
        assert reasons(dsn) == {"a.example": "the hub denies it (not[2J you)"}


def test_a_hub_may_send_on(dsn: str, tmp_path: Path) -> None:
    """A redirect that keeps the form is followed, elsewhere too; one of another kind, or in circles, is not."""
    with hub() as one, hub("127.0.0.2") as two, listening(dsn, tmp_path):
        moves = {
            "/a": (307, two.url),
            "/b": (308, two.url),
            "/c": (308, "/c"),
            "/d": (302, two.url),
            "/e": (307, "x:y"),
        }
        one.moved |= moves
        for number, path in enumerate(moves):
            offer(dsn, f"{number}.example", f"{one.origin}{path}", topic=f"https://{number}.example/rss")
        wanted = {
            "2.example": "the hub redirects more than 3 times",
            "3.example": "the hub answers 302",
            "4.example": "the hub redirects to where nobody can be asked",
        }
        until(lambda: reasons(dsn) == wanted)
        active_soon(dsn, two, 2)
        assert {form["hub.topic"] for _, form in two.asked} == {f"https://{number}.example/rss" for number in range(2)}


def test_no_hub_is_asked_that_may_not_be_reached(dsn: str, tmp_path: Path) -> None:
    """A hub on a private address is refused, by name, by redirect, and for a site that may reach another network; one
    that its site alone may reach is asked for that site.
    """
    with hub() as one, hub("127.0.0.2") as two, listening(dsn, tmp_path, ALLOWED_NETWORKS="127.0.0.2"):
        two.moved["/hub"] = 307, one.url
        offer(dsn, "a.example", one.url)
        offer(dsn, "c.example", two.url)
        refused = "Connecting to 127.0.0.1: it is not on the public internet. If you trust it, name its network in"
        until(lambda: [why.startswith(refused) for why in reasons(dsn).values()] == [True, True])
        assert (one.modes(), set(two.modes())) == ([], {"subscribe"})
        offer(dsn, "b.example", one.url)
        asked(dsn, """UPDATE site SET settings = '{"ALLOWED_NETWORKS": "127.0.0.1"}' WHERE name = 'b.example'""")
        active_soon(dsn, one)
        assert reasons(dsn).keys() == {"a.example", "c.example"}


def test_another_hub_is_asked_where_one_fails(dsn: str) -> None:
    """Where the first hub of a source does not answer, or refuses, the next one is asked; both are told by reason."""
    with hub() as one, listening_here(dsn):
        one.status["/away"] = 500
        offer(dsn, "a.example", f"{one.origin}/away", one.url)
        active_soon(dsn, one)
        assert [path for path, _ in one.asked] == ["/away", "/hub"]


def test_who_is_not_to_be_visited_is_not_told_of(dsn: str) -> None:
    """The hub is asked to end it when a site is removed, paused or quarantined, or names the hub no more; a site that
    is resumed is subscribed to anew, with another callback.
    """
    with hub() as one, listening_here(dsn):
        offer(dsn, "a.example", one.url)
        active_soon(dsn, one)
        (first,) = one.held
        for change, back in (
            ("UPDATE site SET paused = true", "UPDATE site SET paused = false"),
            ("UPDATE site SET quarantined = now()", "UPDATE site SET quarantined = NULL"),
        ):
            asked(dsn, change)
            until(lambda: one.held == {} and asked(dsn, "SELECT 1 FROM websub_subscription") == [])
            asked(dsn, back)
            active_soon(dsn, one)
        assert first not in one.held
        asked(dsn, "DELETE FROM websub_offer")
        until(lambda: one.held == {})
        offer(dsn, "a.example", one.url)
        active_soon(dsn, one)
        asked(dsn, "DELETE FROM site")
        until(lambda: one.held == {} and asked(dsn, "SELECT 1 FROM websub_subscription") == [])


def test_a_listener_is_taken_over_from(dsn: str, tmp_path: Path) -> None:
    """A listener that is killed leaves its subscriptions to the next one, which asks no hub again for what is active
    and takes notifications for it. `--end` has hubs end all of them, and itself when they have.
    """
    with hub() as one:
        with listening(dsn, tmp_path) as first:
            offer(dsn, "a.example", one.url)
            active_soon(dsn, one)
        assert first.process.exitcode == -signal.SIGKILL
        with listening_here(dsn, first.public, first.port):
            until(lambda: asked(dsn, "SELECT count(*) AS n FROM websub_listener") == [{"n": 2}])
            assert one.notify() == [202]
            assert (is_due(dsn, "a.example"), one.modes()) == (True, ["subscribe"])
        with listening(dsn, tmp_path, first.port, end=True) as last:
            last.process.join(30)
            assert last.process.exitcode == 0
        assert one.held == {}
        assert asked(dsn, "SELECT 1 FROM websub_subscription") == []
        assert last.said().rstrip().endswith("All subscriptions are ended.")


def test_listeners_share_what_they_listen_for(dsn: str) -> None:
    """Two listeners for one public address ask for each topic once; one for another address subscribes for itself."""
    topics = [f"https://{number}.example/rss" for number in range(6)]
    with hub() as one, listening_here(dsn) as public, listening_here(dsn, public):
        for number, topic in enumerate(topics):
            offer(dsn, f"{number}.example", one.url, topic=topic)
        active_soon(dsn, one, 6)
        with listening_here(dsn):
            active_soon(dsn, one, 12)
        assert sorted(form["hub.topic"] for _, form in one.asked) == sorted([*topics, *topics])
