"""Where nothing can be done without the store's answer, a busy one is asked again, for a while."""

from __future__ import annotations

import itertools
import signal
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mtcrawler.model.errors import StoreBusy, StoreUnreachable
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import StorePatience
from tests.fixtures.answering import Answer, Asked, answering, error
from tests.fixtures.crawl import ROOT, command, crawl, environment
from tests.fixtures.store import make_article

BUSY = StoreBusy("listing the objects in a bucket", "the server asks for fewer requests (SlowDown)", "Run again.")


class Refusing:
    """A server that is busy for so many questions, or always; it counts them."""

    def __init__(self, times: int | None, err: Exception = BUSY) -> None:
        self.left, self.err, self.asked = times, err, 0

    def __call__(self) -> str:
        """One question."""
        self.asked += 1
        if self.left is None or self.asked <= self.left:
            raise self.err
        return "given"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is longer than a few milliseconds."""
    monkeypatch.setattr("mtcrawler.storage.port.PAUSES", (0.001, 0.004))


def test_a_busy_store_is_asked_again_and_told_once() -> None:
    """It is asked until it answers; that this takes time is one line, which says what is being done."""
    told: list[str] = []
    server = Refusing(5)
    assert StorePatience().ask(server, told.append) == "given"
    assert server.asked == 6
    assert told == [f"{BUSY.doing}: {BUSY.happened}. It is asked again for up to 60 s."]


def test_patience_has_an_end() -> None:
    """A store that goes on being busy is given up with its own error."""
    server = Refusing(None)
    with pytest.raises(StoreBusy):
        StorePatience(0.05).ask(server, lambda text: None)
    assert server.asked > 2


def test_all_that_ask_share_one_patience() -> None:
    """What waited for a busy store leaves less time to what asks next; told is what is left, and none is no wait."""
    told: list[str] = []
    patience = StorePatience(0.05)
    with pytest.raises(StoreBusy):
        patience.ask(Refusing(None), told.append)
    late = Refusing(None)
    with pytest.raises(StoreBusy):
        patience.ask(late, told.append)
    assert (late.asked, len(told)) == (1, 1)


def test_patience_ends_at_once_when_nobody_is_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits in a thread is woken with the store's own error, and whoever asks later does not begin to wait."""
    monkeypatch.setattr("mtcrawler.storage.port.PAUSES", (50.0, 50.0))
    patience, server, waits = StorePatience(), Refusing(None), threading.Event()
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(patience.ask, server, lambda text: waits.set())
        assert waits.wait(20)
        patience.end()
        assert isinstance(asking.exception(20), StoreBusy)
    with pytest.raises(StoreBusy):
        patience.ask(server, lambda text: None)
    assert server.asked == 2


def test_only_a_busy_store_is_waited_for() -> None:
    """A store that nobody hears from is told at once."""
    server = Refusing(None, StoreUnreachable("listing", "nobody answers", "Check S3_ENDPOINT_URL."))
    with pytest.raises(StoreUnreachable):
        StorePatience().ask(server, lambda text: None)
    assert server.asked == 1


@pytest.mark.slow
@pytest.mark.parametrize("refusal", [error(503, "SlowDown"), error(429, "TooManyRequests")], ids=["503", "429"])
def test_a_crawl_begins_once_its_store_has_time(refusal: Answer, bucket: Location, tmp_path: Path) -> None:
    """Whose first requests are refused does not give up: it says so in one whole line, and goes on to the site."""
    left = [refusal] * 3

    def rule(asked: Asked) -> Answer | None:
        return left.pop() if left else None

    url = "http://127.0.0.1:9/2026/11/21/a-a1"
    with answering(bucket, rule) as behind:
        run = crawl("moscowtimes", behind, tmp_path, site="http://127.0.0.1:9", url=url, S_RENDER_MODE="http")
    assert (left, run.code) == ([], 13), run.said
    (line,) = [line for line in run.said.splitlines() if "It is asked again" in line]
    assert line.startswith("listing the objects in ")


@pytest.mark.slow
def test_a_signal_ends_a_crawl_that_waits_for_its_store(bucket: Location, tmp_path: Path) -> None:
    """A crawl that was let into its turn, and whose store is busy ever since, ends with 16 before its patience does."""
    leased = threading.Event()

    def rule(asked: Asked) -> Answer | None:
        if leased.is_set() and "leases" not in asked.path:
            return error(503, "SlowDown", **{"Retry-After": "0"})
        if asked.method == "PUT" and "leases" in asked.path:
            leased.set()
        return None

    with answering(bucket, rule) as behind:
        line, given = (
            command("moscowtimes", site="http://127.0.0.1:9", S_RENDER_MODE="http"),
            environment(behind, tmp_path),
        )
        with subprocess.Popen(line, cwd=ROOT, env=given, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            said = next((one for one in process.stderr if "It is asked again" in one), "")
            process.send_signal(signal.SIGTERM)
            _, rest = process.communicate(timeout=50)
    assert (process.returncode, bool(said)) == (16, True), said + rest


@pytest.mark.slow
@pytest.mark.parametrize("refused", [1, 6, 14])
def test_a_session_opens_once_its_store_has_time(
    refused: int, new_session: Callable[..., Session], bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of the first requests are refused, the session opens in the end, and stores."""
    monkeypatch.setattr("mtcrawler.storage.s3.throttling.LONGEST", 0.01)
    numbers = itertools.count()

    def rule(asked: Asked) -> Answer | None:
        number = next(numbers)
        return error(429, "TooManyRequests", **{"Retry-After": "0"}) if 3 <= number < 3 + refused else None

    with answering(bucket, rule) as behind:
        session = new_session(location=behind)
        assert session.submit(make_article(1)).result().outcome == "new"
        session.close()
    assert next(numbers) > 3 + refused
