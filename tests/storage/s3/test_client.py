"""The client against a real server: every failure is told in one line. (The laws of all stores: ../test_port.py.)"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mtcrawler.model.errors import BucketMissing, StoreRefused, StoreUnreachable
from mtcrawler.storage.capabilities import honours_conditions
from mtcrawler.storage.embedded.ports import free_ports
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import check
from mtcrawler.storage.s3.client import Client
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import through


@pytest.mark.parametrize("size", [2, 100_000])
def test_half_an_object_is_no_object(size: int, client: Client, bucket: Location, proxy: Proxy) -> None:
    """A connection that is cut in the middle of an object is an outage of the store, never a shorter object."""
    client.put("a", b"x" * size)
    proxy.reset(1, "halfway")
    cut = Client(through(proxy, bucket), attempts=1)
    with pytest.raises(StoreUnreachable):
        cut.get("a")
    proxy.reset()
    found = cut.get("a")
    cut.close()
    assert found is not None
    assert (found.body, len(cut.left_out)) == (b"x" * size, 0)


def test_a_prefix_is_a_bucket_of_its_own(bucket: Location) -> None:
    """Under a prefix keys read as if there were none, and neighbours are not seen."""
    one, other = Client(replace(bucket, prefix="papers/one")), Client(replace(bucket, prefix="papers/other"))
    one.put("a/x", b"1")
    assert list(one.keys("")) == ["a/x"]
    assert list(one.folders("")) == ["a"]
    assert list(other.keys("")) == []
    assert list(Client(bucket).keys("")) == ["papers/one/a/x"]


def test_a_missing_bucket_is_named(bucket: Location) -> None:
    """A wrong bucket says which, and how to create it."""
    client = Client(replace(bucket, bucket="no-such-bucket"))
    with pytest.raises(BucketMissing, match="no-such-bucket"):
        honours_conditions(client)
    with pytest.raises(BucketMissing):
        client.put("x", b"")
    with pytest.raises(BucketMissing):
        client.get("x")


@pytest.mark.parametrize("wrong", [{"access_key": "nobody"}, {"secret_key": "wrong"}])
def test_wrong_credentials_are_told(bucket: Location, wrong: dict[str, str]) -> None:
    """Wrong credentials are a refusal that names the variables, without saying what they hold."""
    client = Client(replace(bucket, **wrong))
    with pytest.raises(StoreRefused, match="AWS_ACCESS_KEY_ID") as told:
        honours_conditions(client)
    assert not {value for value in (bucket.secret_key, *wrong.values()) if value and value in str(told.value)}


def test_an_absent_server_is_told(free_port: int) -> None:
    """Where nobody answers, the endpoint is named."""
    location = Location(f"http://127.0.0.1:{free_port}", "papers", access_key="a", secret_key="b")
    with pytest.raises(StoreUnreachable, match=str(free_port)):
        check(Client(location, attempts=1))


@pytest.fixture
def free_port() -> int:
    return free_ports(["x"])["x"]


def test_what_is_no_s3_is_named() -> None:
    """A server that answers everything with an empty page is told as a store that cannot be had, never as a bug."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_PUT(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        location = Location(f"http://127.0.0.1:{server.server_port}", "bucket", access_key="a", secret_key="b")
        client = Client(location, attempts=1)
        for work in (lambda: client.get("x"), lambda: client.put("x", b""), lambda: list(client.keys("x"))):
            with suppress(StoreUnreachable):
                work()
        with pytest.raises(StoreUnreachable, match="is not S3"):
            client.get("x")
        client.close()
        server.shutdown()
