"""A publisher's turn: one run at a time, given back, taken from the dead, never from the living."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from mtcrawler.model.errors import Busy, ObjectUnreadable
from mtcrawler.storage.layout import lease_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from tests.fixtures.crawl import ROOT, crawl
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import through
from tests.newspaper import Newspaper

KEY = lease_key("paper")
HOLD = """
import sys
from pathlib import Path
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from mtcrawler.storage.location import Location
endpoint, bucket, access, secret, folder, seconds = sys.argv[1:]
client = Client(Location(endpoint, bucket, access_key=access, secret_key=secret, label=bucket))
lost = lambda: print("lost", flush=True)
with Lease(client, "paper", "first", Path(folder), seconds=float(seconds), lost=lost):
    print("held", flush=True)
    sys.stdin.read()
"""


def lease(client: Client, folder: Path, run_id: str = "run", **options: object) -> Lease:
    return Lease(client, "paper", run_id, folder, **options)  # type: ignore[arg-type]


@pytest.fixture
def hold(bucket: Location, tmp_path: Path) -> Iterator[Callable[[float], subprocess.Popen[str]]]:
    """Starts a process that holds a lease of so many seconds, with its state in the folder `one`."""
    with ExitStack() as stack:

        def start(seconds: float = 60.0) -> subprocess.Popen[str]:
            given = (
                bucket.endpoint_url,
                bucket.bucket,
                bucket.access_key,
                bucket.secret_key,
                tmp_path / "one",
                seconds,
            )
            command = [sys.executable, "-c", HOLD, *map(str, given)]
            process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.enter_context(process)
            stack.callback(process.kill)
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            return process

        yield start


@pytest.mark.parametrize("folder", ["one", "another machine"])
def test_a_second_run_is_refused(
    folder: str, hold: Callable[..., subprocess.Popen[str]], client: Client, tmp_path: Path
) -> None:
    """Here or on another machine, who comes second is told who was first, and what to do."""
    holder = hold()
    with pytest.raises(Busy, match=r"first on .* OVERLAP=allow"), lease(client, tmp_path / folder):
        pass
    assert holder.poll() is None


def test_what_is_given_back_can_be_taken(client: Client, tmp_path: Path) -> None:
    """A run that ended leaves the turn to the next, wherever that is; another publisher's was never its concern."""
    with lease(client, tmp_path / "one"), Lease(client, "other", "run", tmp_path / "one"):
        pass
    with lease(client, tmp_path / "another"):
        pass


def test_the_dead_are_told_from_the_living_at_once_where_they_lived(
    hold: Callable[..., subprocess.Popen[str]], client: Client, tmp_path: Path
) -> None:
    """After kill -9 the same machine goes on at once, and another one still waits for the lease to run out."""
    holder = hold()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with pytest.raises(Busy), lease(client, tmp_path / "another"):
        pass
    with lease(client, tmp_path / "one"):
        pass


def test_a_lease_that_is_not_renewed_runs_out(
    hold: Callable[[float], subprocess.Popen[str]], client: Client, tmp_path: Path
) -> None:
    """A living run keeps its turn however long it takes; one that slept through it finds another in its place."""
    holder = hold(1.0)
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        with pytest.raises(Busy), lease(client, tmp_path / "another"):
            pass
    holder.send_signal(signal.SIGSTOP)
    while True:
        try:
            with lease(client, tmp_path / "another"):
                holder.send_signal(signal.SIGCONT)
                assert holder.stdout is not None
                assert holder.stdout.readline() == "lost\n"
                return
        except Busy:
            continue


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, None], ids=["no JSON", "too large", "deleted"])
def test_a_lease_that_is_spoilt_is_written_again(
    body: bytes | None, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What names nobody takes no turn from the run that holds it: the lease is renewed over it, and it is named."""
    lost = threading.Event()
    monkeypatch.setattr("mtcrawler.storage.write.lease.RENEWALS", 100)  # soon, and long before it runs out
    with lease(client, tmp_path / "one", seconds=30.0, lost=lost.set):
        if body is None:
            client.delete(KEY)
        else:
            client._s3.put_object(Bucket=client.location.bucket, Key=KEY, Body=body)
        until = time.monotonic() + 20
        while not lost.is_set() and not _names_a_holder(client):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert not lost.is_set()
        with pytest.raises(Busy), lease(client, tmp_path / "two"):
            pass
    assert [err.key for err in client.left_out.found] == ([KEY] if body else [])


def _names_a_holder(client: Client) -> bool:
    with suppress(ObjectUnreadable, ValueError):
        stored = client.get(KEY)
        return stored is not None and json.loads(stored.body)["token"] is not None
    return False


@pytest.mark.parametrize("at", [2, 3])
def test_an_answer_that_is_lost_does_not_lose_the_turn(
    at: int, bucket: Location, client: Client, proxy: Proxy, tmp_path: Path
) -> None:
    """Taken or given back in a request whose answer never came: the run goes on, and the turn is free after it."""
    proxy.on_fail = proxy.reset  # the next try gets through
    proxy.reset(at, "after")
    with lease(Client(through(proxy, bucket)), tmp_path / "one"), pytest.raises(Busy), lease(client, tmp_path / "two"):
        pass
    with lease(client, tmp_path / "two"):
        pass


def test_of_many_that_come_at_once_one_is_first(client: Client, bucket: Location, tmp_path: Path) -> None:
    """Eight machines ask at the same moment: one has the turn and seven are refused."""
    ready, refused = threading.Barrier(8), threading.Semaphore(0)

    def ask(number: int) -> bool:
        own = Client(bucket, connections=2)
        ready.wait()
        try:
            with lease(own, tmp_path / str(number)):
                return all(refused.acquire(timeout=60) for _ in range(7))
        except Busy:
            refused.release()
            return False
        finally:
            own.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


@pytest.mark.slow
def test_a_second_crawl_does_not_start_unless_asked(bucket: Location, client: Client, tmp_path: Path) -> None:
    """While a crawl of a publisher goes on another one ends with 19 and one line; OVERLAP=allow has both."""
    with Lease(client, "moscowtimes", "first", tmp_path / "one"), Newspaper("en", modal="none") as paper:
        site = {"site": paper.origin, "since": "2026-11-22", "sources": "rss"}
        run = crawl("moscowtimes", bucket, tmp_path / "two", **site)
        assert run.code == 19, run.said
        assert "another run of it is going on (first on" in run.last_line
        assert not paper.hits
        run = crawl("moscowtimes", bucket, tmp_path / "two", S_OVERLAP="allow", **site)
        assert run.code == 0, run.said
