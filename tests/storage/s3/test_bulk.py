"""Reading many objects: what comes quickly is what the client reads, and nothing that is cut or too large."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from mtcrawler.model.errors import ObjectUnreadable, StoreUnreachable
from mtcrawler.storage.embedded import tls
from mtcrawler.storage.layout import ARTICLES, LEASES
from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.bulk import BulkReader
from mtcrawler.storage.s3.client import Client
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import through

LEASE = f"{LEASES}paper.json"
OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "whole": (OK + b"Content-Length: 4\r\n\r\nice!", b"ice!"),
    "in other letters": (OK + b"Server: x\r\ncontent-length:4\r\nX-A: b\r\n\r\nice!", b"ice!"),
    "empty": (OK + b"Content-Length: 0\r\n\r\n", b""),
    "closing": (OK + b"Content-Length: 4\r\nConnection: close\r\n\r\nice!", b"ice!"),
    "packed": (OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nice!", b"ice!"),
    "moved": (b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /\r\nContent-Length: 4\r\n\r\nice!", None),
    "not there": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nice!", None),
    "a part": (b"HTTP/1.1 206 Partial Content\r\nContent-Length: 4\r\n\r\nice!", None),
    "in chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nice!\r\n0\r\n\r\n", None),
    "of no length": (OK + b"\r\nice!", None),
    "of two lengths": (OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nice!", None),
    "too large": (OK + b"Content-Length: %d\r\n\r\nice!" % (most(LEASE) + 1), None),
    "with more after it": (OK + b"Content-Length: 4\r\n\r\nice!" + OK + b"Content-Length: 4\r\n\r\nbad!", b"ice!"),
    "torn": (OK + b"Content-Length: 9\r\n\r\nice!", None),
    "no HTTP": (b"ice!", None),
    "nothing": (b"", None),
}


class Server(NamedTuple):
    """Where a server listens, and how many lines it has hung up on."""

    port: int
    hung_up: threading.Semaphore


@contextmanager
def serving(answer: bytes, wrap: Callable[[socket.socket], socket.socket] = lambda line: line) -> Iterator[Server]:
    """A server that reads requests and gives each this answer, in two pieces, then hangs up."""
    hung_up = threading.Semaphore(0)

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            # Whoever has seen enough hangs up.
            with line, suppress(OSError), wrap(line) as secured:
                if secured.recv(1 << 16):
                    for piece in (answer[: len(answer) // 2], answer[len(answer) // 2 :]):
                        secured.sendall(piece)
            hung_up.release()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Server(server.getsockname()[1], hung_up)
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("answer", ANSWERS)
def test_only_whole_answers_are_taken(answer: str) -> None:
    """A 200 that says its length and keeps it is taken, as it is; anything else is left to the client.

    A request that is sent while the server hangs up is the client's, too, so each waits for that.
    """
    said, body = ANSWERS[answer]
    with serving(said) as server:
        location = Location(f"http://127.0.0.1:{server.port}", "papers", access_key="a", secret_key="b")
        with closing(BulkReader(location, connections=1)) as reader:
            for _ in range(3):
                assert reader._quickly(LEASE) == body
                assert server.hung_up.acquire(timeout=60)


def test_what_is_read_is_what_the_client_reads(bucket: Location, client: Client) -> None:
    """Object by object, under any key and any prefix, it is what the client reads; what is not there is None."""
    bodies = {f"{ARTICLES}{name}": name.encode() * 1000 for name in ("a", "a b", "зима", "100%+1=a#b?c", "~'(x)*!")}
    for key, body in bodies.items():
        client.put(key, body)
    below = replace(bucket, prefix=ARTICLES.strip("/"))
    with closing(BulkReader(bucket, connections=1)) as reader, closing(BulkReader(below, connections=1)) as inside:
        for key, body in bodies.items():
            assert reader._quickly(key) == reader.get(key) == body
            assert inside._quickly(key.removeprefix(ARTICLES)) == body
        assert reader.get(f"{ARTICLES}nothing") is None


def test_too_large_an_object_is_refused(bucket: Location, client: Client) -> None:
    """An object larger than its kind may be is an error that names it."""
    large = f"{ARTICLES}large"
    client.put(large, b"x" * (most(LEASE) + 1))
    client.copy(large, LEASE)
    with closing(BulkReader(bucket, connections=1)) as reader, pytest.raises(ObjectUnreadable) as told:
        reader.get(LEASE)
    assert told.value.key == LEASE


def test_half_an_object_is_no_object(bucket: Location, client: Client, proxy: Proxy) -> None:
    """A line that is cut in the middle of every answer is an outage of the store, and mended it is read again."""
    client.put("a", b"x" * 100_000)
    with closing(BulkReader(through(proxy, bucket), connections=1)) as reader:
        proxy.reset(1, "halfway")
        with pytest.raises(StoreUnreachable):
            reader.get("a")
        proxy.reset()
        assert reader._quickly("a") == b"x" * 100_000


def test_no_request_is_sent_to_a_server_without_a_valid_certificate(tmp_path: Path) -> None:
    """A server whose certificate nobody vouches for hears of no key and no credentials, and nothing of it is taken."""
    heard: list[bytes] = []
    tls.renew(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / tls.CERTIFICATE)

    def secured(line: socket.socket) -> socket.socket:
        inside = context.wrap_socket(line, server_side=True)
        heard.append(inside.recv(1 << 16))
        return inside

    with serving(ANSWERS["whole"][0], secured) as server:
        location = Location(f"https://127.0.0.1:{server.port}", "papers", access_key="a", secret_key="b")
        with closing(BulkReader(location, connections=1)) as reader:
            assert reader._quickly("a") is None
            with pytest.raises(StoreUnreachable):
                reader.get("a")
    assert [said for said in heard if said] == []
