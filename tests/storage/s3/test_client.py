"""The client against a real server: conditions hold, and every failure is told in one line."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mtcrawler.model.errors import BucketMissing, ObjectUnreadable, StoreRefused, StoreUnreachable
from mtcrawler.storage.capabilities import learn, schema_bytes
from mtcrawler.storage.embedded.ports import free_ports
from mtcrawler.storage.layout import SCHEMA_KEY
from mtcrawler.storage.location import Location
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.s3.s3_errors import Changed
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import through

WRITERS = 16


def test_what_is_put_is_got(client: Client) -> None:
    """An object comes back whole, with its metadata; one that is not there is None."""
    client.put("a/b.json", "{зима}".encode(), metadata={"run-id": "r"})
    stored = client.get("a/b.json")
    assert stored is not None
    assert (stored.body.decode(), stored.metadata) == ("{зима}", {"run-id": "r"})
    assert client.get("a/c.json") is None
    client.delete("a/b.json")
    client.delete("a/b.json")
    assert client.get("a/b.json") is None


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


def test_only_what_was_read_is_set_aside(client: Client) -> None:
    """An object that somebody replaced since it was read stays where it is; what was read is moved away."""
    old = client.put("a", b"old")
    new = client.put("a", b"new")
    client.set_aside(ObjectUnreadable("a", "damaged", etag=old))
    assert list(client.keys("")) == ["a"]
    client.set_aside(ObjectUnreadable("a", "damaged", etag=new))
    assert list(client.keys("")) == ["set-aside/v1/a"]
    client.set_aside(ObjectUnreadable("a", "damaged", etag=new))
    assert len(client.left_out) == 1


def test_a_prefix_is_a_bucket_of_its_own(bucket: Location) -> None:
    """Under a prefix keys read as if there were none, and neighbours are not seen."""
    one, other = Client(replace(bucket, prefix="papers/one")), Client(replace(bucket, prefix="papers/other"))
    one.put("a/x", b"1")
    assert list(one.keys("")) == ["a/x"]
    assert list(one.folders("")) == ["a"]
    assert list(other.keys("")) == []
    assert list(Client(bucket).keys("")) == ["papers/one/a/x"]


@pytest.mark.parametrize("conditional", [True, False])
def test_conditions_are_kept(client: Client, conditional: bool) -> None:
    """Only-if-absent and only-if-unchanged refuse to overwrite, in the fallback too."""
    client.conditional = conditional
    client.put("x", b"1", if_absent=True)
    with pytest.raises(Changed):
        client.put("x", b"2", if_absent=True)
    first = client.get("x")
    assert first is not None
    client.put("x", b"3", if_etag=first.etag)
    with pytest.raises(Changed):
        client.put("x", b"4", if_etag=first.etag)
    with pytest.raises(Changed):
        client.put("y", b"1", if_etag=first.etag)
    now = client.get("x")
    assert now is not None
    assert now.body == b"3"


def test_of_many_first_writers_one_wins(client: Client) -> None:
    """However many create an object at the same moment, exactly one succeeds and its bytes stay."""
    for race in range(5):
        start = threading.Barrier(WRITERS)

        def write(number: int, key: str = f"race/{race}", start: threading.Barrier = start) -> int | None:
            start.wait()
            try:
                client.put(key, str(number).encode(), if_absent=True)
            except Changed:
                return None
            return number

        with ThreadPoolExecutor(WRITERS) as pool:
            winners = [number for number in pool.map(write, range(WRITERS)) if number is not None]
        stored = client.get(f"race/{race}")
        assert stored is not None
        assert winners == [int(stored.body)]


def test_conditional_writes_are_found_out(client: Client) -> None:
    """The server honours conditions, the schema is published, and the probe leaves nothing else behind."""
    assert learn(client) is True
    assert learn(client) is True
    assert list(client.keys("")) == [SCHEMA_KEY]
    stored = client.get(SCHEMA_KEY)
    assert stored is not None
    assert stored.body == schema_bytes()


def test_a_missing_bucket_is_named(bucket: Location) -> None:
    """A wrong bucket says which, and how to create it."""
    client = Client(replace(bucket, bucket="no-such-bucket"))
    with pytest.raises(BucketMissing, match="no-such-bucket"):
        learn(client)
    with pytest.raises(BucketMissing):
        client.put("x", b"")
    with pytest.raises(BucketMissing):
        client.get("x")


@pytest.mark.parametrize("wrong", [{"access_key": "nobody"}, {"secret_key": "wrong"}])
def test_wrong_credentials_are_told(bucket: Location, wrong: dict[str, str]) -> None:
    """Wrong credentials are a refusal that names the variables, without saying what they hold."""
    client = Client(replace(bucket, **wrong))
    with pytest.raises(StoreRefused, match="AWS_ACCESS_KEY_ID") as told:
        learn(client)
    assert not {value for value in (bucket.secret_key, *wrong.values()) if value and value in str(told.value)}


def test_an_absent_server_is_told(free_port: int) -> None:
    """Where nobody answers, the endpoint is named."""
    location = Location(f"http://127.0.0.1:{free_port}", "papers", access_key="a", secret_key="b")
    with pytest.raises(StoreUnreachable, match=str(free_port)):
        Client(location, attempts=1).check()


def test_listings_are_read_page_by_page(client: Client) -> None:
    """More than a page of keys is listed whole."""
    names = [f"many/{number:04d}" for number in range(1100)]
    assert len(list(side_by_side(lambda key: client.put(key, b""), names))) == len(names)
    assert sorted(client.keys("many/")) == names


def test_side_by_side_keeps_order_and_memory() -> None:
    """Results come in order, and work is begun only a little ahead of who takes them."""
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    results = side_by_side(work, iter(range(10_000)), threads=4)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    assert len(begun) < 50


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
        with pytest.raises(StoreUnreachable, match="no S3"):
            client.get("x")
        client.close()
        server.shutdown()
