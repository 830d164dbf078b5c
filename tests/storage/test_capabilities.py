"""What a server makes of conditions is found out before anything relies on them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from mtcrawler.model import clock
from mtcrawler.model.errors import Busy, ConditionsUnsupported, PreconditionFailed, StoreError
from mtcrawler.storage import capabilities, connection
from mtcrawler.storage.capabilities import honours_conditions, probe, schema_bytes
from mtcrawler.storage.connection import connect_to_write
from mtcrawler.storage.layout import SCHEMA_KEY
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from tests.fixtures.answering import Answer, Asked, answering

CONDITIONS = ("If-None-Match", "If-Match")
REFUSALS = {
    "a code": (400, b"<Error><Code>InvalidArgument</Code><Message>What is If-None-Match?</Message></Error>"),
    "not implemented": (501, b"<Error><Code>NotImplemented</Code><Message>No.</Message></Error>"),
    "a status alone": (501, b""),
    "a code of its own": (501, b"<Error><Code>Nope</Code><Message>No.</Message></Error>"),
}


@contextmanager
def refusing(bucket: Location, status: int, said: bytes) -> Iterator[Location]:
    """The bucket behind a server that answers every conditional write so, and passes on everything else."""

    def rule(asked: Asked) -> Answer | None:
        return Answer(status, body=said) if any(name in asked.headers for name in CONDITIONS) else None

    with answering(bucket, rule) as behind:
        yield behind


@pytest.mark.parametrize("ignored", [CONDITIONS, CONDITIONS[:1], CONDITIONS[1:]], ids=" and ".join)
def test_a_server_that_ignores_conditions_is_found_out(client: Client, ignored: tuple[str, ...]) -> None:
    """A server that takes a write against a condition does not honour conditions, whichever of the two it ignores."""

    def ignore(params: dict[str, Any], **_: Any) -> None:
        # A signed header cannot be taken away on the way, so it is not sent: the server does what an ignoring one does.
        for name in ignored:
            params["headers"].pop(name, None)

    client._s3.meta.events.register("before-call.s3.PutObject", ignore)
    assert not honours_conditions(client)
    assert list(client.keys("")) == [SCHEMA_KEY]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_server_that_refuses_conditions_is_found_out(bucket: Location, refusal: str) -> None:
    """A server that answers a condition with an error of its own is one to look at before each write."""
    with refusing(bucket, *REFUSALS[refusal]) as behind:
        plain = Client(behind, attempts=1)
        with pytest.raises(ConditionsUnsupported) as told:
            plain.put("a", b"1", if_absent=True)
        assert (told.value.code, plain.get("a")) == (code(refusal), None)
        store = connect_to_write(behind)
        assert not store.conditional
        store.put("a", b"1", if_absent=True)
        with pytest.raises(PreconditionFailed):
            store.put("a", b"2", if_absent=True)
        found = store.get(SCHEMA_KEY)
        assert found is not None
        assert found.body == schema_bytes()
        for one in (plain, store):
            one.close()


def test_a_location_is_tried_once(bucket: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many threads of a process come at once, one of them finds out what holds at a location."""
    tried, begin = list[ObjectStore](), Barrier(4)

    def counted(store: ObjectStore) -> bool | None:
        tried.append(store)
        return probe(store)

    def connected(_: int) -> bool:
        begin.wait(timeout=30)
        with closing(connect_to_write(bucket)) as store:
            return store.conditional

    monkeypatch.setattr(capabilities, "probe", counted)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(connected, range(4))) == [True] * 4
    assert len(tried) == 1


def test_what_holds_is_noted_for_a_day(bucket: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process of the machine asks the store nothing, unless the note is old or damaged or the bucket anew."""
    tried, monday = list[ObjectStore](), datetime(2026, 11, 23, 8, tzinfo=UTC)

    def counted(store: ObjectStore) -> bool | None:
        tried.append(store)
        return probe(store)

    def connected(days: float) -> int:
        monkeypatch.setattr(clock, "now", lambda: monday + timedelta(days=days))
        connection._HONOURED.clear()
        with closing(connect_to_write(bucket, folder=tmp_path)) as store:
            assert store.conditional
        return len(tried)

    monkeypatch.setattr(capabilities, "probe", counted)
    assert [connected(0), connected(0.9), connected(1.1), connected(1.2)] == [1, 1, 2, 2]
    (note,) = tmp_path.iterdir()
    note.write_bytes(b"\xff soon")
    assert connected(1.2) == 3
    with closing(Client(bucket)) as client:
        client.delete(SCHEMA_KEY)
    assert connected(1.3) == 4


def test_lost_races_decide_nothing(bucket: Location) -> None:
    """A probe that others came before each time is safe for its own crawl, and the next crawl tries again."""
    lost = True

    def rule(asked: Asked) -> Answer | None:
        said = b"<Error><Code>PreconditionFailed</Code></Error>"
        return Answer(412, body=said) if lost and any(name in asked.headers for name in CONDITIONS) else None

    with answering(bucket, rule) as behind:
        with closing(connect_to_write(behind)) as store:
            assert not store.conditional
        lost = False
        with closing(connect_to_write(behind)) as store:
            assert store.conditional


def test_a_number_in_a_message_is_no_refusal(bucket: Location) -> None:
    """Only the code and the status say that conditions are not taken, never the words around them."""
    said = b"<Error><Code>MalformedXML</Code><Message>Request 501 is NotImplemented</Message></Error>"
    with refusing(bucket, 400, said) as behind:
        client = Client(behind, attempts=1)
        with pytest.raises(StoreError, match="MalformedXML") as told:
            honours_conditions(client)
        assert not isinstance(told.value, ConditionsUnsupported)
        client.close()


def test_a_turn_is_taken_on_a_server_that_refuses_conditions(bucket: Location, tmp_path: Path) -> None:
    """A lease is taken, kept from others and given back without conditions; the store it was given stays as it is."""
    with refusing(bucket, *REFUSALS["not implemented"]) as behind:
        client = Client(behind, attempts=1)
        with (
            Lease(client, "paper", "one", tmp_path / "one"),
            pytest.raises(Busy),
            Lease(client, "paper", "two", tmp_path / "two"),
        ):
            pass
        with Lease(client, "paper", "two", tmp_path / "two"):
            assert client.conditional
        client.close()


def code(refusal: str) -> str:
    """The S3 error code of a refusal; without one it is the status."""
    status, said = REFUSALS[refusal]
    return said.partition(b"<Code>")[2].partition(b"</Code>")[0].decode() or str(status)
