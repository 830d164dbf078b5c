"""The laws of every store of objects, held against S3 as a real server speaks it, and against the one for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.storage.capabilities import honours_conditions, schema_bytes
from mtcrawler.storage.layout import ARTICLES, LEASES, SCHEMA_KEY, SET_ASIDE
from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.look_first import LookFirst
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore, check
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.set_aside import leave_out
from tests.fixtures.memory import MemoryStore

WRITERS = 16
LEASE = f"{LEASES}paper.json"
KEYS = [
    "plain.json",
    "folder/with space.json",
    "folder/зима.json",
    "folder/鱼 & chips?.json",
    "folder/100%+1=a#b;c,d.json",
    "folder/site=www.example.com/date=2026-11-20/~'(x)*!.json",
]
STORES = ("s3", "s3 under a prefix", "s3 looking first", "memory")


def made(kind: str, request: pytest.FixtureRequest) -> ObjectStore:
    """A store of this kind, empty."""
    if kind == "memory":
        return MemoryStore()
    bucket: Location = request.getfixturevalue("bucket")
    if kind == "s3 looking first":
        return LookFirst(Client(bucket))
    return Client(replace(bucket, prefix="papers/one") if kind == "s3 under a prefix" else bucket)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """Each store in turn."""
    store = made(request.param, request)
    yield store
    store.close()


@pytest.fixture(params=[kind for kind in STORES if kind != "s3 looking first"])
def conditional(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """Each store that checks a condition in the moment of writing."""
    store = made(request.param, request)
    assert store.conditional
    yield store
    store.close()


def body(store: ObjectStore, key: str) -> bytes | None:
    found = store.get(key)
    return found.body if found else None


@pytest.mark.parametrize("key", KEYS)
def test_what_is_put_is_got(store: ObjectStore, key: str) -> None:
    """Under any key an object comes back whole, with its metadata and etag, and is listed by that very key."""
    etag = store.put(key, "{зима}".encode(), metadata={"run-id": "r-1"})
    found, head = store.get(key), store.head(key)
    assert found is not None
    assert head is not None
    assert (found.body.decode(), dict(found.metadata), found.etag) == ("{зима}", {"run-id": "r-1"}, etag)
    assert (head.size, dict(head.metadata), head.etag) == (len(found.body), {"run-id": "r-1"}, etag)
    assert list(store.keys("")) == [key]


def test_what_is_not_there_is_none(store: ObjectStore) -> None:
    """A missing object is None, to read and to look at, and an empty store lists nothing."""
    assert (store.get("a"), store.head("a"), list(store.keys("")), list(store.folders(""))) == (None, None, [], [])
    check(store)


@pytest.mark.parametrize("size", [0, 1, 1 << 16, 5 << 20])
def test_every_size_comes_back(store: ObjectStore, size: int) -> None:
    """An object from nothing to several megabytes is read to the last byte."""
    key = f"{ARTICLES}x"
    whole = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    store.put(key, whole)
    assert body(store, key) == whole


@pytest.mark.parametrize(
    ("start", "length", "part"), [(0, 3, b"abc"), (2, 2, b"cd"), (4, 9, b"ef"), (5, 1, b"f"), (6, 1, b""), (99, 5, b"")]
)
def test_a_part_is_read_alone(store: ObjectStore, start: int, length: int, part: bytes) -> None:
    """Of an object those bytes are given that were asked for, fewer at its end, none behind it; of no object None."""
    store.put("a", b"abcdef")
    assert (store.get_range("a", start, length), store.get_range("b", start, length)) == (part, None)


def test_the_age_is_told(store: ObjectStore) -> None:
    """An object that was just written is seconds old, and the server says what time it is."""
    store.put("a", b"1")
    found, head = store.get("a"), store.head("a")
    assert found is not None
    assert head is not None
    assert found.age is not None
    assert -2 <= found.age < 600
    assert head.server_time is not None
    assert head.server_time.tzinfo is not None


def test_deleting_is_idempotent(store: ObjectStore) -> None:
    """An object that is deleted is gone; to delete it again, or what never was, is fine."""
    store.put("a", b"1")
    for _ in range(2):
        store.delete("a")
        assert store.get("a") is None
    store.delete("never")


def test_only_the_object_named_is_deleted_or_copied(store: ObjectStore) -> None:
    """With an etag an object that was replaced, or is gone, is neither deleted nor copied."""
    old = store.put("a", b"old")
    new = store.put("a", b"new")
    with pytest.raises(PreconditionFailed):
        store.delete("a", if_etag=old)
    with pytest.raises(PreconditionFailed):
        store.copy("a", "b", if_etag=old)
    assert (body(store, "a"), body(store, "b")) == (b"new", None)
    store.copy("a", "b", if_etag=new)
    store.delete("a", if_etag=new)
    assert (body(store, "a"), body(store, "b")) == (None, b"new")
    with pytest.raises(PreconditionFailed):
        store.delete("a", if_etag=new)
    with pytest.raises(StoreError):
        store.copy("a", "c")


def test_conditions_are_kept(store: ObjectStore) -> None:
    """Only-if-absent and only-if-that-etag write nothing where they do not hold, and an object once where they do."""
    first = store.put("x", b"1", if_absent=True)
    with pytest.raises(PreconditionFailed):
        store.put("x", b"2", if_absent=True)
    second = store.put("x", b"3", if_etag=first)
    with pytest.raises(PreconditionFailed):
        store.put("x", b"4", if_etag=first)
    with pytest.raises(PreconditionFailed):
        store.put("y", b"1", if_etag=first)
    assert (body(store, "x"), body(store, "y")) == (b"3", None)
    store.delete("x")
    with pytest.raises(PreconditionFailed):
        store.put("x", b"5", if_etag=second)
    store.put("x", b"6", if_absent=True)
    store.put("x", b"7")
    assert body(store, "x") == b"7"


@pytest.mark.parametrize("replacing", [False, True], ids=["first", "next"])
def test_of_many_writers_one_wins(conditional: ObjectStore, replacing: bool) -> None:
    """However many write with the same condition at the same moment, exactly one succeeds and its bytes stay."""
    for race in range(5):
        key, start = f"race/{race}", threading.Barrier(WRITERS)
        given: dict[str, Any] = {"if_etag": conditional.put(key, b"old")} if replacing else {"if_absent": True}

        def write(
            number: int, key: str = key, start: threading.Barrier = start, given: dict[str, Any] = given
        ) -> int | None:
            start.wait()
            try:
                conditional.put(key, str(number).encode(), **given)
            except PreconditionFailed:
                return None
            return number

        with ThreadPoolExecutor(WRITERS) as pool:
            winners = [number for number in pool.map(write, range(WRITERS)) if number is not None]
        assert [str(number).encode() for number in winners] == [body(conditional, key)]


def test_listings_are_whole(store: ObjectStore) -> None:
    """More keys than a page holds are all listed, once each, by prefix, and no more than asked for."""
    names = [f"many/{number:04d}" for number in range(1100)]
    assert len(list(side_by_side(lambda key: store.put(key, b""), [*names, "many", "manyfold/1"]))) == len(names) + 2
    assert sorted(store.keys("many/")) == names
    assert sorted(store.keys("many/000")) == names[:10]
    for limit in (1, 7, 1000, 1050, 5000):
        found = list(store.keys("many/", limit=limit))
        assert len(set(found)) == len(found) == min(limit, len(names))
    assert sorted(store.keys("")) == sorted([*names, "many", "manyfold/1"])


def test_folders_are_listed(store: ObjectStore) -> None:
    """The names right below a prefix, each once, without what lies deeper or is no folder."""
    for key in ("a/site=x/1", "a/site=x/2", "a/site=y/date=z/1", "a/file", "b/1"):
        store.put(key, b"")
    assert sorted(store.folders("a/")) == ["site=x", "site=y"]
    assert sorted(store.folders("")) == ["a", "b"]
    assert list(store.folders("c/")) == []


def test_what_is_too_large_is_not_written(store: ObjectStore) -> None:
    """An object as large as its kind may be is written and read; one byte more is an error, and nothing is written."""
    store.put(LEASE, b"x" * most(LEASE))
    assert len(body(store, LEASE) or b"") == most(LEASE)
    store.delete(LEASE)
    with pytest.raises(StoreError):
        store.put(LEASE, b"x" * (most(LEASE) + 1))
    assert store.get(LEASE) is None


def test_what_is_too_large_is_not_read_but_set_aside(store: ObjectStore) -> None:
    """Too large an object that somebody put there is told by key and etag, and can be moved out of the way."""
    large = f"{ARTICLES}large"
    store.put(large, b"x" * (most(LEASE) + 1))
    store.copy(large, LEASE)
    with pytest.raises(ObjectUnreadable) as told:
        store.get(LEASE)
    head = store.head(LEASE)
    assert head is not None
    assert (told.value.key, told.value.etag) == (LEASE, head.etag)
    leave_out(store, told.value)
    assert sorted(store.keys("")) == sorted([large, f"{SET_ASIDE}{LEASE}"])
    assert [err.key for err in store.left_out.found] == [LEASE]


def test_only_what_was_read_is_set_aside(store: ObjectStore) -> None:
    """An object that somebody replaced since it was read stays where it is; it is recorded once however often met."""
    old = store.put("a", b"old")
    new = store.put("a", b"new")
    leave_out(store, ObjectUnreadable("a", "damaged", etag=old))
    assert list(store.keys("")) == ["a"]
    for _ in range(2):
        leave_out(store, ObjectUnreadable("a", "damaged", etag=new))
    assert list(store.keys("")) == [f"{SET_ASIDE}a"]
    assert len(store.left_out) == 1


def test_the_probe_leaves_the_schema_alone(conditional: ObjectStore) -> None:
    """That conditions are honoured is found out, again and again, and nothing but the published schema is left."""
    for _ in range(2):
        assert honours_conditions(conditional)
    assert list(conditional.keys("")) == [SCHEMA_KEY]
    assert body(conditional, SCHEMA_KEY) == schema_bytes()
