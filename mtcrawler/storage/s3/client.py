"""The object store on any S3 look-alike, by way of botocore."""

from __future__ import annotations

import base64
import logging
import random
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, Final

from botocore.exceptions import ClientError

from mtcrawler.model.errors import ConditionsUnsupported, ObjectRefused, ObjectUnreadable, PreconditionFailed
from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import JSON, Head, Stored
from mtcrawler.storage.s3.answers import (
    age_of,
    digest_of,
    etag_for,
    etag_of,
    etag_unread,
    is_digest,
    is_enciphered,
    is_of_s3,
    server_time,
)
from mtcrawler.storage.s3.botocore_clients import botocore_client
from mtcrawler.storage.s3.s3_errors import (
    BEYOND,
    CONFLICTS,
    MISSING,
    code_of,
    refuses_conditions,
    translate_errors,
    unreachable,
)
from mtcrawler.storage.unreadable_objects import LeftOut

logger = logging.getLogger(__name__)

PAGE: Final = 1000
"""Keys of a page of a listing, the most that S3 gives."""
CONFLICT_TRIES: Final = 6


class Client:
    """An ObjectStore (`storage.port`) by way of botocore. It sends conditions to the server and trusts its answer.

    For a server that ignores them see `storage.look_first`.

    `connections` is the size of the connection pool: at least the number of threads that share the client. A request
    that fails is sent `attempts` times in all. Timeouts are in seconds. `left_out` is the record of objects that its
    users could not read, one of its own unless given: several clients may share one.
    """

    conditional = True

    def __init__(
        self,
        location: Location,
        *,
        left_out: LeftOut | None = None,
        connections: int = 32,
        attempts: int = 4,
        connect_timeout: float = 3.0,
        read_timeout: float = 20.0,
    ) -> None:
        self._location, self._left_out = location, LeftOut() if left_out is None else left_out
        with translate_errors(location, "connecting"):
            self._s3 = botocore_client(location, connections, attempts, (connect_timeout, read_timeout))
        self._reads_back = False
        self._root = f"{location.prefix}/" if location.prefix else ""

    @property
    def location(self) -> Location:
        """The bucket, its endpoint and the credentials."""
        return self._location

    @property
    def left_out(self) -> LeftOut:
        """The record of objects that could not be read."""
        return self._left_out

    def close(self) -> None:
        """Close the pooled connections."""
        self._s3.close()

    def create_bucket(self) -> None:
        """Create the bucket; an own one that is there already is fine."""
        with translate_errors(self.location, "creating the bucket"):
            try:
                self._s3.create_bucket(Bucket=self.location.bucket)
            except ClientError as err:
                if code_of(err) not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise

    def get(self, key: str) -> Stored | None:
        """The object, or None where there is none.

        Raises ObjectUnreadable, without reading on, for one that is larger than its kind may be (`limits`), and
        StoreUnreachable where the connection ends before the object does.
        """
        limit = most(key)
        with translate_errors(self.location, f"reading {key}"):
            try:
                answer = self._s3.get_object(Bucket=self.location.bucket, Key=self._root + key)
            except ClientError as err:
                if code_of(err) in MISSING:
                    return None
                raise
            with closing(answer["Body"]) as stream:
                self._expect_s3(f"reading {key}", answer)
                body = None
                if answer.get("ContentLength", 0) <= limit:  # The stated length may be false.
                    body = stream.read(limit + 1)
                    if len(body) <= limit:
                        stream.read(1)  # botocore notices only at the end of a body that it was cut short
            if body is None or len(body) > limit:
                happened = f"it is larger than {limit} bytes, the most for its kind"
                etag = etag_of(answer) or etag_unread(answer.get("ContentLength", 0))
                raise ObjectUnreadable(key, happened, etag=etag)
            return Stored(body, etag_of(answer) or etag_for(body), answer["Metadata"], age_of(answer))

    def get_range(self, key: str, start: int, length: int) -> bytes | None:
        """Some bytes of an object, as the port says; a server that knows no ranges is read from the beginning."""
        given = {
            "Bucket": self.location.bucket,
            "Key": self._root + key,
            "Range": f"bytes={start}-{start + length - 1}",
        }
        with translate_errors(self.location, f"reading {key}"):
            try:
                answer = self._s3.get_object(**given)
            except ClientError as err:
                if code_of(err) in MISSING:
                    return None
                if code_of(err) in BEYOND:
                    return b""
                raise
            with closing(answer["Body"]) as stream:
                self._expect_s3(f"reading {key}", answer)
                skipped = 0 if answer.get("ContentRange") else start
                if skipped + length > most(key):
                    raise ObjectUnreadable(
                        key, "the server gives no part of an object, and what goes before is too large"
                    )
                body: bytes = stream.read(skipped + length)
                if len(body) < skipped + length:
                    stream.read(1)  # as in `get`
                return body[skipped:]

    def head(self, key: str) -> Head | None:
        """The object's etag, size in bytes and metadata, and the server's clock; None where there is none."""
        with translate_errors(self.location, f"looking for {key}"):
            try:
                answer = self._s3.head_object(Bucket=self.location.bucket, Key=self._root + key)
            except ClientError as err:
                if code_of(err) in MISSING:
                    return None
                raise
            self._expect_s3(f"looking for {key}", answer)
            etag, size = etag_of(answer), answer["ContentLength"]
        if not etag:  # then it has the one that `get` gives it
            found = self.get(key) if size <= most(key) else None
            etag = found.etag if found else etag_unread(size)
        return Head(etag, size, answer["Metadata"], server_time(answer))

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = JSON,
        metadata: Mapping[str, str] | None = None,
        if_absent: bool = False,
        if_etag: str | None = None,
    ) -> str:
        """Write an object whole: always, only where there is none, or only where it is still the one with that etag.

        Returns its new etag. A conflict with a writer at work (409) is tried again. A write that the server's ETag
        does not prove is read back. Raises PreconditionFailed, ConditionsUnsupported, ObjectRefused or another
        StoreError as the port says.
        """
        if len(body) > most(key):
            happened = f"it has {len(body)} bytes, and nobody reads more than {most(key)} of its kind"
            raise ObjectRefused(f"writing {key}", happened, "Report it with the address it came from.")
        digest = digest_of(body)
        given: dict[str, Any] = {
            "Bucket": self.location.bucket,
            "Key": self._root + key,
            "Body": body,
            "ContentType": content_type,
            "ContentMD5": base64.b64encode(bytes.fromhex(digest)).decode(),
            "Metadata": dict(metadata or {}),
        }
        given |= {"IfNoneMatch": "*"} if if_absent else {}
        given |= {"IfMatch": if_etag} if if_etag is not None else {}
        with translate_errors(self.location, f"writing {key}"):
            for attempt in range(CONFLICT_TRIES):
                try:
                    answer = self._s3.put_object(**given)
                    break
                except ClientError as err:
                    if (if_absent or if_etag is not None) and refuses_conditions(err):
                        raise ConditionsUnsupported(f"writing {key} in {self.location.where}", code_of(err)) from err
                    if code_of(err) not in CONFLICTS or attempt == CONFLICT_TRIES - 1:
                        raise
                    time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - jitter, not a secret
        proved = is_digest(answer, digest) or is_enciphered(answer)
        return etag_of(answer) if proved else self._read_back(key, body, etag_of(answer))

    def copy(self, source: str, target: str, *, if_etag: str | None = None) -> None:
        """Copy an object within the bucket, where it still has that etag. Raises PreconditionFailed."""
        bucket = self.location.bucket
        given: dict[str, Any] = {"CopySource": {"Bucket": bucket, "Key": self._root + source}}
        if if_etag is not None:
            self._expect(source, if_etag)  # not every server honours conditions of a copy
            given["CopySourceIfMatch"] = if_etag
        with translate_errors(self.location, f"copying {source}"):
            self._s3.copy_object(Bucket=bucket, Key=self._root + target, **given)

    def delete(self, key: str, *, if_etag: str | None = None) -> None:
        """Remove an object; without a condition, one that is not there is fine. Raises PreconditionFailed."""
        if if_etag is not None:
            self._expect(key, if_etag)  # few servers honour conditions of a delete
        with translate_errors(self.location, f"deleting {key}"):
            self._s3.delete_object(Bucket=self.location.bucket, Key=self._root + key)

    def keys(self, prefix: str, *, limit: int | None = None) -> Iterator[str]:
        """Every key that begins so, or the first `limit`, a page of the listing at a time; in no order to rely on."""
        left = sys.maxsize if limit is None else limit
        for page in self._pages(prefix, MaxKeys=min(left, PAGE)):
            with translate_errors(self.location, _listing(prefix)):
                found = [entry["Key"].removeprefix(self._root) for entry in page.get("Contents", ())]
            yield from found[:left]
            left -= len(found)
            if left <= 0:
                return

    def folders(self, prefix: str) -> Iterator[str]:
        """The folder names right below a prefix that ends in a slash, without slashes."""
        for page in self._pages(prefix, Delimiter="/"):
            with translate_errors(self.location, _listing(prefix)):
                found = [one["Prefix"].removeprefix(self._root + prefix) for one in page.get("CommonPrefixes", ())]
            yield from (name.rstrip("/") for name in found)

    def _pages(self, prefix: str, **more: Any) -> Iterator[Any]:
        pages = iter(
            self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.location.bucket,
                Prefix=self._root + prefix,
                **more,
            )
        )
        while True:
            # Only the request is told as an error, not what the consumer of a page does with it.
            with translate_errors(self.location, _listing(prefix)):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _expect_s3(self, doing: str, answer: Any) -> None:
        if not is_of_s3(answer):
            raise unreachable(self._location, doing, "what answers is not S3 (it sends no header of a store's)")

    def _read_back(self, key: str, body: bytes, etag: str) -> str:
        """The etag of an object that was written, once it is proved by reading it: the server's ETags are no digests,
        or it gives none. Where another writer has written since, its bytes prove nothing, and nothing is wrong.
        """
        if not self._reads_back:
            self._reads_back = True
            logger.info(
                "ETags of %s are no digests of what is written, so each write is read back.", self._location.where
            )
        found = self.get(key)
        if found is None or (found.body != body and etag in {"", found.etag}):
            different = "the server acknowledged different bytes from those it was sent"
            raise unreachable(self._location, f"writing {key}", different)
        return found.etag if found.body == body else etag

    def _expect(self, key: str, etag: str) -> None:
        found = self.head(key)
        if found is None or found.etag != etag:
            raise PreconditionFailed.of(f"looking for {key} in {self.location.where}")


def _listing(prefix: str) -> str:
    """What is being done where keys that begin so are listed; all of them where it is empty."""
    return f"listing {prefix or 'the objects'}"
