"""Answers become records of WARC 1.1, by way of warcio: each a gzip member of its own."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mtcrawler import __version__
from mtcrawler.storage.pages.answer import Answer
from mtcrawler.storage.pages.records import ARTICLE_ID, KEPT_AS

LEVEL: Final = 4
"""Of zlib: at 6 pages are 3 % smaller and take twice the time."""
VERSION: Final = "1.1"
MARKUP: Final = "text/html; charset=utf-8"
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


def page(article_id: str, answers: Sequence[Answer]) -> bytes:
    """The records of one article's page, the first of `answers` and what completes it: as they lie in a segment.

    The first record is the answer of the page; the others name it (`WARC-Concurrent-To`). The markup that a browser
    showed is a `conversion` of the answer it belongs to (`WARC-Refers-To`).
    """
    writer = _Writer()
    first = ""
    for answer in answers:
        fields = {_named(ARTICLE_ID): article_id, _named(KEPT_AS): str(answer.kept_as), "WARC-Date": _moment(answer.at)}
        if first:
            fields["WARC-Concurrent-To"] = first
        body = answer.body
        headers = [(name, value) for name, value in answer.headers]
        if body is not None:
            headers.append(("Content-Length", str(len(body))))
        status = f"{answer.status} {_PHRASES.get(answer.status, '')}".rstrip()
        told = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        if body is None:
            fields["WARC-Truncated"] = "unspecified"
        came = writer.add(answer.url, "response", body or b"", fields, http_headers=told)
        first = first or came
        if answer.markup is not None:
            shown = {**fields, "WARC-Refers-To": came, "WARC-Concurrent-To": first}
            shown.pop("WARC-Truncated", None)
            body = answer.markup.encode(errors="replace")
            writer.add(answer.url, "conversion", body, shown, warc_content_type=MARKUP)
    return b"".join(writer.members)


def about(key: str) -> bytes:
    """The first record of a segment: what wrote it."""
    writer = _Writer()
    said = {"software": f"mtcrawler/{__version__}", "format": "WARC File Format 1.1"}
    writer.write(writer.warc.create_warcinfo_record(key.rpartition("/")[2], said))
    return writer.members[0]


class _Writer:
    """Records as gzip members; warcio's own packing is the slowest that there is."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self.warc = WARCWriter(self._out, gzip=False, warc_version=VERSION)
        self.members: list[bytes] = []

    def add(self, url: str, kind: str, body: bytes, fields: dict[str, str], **more: Any) -> str:
        """Write a record; returns its id."""
        record = self.warc.create_warc_record(
            url, kind, payload=BytesIO(body), length=len(body), warc_headers_dict=fields, **more
        )
        self.write(record)
        found: str = record.rec_headers.get_header("WARC-Record-ID")
        return found

    def write(self, record: Any) -> None:
        """Write a record that is made."""
        self._out.seek(0)
        self._out.truncate()
        self.warc.write_record(record)
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
        self.members.append(packer.compress(self._out.getbuffer()) + packer.flush())


def _named(field: str) -> str:
    return "-".join(part.capitalize() for part in field.split("-")).replace("-Id", "-ID")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
