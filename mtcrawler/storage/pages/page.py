"""One kept page, read again: the answers that its article was made of."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import NO_CHARSETS, Unreadable
from mtcrawler.storage.pages.answer import Answer, Header, KeptAs
from mtcrawler.storage.pages.keys import Snapshot, read_snapshot
from mtcrawler.storage.pages.records import HEAD, KEPT_AS, Record, read_page
from mtcrawler.storage.port import ObjectStore

_STATUS: Final = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]{0,200})?\r\n")
_END: Final = b"\r\n\r\n"
_CHARSET: Final = re.compile(r"charset\s*+=\s*+[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"<meta[^>]{1,200}charset\s*+=\s*+[\"']?\s*+([\w-]{1,40})", re.IGNORECASE)
_MOST_HEADERS: Final = 500


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was kept. `html` is what was read: the markup that a browser showed, or what the server sent.

    `answers` are all that the article was made of: the page, further parts of it, the posts of a live page. `body` is
    what the server sent, unpacked, None where the browser did not give it; `headers` are without secrets.
    """

    article_id: str
    answers: tuple[Answer, ...]

    @property
    def url(self) -> str:
        """Where it was fetched."""
        return self.answers[0].url

    @property
    def at(self) -> datetime:
        """When it was fetched, in UTC."""
        return self.answers[0].at

    @property
    def status(self) -> int:
        """The status it was answered with."""
        return self.answers[0].status

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers of its answer that are kept, in their order."""
        return self.answers[0].headers

    @property
    def body(self) -> bytes | None:
        """What the server sent, unpacked."""
        return self.answers[0].body

    @property
    def rendered(self) -> bool:
        """Whether a browser showed it."""
        return self.answers[0].markup is not None

    @property
    def html(self) -> str:
        """What was read; characters that its character set does not have are replaced."""
        first = self.answers[0]
        if first.markup is not None:
            return first.markup
        body = first.body or b""
        stated = next((found[1] for name, value in first.headers if (found := _of_type(name, value))), None)
        declared = meta[1].decode() if (meta := _DECLARED.search(body[: 256 * 1024])) else None
        for charset in (stated, declared, "utf-8"):
            try:
                if (name := codecs.lookup(charset or "").name) not in NO_CHARSETS:
                    return body.decode(name)
            except (LookupError, ValueError):
                continue
        return body.decode("utf-8", "replace")


def kept_page(store: ObjectStore, snapshot: str | None) -> KeptPage | None:
    """The page that `provenance.snapshot` leads to; None where none is kept, or it is gone.

    Raises ObjectUnreadable where it cannot be read, and StoreError.
    """
    place = read_snapshot(snapshot)
    found = read_page(store, place) if place else None
    return page_of(found, place) if found and place else None


def page_of(records: Sequence[Record], place: Snapshot) -> KeptPage:
    """The page that these records are of; raises ObjectUnreadable where they are none."""
    answers: list[Answer] = []
    ids: dict[str, int] = {}
    try:
        for record in records:
            if record.kind == "response":
                ids[record.id] = len(answers)
                answers.append(_answer(record))
            elif (
                record.kind == "conversion" and (number := ids.get(record.fields.get("warc-refers-to", ""))) is not None
            ):
                answers[number] = replace(answers[number], markup=record.block.decode("utf-8", "replace"))
        if not answers:
            raise Unreadable("no page is kept there")
    except Unreadable as err:
        raise ObjectUnreadable(place.key, f"at byte {place.offset}: {err}") from err
    return KeptPage(records[0].article_id, tuple(answers))


def _answer(record: Record) -> Answer:
    block = record.block
    end = block.find(_END, 0, HEAD)
    line = _STATUS.match(block)
    if end < 0 or line is None:
        raise Unreadable("its answer is none of HTTP")
    lines = block[line.end() : end].split(b"\r\n") if end > line.end() else []
    if len(lines) > _MOST_HEADERS:
        raise Unreadable(f"its answer has more than {_MOST_HEADERS} headers")
    headers = [_header(one) for one in lines if b":" in one]
    truncated = "warc-truncated" in record.fields
    return Answer(
        url=record.url,
        status=int(line[1]),
        headers=tuple(one for one in headers if one[0].lower() != "content-length"),
        body=None if truncated else block[end + len(_END) :],
        at=_moment(record.fields.get("warc-date", "")),
        kept_as=_kept_as(record.fields.get(KEPT_AS, "")),
    )


def _header(line: bytes) -> Header:
    name, _, value = line.partition(b":")
    return name.decode("latin-1").strip(), value.decode("latin-1").strip()


def _kept_as(text: str) -> KeptAs:
    try:
        return KeptAs(text)
    except ValueError:
        return KeptAs.PAGE


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as err:
        raise Unreadable("its date is none") from err


def _of_type(name: str, value: str) -> re.Match[str] | None:
    return _CHARSET.search(value) if name.lower() == "content-type" else None
