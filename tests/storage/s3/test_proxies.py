"""Proxies of the environment: never on the way to this machine's own store, always on the way to others."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from mtcrawler.model.errors import StoreError
from mtcrawler.storage.layout import ARTICLES
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.bulk import BulkReader
from mtcrawler.storage.s3.client import Client

KEY = f"{ARTICLES}a"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Canary:
    """A proxy that refuses everything and keeps the first line of each request."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line, suppress(OSError):
                self.heard.append(line.recv(1 << 16).partition(b"\r\n")[0].decode(errors="replace"))
                line.sendall(REFUSAL)


@pytest.fixture(params=["upper case", "lower case"])
def canary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    """The proxy of the environment for everything, named in one of the two spellings; nothing is exempt."""
    with closing(Canary()) as made:
        for name in (*NAMES, "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.lower(), raising=False)
        for name in NAMES:
            monkeypatch.setenv(name if request.param == "upper case" else name.lower(), made.url)
        yield made


def named(location: Location, host: str) -> Location:
    """The same store by another name of this machine."""
    return replace(location, endpoint_url=f"http://{host}:{urlsplit(location.endpoint_url or '').port}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_proxy_comes_between_us_and_this_machine(bucket: Location, canary: Canary, host: str) -> None:
    """A store on loopback is written, read and listed directly, and the proxy of the environment hears nothing."""
    here = named(bucket, host)
    with closing(Client(here)) as client, closing(BulkReader(here, connections=1)) as reader:
        client.put(KEY, b"ice!")
        assert list(client.keys(ARTICLES)) == [KEY]
        assert (reader._quickly(KEY), reader.get(KEY)) == (b"ice!", b"ice!")
    assert canary.heard == []


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:1", "http://[::1]:1", "http://s3.localhost:1"])
def test_no_proxy_hears_of_a_store_that_is_down(endpoint: str, canary: Canary) -> None:
    """Where nothing answers on loopback, under whatever name, that is an error, and the proxy is not asked instead."""
    here = Location(endpoint, "papers", access_key="a", secret_key="b")
    with closing(Client(here, attempts=1)) as client, pytest.raises(StoreError):
        client.get(KEY)
    with closing(BulkReader(here, connections=1)) as reader:
        assert reader._quickly(KEY) is None
    assert canary.heard == []


@pytest.mark.parametrize(
    ("endpoint", "request_line"),
    [
        ("http://s3.paper.example", f"GET http://s3.paper.example/papers/{KEY.replace('=', '%3D')} HTTP/1.1"),
        ("https://s3.paper.example", "CONNECT s3.paper.example:443 HTTP/1."),
    ],
)
def test_others_are_reached_by_the_proxy(endpoint: str, request_line: str, canary: Canary) -> None:
    """The proxy of the environment is asked for a store elsewhere, by the client and by who reads many objects."""
    there = Location(endpoint, "papers", access_key="a", secret_key="b")
    with closing(Client(there, attempts=1)) as client, pytest.raises(StoreError):
        client.get(KEY)
    asked_by_client = len(canary.heard)
    with closing(BulkReader(there, connections=1)) as reader, pytest.raises(StoreError):
        reader.get(KEY)
    assert 0 < asked_by_client < len(canary.heard)
    assert all(heard.startswith(request_line) for heard in canary.heard)


def test_who_is_exempt_is_reached_directly(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY holds as ever: the quick way is open to a store that it names, and the proxy hears nothing."""
    monkeypatch.setenv("NO_PROXY", "paper.invalid")
    there = Location("http://s3.paper.invalid", "papers", access_key="a", secret_key="b")
    with closing(BulkReader(there, connections=1)) as reader:
        assert reader._direct
    with closing(Client(there, attempts=1)) as client, pytest.raises(StoreError):
        client.get(KEY)
    assert canary.heard == []
