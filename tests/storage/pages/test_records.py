"""Records of kept pages: what warcio writes is read, alone and in a row, and what is hostile is refused."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.limits import PAGE_RECORD_BYTES
from mtcrawler.storage.pages import records as module
from mtcrawler.storage.pages.keys import Snapshot, pages_key, read_pages_key, read_snapshot
from mtcrawler.storage.pages.records import FIRST_READ, Record, Torn, page_records, read_page, records
from tests.fixtures.memory import MemoryStore

KEY = pages_key("2026-11-20", "run-1", 1)


def written(*pages: tuple[str, ...]) -> bytes:
    """A segment as warcio writes it; each page is its records' markup, the first of them the response's."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    for number, markups in enumerate(pages):
        first = None
        for markup in markups:
            fields = {"X-Article-ID": f"id-{number}"} | ({"WARC-Concurrent-To": first} if first else {})
            answer = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://www.example.com/{number}",
                "conversion" if first else "response",
                payload=BytesIO(markup.encode()),
                length=len(markup.encode()),
                warc_headers_dict=fields,
                http_headers=None if first else answer,
                warc_content_type="text/html" if first else "",
            )
            first = first or record.rec_headers.get_header("WARC-Record-ID")
            writer.write_record(record)
    return out.getvalue()


def test_records_lie_where_they_say() -> None:
    """Each record has its place, whose it is and its bytes; the places follow each other to the end."""
    body = written(("<p>зима",), ("<p>one", "<p>shown"), ("",))
    found = list(records(body))
    assert [one.kind for one in found] == ["response", "response", "conversion", "response"]
    assert [one.article_id for one in found] == ["id-0", "id-1", "id-1", "id-2"]
    assert [
        one.block.endswith(end.encode()) for one, end in zip(found, ("<p>зима", "<p>one", "<p>shown", ""), strict=True)
    ]
    assert [one.offset for one in found] == [0, *(one.offset + one.length for one in found[:-1])]
    assert found[-1].offset + found[-1].length == len(body)
    for one in found:
        assert next(records(body[one.offset :])) == Record(0, one.length, one.fields, one.block)


def test_a_page_is_its_records_and_no_others() -> None:
    """From the place of its first record a page is read whole, in a segment in memory and by ranges of the bucket."""
    large = "".join(f"{number * number:x}" for number in range(3 * FIRST_READ // 6))
    body, store = written(("<p>a",), ("<p>b", large, "<p>d"), ("<p>e",)), MemoryStore()
    store.put(KEY, body)
    begins = [one.offset for one in records(body) if not one.belongs_to]
    for begin, count in zip(begins, (1, 3, 1), strict=True):
        page = page_records(body, begin)
        assert len(page) == count
        read = read_page(store, Snapshot(KEY, begin))
        assert read is not None
        assert [one.block for one in read] == [one.block for one in page]
    assert read_page(store, Snapshot(pages_key("2026-11-20", "run-1", 2), 0)) is None


@pytest.mark.parametrize(
    "body",
    [
        b"no gzip",
        gzip.compress(b"no record"),
        gzip.compress(b"WARC/1.1\r\nContent-Length: x\r\n\r\nabc\r\n\r\n"),
        gzip.compress(b"WARC/1.1\r\nContent-Length: 2\r\n\r\nabc\r\n\r\n"),
        gzip.compress(b"WARC/1.1\r\nContent-Length: 99999999999\r\n\r\nabc\r\n\r\n"),
        gzip.compress(b"WARC/1.1\r\nA: b" + b"x" * 100_000),
        gzip.compress(b"x" * (PAGE_RECORD_BYTES + 1)),
        written(("<p>a",))[:-1],
        b"",
    ],
    ids=["bytes", "text", "no length", "longer", "shorter", "head", "bomb", "torn", "nothing"],
)
def test_what_is_no_record_is_refused(body: bytes) -> None:
    """What is damaged, torn, too large or of another kind is refused by an error of ours."""
    store = MemoryStore()
    store.put(KEY, body)
    if body:
        with pytest.raises(Unreadable):
            list(records(body))
    with pytest.raises(ObjectUnreadable, match=KEY):
        read_page(store, Snapshot(KEY, 0))


def test_a_place_is_one_of_ours_or_none() -> None:
    """A key and a snapshot are read back as they were made, and nothing else is taken for one."""
    assert read_pages_key(KEY) == ("2026-11-20", "run-1", 1)
    assert read_snapshot(f"{KEY}#17") == Snapshot(KEY, 17)
    assert str(Snapshot(KEY, 17)) == f"{KEY}#17"
    for text in (
        None,
        "",
        KEY,
        f"{KEY}#",
        f"{KEY}#-1",
        f"{KEY}#1#2",
        "articles/v1/x#1",
        KEY.replace("-20/", "-32/") + "#1",
    ):
        assert read_snapshot(text) is None, text


def test_a_page_is_read_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a page is never taken for the page: its bytes may end between two records, or its second one be damaged."""
    body, store = written(("<p>sent", "<p>shown"), ("<p>e",)), MemoryStore()
    second = list(records(body))[1]
    monkeypatch.setattr(module, "FIRST_READ", second.offset)
    store.put(KEY, body)
    found = read_page(store, Snapshot(KEY, 0))
    assert found is not None
    assert len(found) == 2
    with pytest.raises(Torn):
        page_records(body[: second.offset], whole=False)
    store.put(KEY, body[: second.offset + 10] + b"spoiled" + body[second.offset + 17 :])
    with pytest.raises(ObjectUnreadable, match="at byte 0"):
        read_page(store, Snapshot(KEY, 0))


def test_many_records_of_one_page_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record is small enough, and still a page of very many is refused before it fills the memory."""
    store = MemoryStore()
    store.put(KEY, written(("<p>a", *["x" * 1000] * 50)))
    monkeypatch.setattr(module, "PAGE_UNPACKED_BYTES", 20_000)
    with pytest.raises(ObjectUnreadable, match="more than 20000 bytes unpacked"):
        read_page(store, Snapshot(KEY, 0))
