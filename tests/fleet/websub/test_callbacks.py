"""What the public address answers, and what it cannot be made to do."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import Request

import pytest

from mtcrawler.model.limits import FEED_BYTES
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make
from tests.fleet.websub import hub as hubs
from tests.fleet.websub.hub import TOPIC, Hub, hub, notified, said
from tests.fleet.websub.listening import fates, is_due, listening_here, offer

Subscribed = tuple[Hub, str, str]
WRONG: list[dict[str, str]] = [
    {"hub.mode": "unsubscribe"},
    {"hub.mode": "publish"},
    {"hub.mode": ""},
    {"hub.topic": "https://a.example/other"},
    {"hub.topic": "\x00"},
    {"hub.challenge": ""},
    {"hub.challenge": "<script>alert(1)</script> "},
    {"hub.challenge": "x" * 1001},
    {"hub.mode": "denied", "hub.topic": "https://b.example/"},
]


@pytest.fixture
def subscribed(dsn: str, caplog: pytest.LogCaptureFixture) -> Iterator[Subscribed]:
    """A hub that a listener has subscribed to, the callback, and its secret; the listener has no mistake to tell."""
    make(dsn)
    with hub() as one, listening_here(dsn):
        offer(dsn, "a.example", one.url)
        until(lambda: one.held != {})
        (callback,) = one.held
        yield one, callback, one.held[callback]["hub.secret"]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_what_is_not_signed_has_no_effect(subscribed: Subscribed, dsn: str) -> None:
    """A wrong signature, none, and one by a method that the recommendation does not know are answered with 202, and
    counted; the site is not due. A body that is larger than a feed may be is refused before it has come.
    """
    one, callback, secret = subscribed
    assert one.notify(secret="another") == [202]
    assert notified(callback, b"news", "md5", secret) == 202
    assert hubs.asked(Request(callback, b"news"))[0] == 202
    for header in ("", "sha256", "sha256=", "sha256=\xe9", f"sha256={'a' * 500}", "=", "sha256=" + "0" * 64):
        assert hubs.asked(Request(callback, b"news", {"X-Hub-Signature": header}))[0] == 202
    assert notified(callback, b" " * (FEED_BYTES + 1), "sha256", secret) == 413
    until(lambda: fates(dsn) == {"bad signature": 10, "too large": 1})
    assert not is_due(dsn, "a.example")


def test_who_does_not_know_a_callback_gets_nothing(subscribed: Subscribed, dsn: str) -> None:
    """Without a callback's last step nothing is verified or taken, whatever is asked; nothing is read or repeated."""
    one, callback, secret = subscribed
    below, token = callback.rsplit("/", 1)
    given = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "word"}
    for path in ("", "/x", "/../etc/passwd", f"/{'x' * 43}", f"/{token[:-1]}", f"/{token}/", "/%00", f"/{token}%00"):
        assert said(f"{below}{path}", given) == (404, "")
        assert notified(f"{below}{path}", b"news", "sha256", secret) == 410
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        assert hubs.asked(Request(callback, method=method))[0] == 405
    until(lambda: fates(dsn) == {"unknown": 8})
    assert not is_due(dsn, "a.example")
    assert list(one.held) == [callback]


def test_only_what_was_asked_for_is_verified(subscribed: Subscribed) -> None:
    """A hub that verifies another topic, an end that nobody wants, or with what is no challenge gets a 404."""
    _, callback, _ = subscribed
    for wrong in WRONG:
        given = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "word", **wrong}
        assert said(callback, given) == (404, ""), wrong


def test_nothing_is_verified_that_was_not_asked_for_lately(subscribed: Subscribed, dsn: str) -> None:
    """Within an hour of the question a hub may verify it, more than once, as an answer can be lost; after that not. A
    lease is as the hub says, a month at most, and as was asked for where it says no number.
    """
    _, callback, _ = subscribed
    given = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "word"}
    days = "SELECT round(extract(epoch FROM lease_until - now()) / 86400)::int AS days FROM websub_subscription"
    for seconds, expected in ((str(86400 * 365), 30), ("99999999999", 10), ("-1", 10), ("", 10), ("86400", 1)):
        assert said(callback, {**given, "hub.lease_seconds": seconds}) == (200, "word")
        assert asked(dsn, days) == [{"days": expected}]
    asked(dsn, "UPDATE websub_subscription SET asked = now() - interval '61 minutes'")
    assert said(callback, given) == (404, "")


def test_a_talkative_hub_does_not_make_us_impolite(subscribed: Subscribed, dsn: str) -> None:
    """However often a hub tells of news, a site is not due before FLEET_MIN_INTERVAL has passed since its last visit,
    or its own fixed interval where that is shorter, and not at all while it is left alone after failures.
    """
    one, _, _ = subscribed
    wait = "SELECT round(extract(epoch FROM next_due - visited) / 60)::int AS minutes FROM site"
    asked(dsn, "UPDATE site SET visited = now() - interval '1 minute'")
    assert [one.notify()[0] for _ in range(3)] == [202] * 3
    assert asked(dsn, wait) == [{"minutes": 10}]
    asked(dsn, "UPDATE site SET every = interval '5 minutes'")
    one.notify()
    assert asked(dsn, wait) == [{"minutes": 5}]
    asked(dsn, "UPDATE site SET failures = 1, visited = now() - interval '1 day', next_due = now() + interval '1 hour'")
    one.notify()
    assert not is_due(dsn, "a.example")
    until(lambda: fates(dsn) == {"too soon": 5})


def test_while_the_database_is_away_hubs_are_asked_to_come_again(subscribed: Subscribed, dsn: str) -> None:
    """A notification that cannot be looked at is answered with 503; it is counted once the database is back."""
    one, _, _ = subscribed
    server, name = f"{dsn.rpartition('/')[0]}/postgres", dsn.rpartition("/")[2]
    asked(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    asked(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
    assert one.notify() == [503]
    asked(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    until(lambda: one.notify() == [202])
    until(lambda: fates(dsn).get("not taken", 0) >= 1 and fates(dsn).get("accepted") == 1)


def test_a_body_that_does_not_come_is_not_waited_for_in_vain(subscribed: Subscribed, dsn: str) -> None:
    """A sender that goes away in the middle of its body costs nothing but its own request."""
    _, callback, _ = subscribed
    parts = urlsplit(callback)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as line:
        head = f"POST {parts.path} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha1=0\r\nContent-Length: 99\r\n\r\nabc"
        line.sendall(head.encode())
    until(lambda: fates(dsn) == {"broken off": 1})
