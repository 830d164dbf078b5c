"""A program that answers where the embedded store should is given nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mtcrawler.storage.embedded.server import Embedded


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Embedded]:
    """A store of one's own, not yet begun."""
    store = Embedded(tmp_path / "store")
    yield store
    store.down(wait=0)


class Impostor(BaseHTTPRequestHandler):
    """Takes whatever it is given, as a store that is ready does."""

    def do_PUT(self) -> None:
        """Say yes."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("ETag", '"0"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_DELETE = do_PUT  # noqa: N815 - the base class looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep quiet."""


def test_whoever_took_the_port_first_is_given_no_article(store: Embedded) -> None:
    """A program that answers at the store's port and is not its server is not taken for the store."""
    store.up()
    state = store._read()
    assert state is not None
    with ThreadingHTTPServer(("127.0.0.1", 0), Impostor) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        taken = replace(state, ports={**state.ports, "s3": server.server_address[1]})
        assert not store._takes_articles(taken, 1.0)
        server.shutdown()
    assert store._takes_articles(state, 20.0)
