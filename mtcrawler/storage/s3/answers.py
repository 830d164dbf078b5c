"""What the headers of an S3 server say, and what is done without where they say nothing, or nothing that is sure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

VERIFIED = frozenset({None, "AES256"})
"""Kinds of encryption under which an ETag is the MD5 of what was sent; with keys of KMS it is none."""


def is_of_s3(answer: Mapping[str, Any]) -> bool:
    """Whether anything in an answer is what only a store says: any web server can answer 200."""
    told = _headers(answer)
    return "etag" in told or "last-modified" in told or any(name.startswith("x-amz-") for name in told)


def etag_of(answer: Mapping[str, Any]) -> str:
    """The ETag of an answer, "" where it has none. A weak one counts as strong: what a proxy compressed on its way is
    the same object.
    """
    return str(answer.get("ETag") or "").strip().removeprefix("W/")


def etag_for(body: bytes) -> str:
    """The ETag of these bytes for a server that gives none."""
    return f'"{digest_of(body)}"'


def etag_unread(size: int) -> str:
    """The ETag, for a server that gives none, of an object too large to be read; `size` is in bytes."""
    return f'"{size}-bytes"'


def digest_of(body: bytes) -> str:
    """The MD5 of some bytes, in lower-case hexadecimal digits: what most servers give as an ETag."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def is_digest(answer: Mapping[str, Any], digest: str) -> bool:
    """Whether the ETag of a write proves that the server has the bytes with this MD5."""
    return digest in etag_of(answer).lower()


def is_enciphered(answer: Mapping[str, Any]) -> bool:
    """Whether the object was enciphered with a key of KMS: its ETag says nothing, and Content-MD5 was checked."""
    return answer.get("ServerSideEncryption") not in VERIFIED


def age_of(answer: Mapping[str, Any]) -> float | None:
    """Seconds between writing and answering; None where the server does not say when the object was written.

    Both moments are the server's, so no other clock has to be right.
    """
    written = moment(_headers(answer).get("last-modified"))
    return None if written is None else ((server_time(answer) or datetime.now(UTC)) - written).total_seconds()


def server_time(answer: Mapping[str, Any]) -> datetime | None:
    """What the server's clock says, in UTC; None where it does not say, or not so that it can be read."""
    return moment(_headers(answer).get("date"))


def moment(text: str | None) -> datetime | None:
    """A moment of a header in UTC: as HTTP writes it, or as ISO 8601; None for anything else."""
    if not text:
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text.strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _headers(answer: Mapping[str, Any]) -> Mapping[str, str]:
    headers: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers
