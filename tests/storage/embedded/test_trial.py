"""Which servers of the embedded store are stopped as they take no articles, and which stay."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.model.errors import StoreBusy, StoreError, StoreFull, StoreUnreachable
from mtcrawler.storage.embedded import server
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.s3.client import Client

TOLD = ("writing", "no", "Run it again.")
PUT = Client.put


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Embedded]:
    store = Embedded(tmp_path / "store")
    yield store
    store.down(wait=0)


def running(store: Embedded) -> int:
    """The number of its server."""
    pid = store.status().pid
    assert pid is not None
    return pid


def refusing(store: Embedded, pid: int, errors: Callable[[], StoreError]) -> Callable[..., Any]:
    """A PUT that fails for as long as that server runs."""

    def put(client: Client, *arguments: Any, **more: Any) -> str:
        if store.status().pid == pid:
            raise errors()
        return PUT(client, *arguments, **more)

    return put


def test_a_server_that_refuses_articles_is_started_again(
    store: Embedded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that answers each PUT with a refusal is replaced, which the log says; its data stays."""
    client = Client(store.up())
    client.put("x", b"1")
    client.close()
    pid = running(store)
    monkeypatch.setattr(Client, "put", refusing(store, pid, lambda: StoreFull(*TOLD)))
    with caplog.at_level(logging.WARNING, server.__name__), pytest.MonkeyPatch.context() as patched:
        patched.setattr(server, "ROOM", 0)
        takes = Embedded._takes_articles
        patched.setattr(
            Embedded,
            "_takes_articles",
            lambda one, state, wait: takes(one, state, 1.0 if running(one) == pid else wait),
        )
        again = Client(store.up())
    assert running(store) != pid
    assert [record.levelname for record in caplog.records if str(store.folder) in record.getMessage()] == ["WARNING"]
    stored = again.get("x")
    again.close()
    assert stored is not None
    assert stored.body == b"1"


@pytest.mark.parametrize("kind", [StoreUnreachable, StoreBusy])
def test_a_server_that_fails_once_among_refusals_stays(
    store: Embedded, kind: type[StoreError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that was once not heard, or has too much to do, is never stopped: others may write to it."""
    store.up()
    pid = running(store)
    errors = iter([kind(*TOLD)])
    monkeypatch.setattr(Client, "put", refusing(store, pid, lambda: next(errors, StoreFull(*TOLD))))
    with pytest.raises(StoreUnreachable, match="store down"):
        store.up(wait=0.5)
    assert running(store) == pid


@pytest.mark.slow
def test_a_suspended_server_stays(store: Embedded) -> None:
    """A server that does not answer in time is not stopped, and takes articles as soon as it goes on."""
    location = store.up()
    pid = running(store)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnreachable):
            store.up(wait=0.5)
        assert running(store) == pid
    finally:
        os.kill(pid, signal.SIGCONT)
    assert store.up() == location
    assert running(store) == pid


def test_a_slow_start_stays_up(store: Embedded) -> None:
    """A server that was not ready in time goes on starting, and the next who needs it finds it."""
    with pytest.raises(StoreUnreachable):
        store.up(wait=0)
    pid = running(store)
    store.up()
    assert running(store) == pid


def test_one_article_taken_is_enough(store: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that has taken an article is ready, whatever would become of a second one."""
    store.up()
    pid, taken = running(store), list[str]()

    def put(client: Client, key: str, *arguments: Any, **more: Any) -> str:
        if taken:
            raise StoreFull(*TOLD)
        taken.append(key)
        return PUT(client, key, *arguments, **more)

    monkeypatch.setattr(Client, "put", put)
    store.up(wait=20)
    assert (len(taken), running(store)) == (1, pid)


def test_a_server_that_has_ended_is_not_waited_for(store: Embedded) -> None:
    """Whether a server takes articles is answered at once where its process has ended."""
    store.up()
    state = store._read()
    store.down(wait=0)
    assert state is not None
    begin = time.monotonic()
    assert not store._takes_articles(state, 60.0)
    assert time.monotonic() - begin < 10
