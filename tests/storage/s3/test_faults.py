"""What S3 servers do that no standard foresees: told by name, waited for, or done without."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import pytest

from mtcrawler.model.errors import (
    Busy,
    ClockWrong,
    ObjectRefused,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreRefused,
    StoreUnreachable,
)
from mtcrawler.storage.connection import connect_to_write
from mtcrawler.storage.embedded import tls
from mtcrawler.storage.layout import ARTICLES, LEASES
from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import OUTAGES
from mtcrawler.storage.s3.answers import moment
from mtcrawler.storage.s3.bulk import BulkReader
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from tests.fixtures.answering import Answer, Asked, answering, error

KEY = f"{ARTICLES}x"
LEASE = f"{LEASES}paper.json"


def test_a_server_that_asks_for_patience_gets_it(bucket: Location) -> None:
    """429 under whatever code is waited for, as long as it asks to be, and the write is sent again."""
    refusals = [error(429, ""), error(429, "TooManyRequests", **{"Retry-After": "1"})]
    begin = time.monotonic()
    with (
        answering(bucket, lambda asked: refusals.pop() if refusals else None) as behind,
        closing(Client(behind)) as client,
    ):
        client.put(KEY, b"1")
    with closing(Client(bucket)) as client:
        found = client.get(KEY)
        assert found is not None
        assert (refusals, found.body) == ([], b"1")
    assert time.monotonic() - begin > 1


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (error(429, "TooManyRequests"), StoreBusy, "fewer requests"),
        (error(503, "SlowDown"), StoreBusy, "fewer requests"),
        (error(509, "BandwidthLimitExceeded"), StoreBusy, "fewer requests"),
        (error(500, "InternalError", "We encountered an internal error."), StoreUnreachable, "an error of its own"),
        (error(500, ""), StoreUnreachable, "an error of its own"),
        (error(502, ""), StoreUnreachable, "cannot answer now"),
        (error(403, "QuotaExceeded"), StoreFull, "QuotaExceeded"),
        (error(400, "XMinioAdminBucketQuotaExceeded", "Bucket quota exceeded"), StoreFull, "takes no more"),
        (error(400, "StorageLimitReached"), StoreFull, "StorageLimitReached"),
        (error(507, "XMinioStorageFull"), StoreFull, "XMinioStorageFull"),
        (error(507, ""), StoreFull, "507"),
        (error(403, "AccessDenied", "Cannot upload files, storage cap exceeded."), StoreFull, "storage cap"),
        (error(413, "EntityTooLarge", "No space left on device"), StoreFull, "No space left"),
        (error(403, "AccessDenied"), StoreRefused, "AccessDenied"),
        (error(400, "MetadataTooLarge"), ObjectRefused, "MetadataTooLarge"),
        (error(413, ""), ObjectRefused, "413"),
        (error(418, "ATeapot", "I am one."), StoreError, "ATeapot"),
    ],
    ids=lambda value: value.body.decode() or str(value.status) if isinstance(value, Answer) else "",
)
def test_a_refusal_is_told_by_name(bucket: Location, answer: Answer, kind: type[StoreError], said: str) -> None:
    """Whether the store has too much to do, has no room, refuses us or refuses the object is told apart."""
    with answering(bucket, lambda asked: answer) as behind, closing(Client(behind, attempts=1)) as client:
        with pytest.raises(StoreError, match=said) as told:
            client.put(KEY, b"1")
        assert type(told.value) is kind
        assert isinstance(told.value, OUTAGES) == issubclass(kind, OUTAGES)


@pytest.mark.parametrize(("code", "minutes"), [("RequestTimeTooSkewed", -20), ("RequestTimeTooSkewed", 90), ("", 90)])
def test_a_wrong_clock_is_told(bucket: Location, code: str, minutes: int) -> None:
    """Whose clock is off against whose, which way and by how much is said, under whatever code it shows."""
    theirs = format_datetime(datetime.now(UTC) - timedelta(minutes=minutes), usegmt=True)
    refusal = error(403, code, Date=theirs)
    with answering(bucket, lambda asked: refusal) as behind, closing(Client(behind, attempts=1)) as client:
        with pytest.raises(ClockWrong, match="this machine's clock is") as told:
            client.get(KEY)
        assert told.value.ahead == pytest.approx(60 * minutes, abs=10)
        assert ("ahead of" if minutes > 0 else "behind") in str(told.value)
        assert re.search(r" 1:30:0\d " if minutes > 0 else r" 0:(20:0|19:5)\d ", str(told.value))


def odd(asked: Asked, answer: Answer) -> None:
    """ETags of 32 hex digits that are no MD5."""
    if "ETag" in answer.headers:
        answer.headers["ETag"] = f'"{sha256(answer.headers["ETag"].encode()).hexdigest()[:32]}"'


def weak(asked: Asked, answer: Answer) -> None:
    """Weak ETags."""
    if "ETag" in answer.headers:
        answer.headers["ETag"] = f"W/{answer.headers['ETag']}"


def none(asked: Asked, answer: Answer) -> None:
    """Neither ETags nor a time of writing."""
    for name in ("ETag", "Etag", "Last-Modified"):
        answer.headers.pop(name, None)


@pytest.mark.parametrize("change", [odd, weak, none])
def test_etags_that_prove_nothing_are_done_without(bucket: Location, tmp_path: Path, change: object) -> None:
    """A store whose ETags are no digests, are weak or missing is written, on conditions too, and read; what it kept
    otherwise than it was sent is an error still.
    """
    assert callable(change)
    lying: list[bytes] = []

    def rule(asked: Asked) -> Answer | None:
        lie = lying and asked.method == "GET" and KEY.replace("=", "%3D") in asked.path
        return Answer(200, {"ETag": '"%s"' % ("0" * 32)} if change is odd else {}, lying[0]) if lie else None

    def changed(asked: Asked, answer: Answer) -> None:
        change(asked, answer)
        if lying and asked.method == "PUT":
            answer.headers["ETag"] = f'"{"0" * 32}"'

    with answering(bucket, rule, changed) as behind, closing(connect_to_write(behind)) as store:
        store.put(KEY, b"1", if_absent=True)
        found, head = store.get(KEY), store.head(KEY)
        assert found is not None
        assert head is not None
        assert (found.body, found.etag) == (b"1", head.etag)
        store.put(KEY, b"2", if_etag=found.etag)
        with pytest.raises(StoreError, match="changed meanwhile"):
            store.put(KEY, b"3", if_etag=found.etag)
        with (
            Lease(store, "paper", "one", tmp_path / "one"),
            pytest.raises(Busy),
            Lease(store, "paper", "two", tmp_path / "two"),
        ):
            pass
        if change is odd:
            lying.append(b"other bytes")
            with pytest.raises(StoreUnreachable, match="different bytes"):
                store.put(KEY, b"4")


def test_a_large_object_without_an_etag_is_told(bucket: Location, client: Client) -> None:
    """Where a store gives no ETags, too large an object is unreadable, and looked at under the same name."""
    client.put(f"{ARTICLES}large", b"x" * (most(LEASE) + 1))
    client.copy(f"{ARTICLES}large", LEASE)
    with answering(bucket, change=none) as behind, closing(Client(behind)) as without:
        with pytest.raises(StoreError, match="larger than") as told:
            without.get(LEASE)
        head = without.head(LEASE)
        assert head is not None
        assert head.etag == getattr(told.value, "etag", None)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Sun, 29 Nov 2026 11:00:00 GMT", datetime(2026, 11, 29, 11, tzinfo=UTC)),
        ("2026-11-29T11:00:00.000Z", datetime(2026, 11, 29, 11, tzinfo=UTC)),
        ("2026-11-29T13:00:00+02:00", datetime(2026, 11, 29, 11, tzinfo=UTC)),
        ("2026-11-29 11:00:00", datetime(2026, 11, 29, 11, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_time_is_read_or_done_without(header: str | None, expected: datetime | None) -> None:
    """A moment in a header is read as HTTP or as ISO writes it, and anything else is as good as none."""
    assert moment(header) == expected


@pytest.mark.parametrize("written", [None, "2026-11-29T11:00:00Z"])
def test_an_odd_time_of_writing_costs_nothing(bucket: Location, tmp_path: Path, written: str | None) -> None:
    """Without a Last-Modified, or with an odd one, objects are read, and a dead run's turn still runs out."""

    def change(asked: Asked, answer: Answer) -> None:
        if answer.headers.pop("Last-Modified", None) and written:
            answer.headers["Last-Modified"] = written

    with answering(bucket, change=change) as behind, closing(Client(behind)) as client:
        client.put(KEY, b"1")
        found = client.get(KEY)
        assert found is not None
        assert found.body == b"1"
        dead = Lease(client, "paper", "one", tmp_path / "one", seconds=0.2)
        assert dead._lock() == []
        dead._take([])
        threading.Event().wait(1.5)
        with Lease(client, "paper", "two", tmp_path / "two"):
            pass
        dead._unlock()


@pytest.fixture
def secured(tmp_path: Path) -> Path:
    """A certificate that signs itself, with its key."""
    tls.renew(tmp_path)
    return tmp_path / tls.CERTIFICATE


def test_a_certificate_nobody_vouches_for_is_named(
    bucket: Location, secured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that signs itself is refused by naming its certificate and the variable; with that variable it is read,
    and the reader of many objects asks once for each.
    """
    empty, asked = tmp_path / "empty.pem", list[str]()
    empty.write_text("no certificate\n")
    with closing(Client(bucket)) as client:
        client.put(KEY, b"1")

    def rule(one: Asked) -> None:
        asked.append(one.method)

    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with answering(bucket, rule, certificate=secured) as behind:
        for named, said in (
            ("", "self-signed certificate.*AWS_CA_BUNDLE is not set"),
            ("/nowhere.pem", "AWS_CA_BUNDLE names /nowhere.pem, which cannot be read"),
            (str(empty), "AWS_CA_BUNDLE names .*no certificate in it"),
        ):
            if named:
                monkeypatch.setenv("AWS_CA_BUNDLE", named)
            with closing(Client(behind, attempts=1)) as client, pytest.raises(StoreUnreachable, match=said):
                client.get(KEY)
            with closing(BulkReader(behind, connections=1)) as reader, pytest.raises(StoreUnreachable, match=said):
                reader.get(KEY)
        assert asked == []
        monkeypatch.setenv("AWS_CA_BUNDLE", str(secured))
        with closing(BulkReader(behind, connections=1)) as reader:
            assert [reader.get(KEY) for _ in range(3)] == [b"1"] * 3
        assert asked == ["GET"] * 3
