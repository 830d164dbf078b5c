"""The object store on any S3 look-alike, by way of boto3."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import add_expect_header
from botocore.loaders import create_loader
from botocore.session import Session as BotoSession

from mtcrawler.model.errors import ConditionsUnsupported, ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import JSON, Head, Stored
from mtcrawler.storage.s3.proxies import proxies_for
from mtcrawler.storage.s3.s3_errors import (
    CONFLICTS,
    MISSING,
    code_of,
    refuses_conditions,
    translate_errors,
    unreachable,
)
from mtcrawler.storage.unreadable_objects import LeftOut

PAGE: Final = 1000
"""Keys of a page of a listing, the most that S3 gives."""
CONFLICT_TRIES: Final = 6
DIGEST: Final = re.compile(r'"?[0-9a-f]{32}"?')

# Reading what S3 is from boto's files takes most of the time to make a client; once is enough.
_LOADER = create_loader()


class Client:
    """An ObjectStore (`storage.port`) by way of boto3. It sends conditions to the server and trusts its answer; for a
    server that ignores them see `storage.look_first`.

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
        config = Config(
            max_pool_connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            # The standard mode waits with jitter between attempts.
            retries={"mode": "standard", "total_max_attempts": attempts},
            proxies=proxies_for(location.endpoint_url) if location.endpoint_url else None,
            # Only AWS has a host name for every bucket.
            s3={"addressing_style": "path" if location.endpoint_url else "auto"},
            # Trailing checksums are refused by many look-alikes; Content-MD5 is understood by all.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        core = BotoSession()
        core.register_component("data_loader", _LOADER)
        # A listing says of each key when it was written, and reading that takes longer than all the rest of it.
        core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=lambda moment: moment)
        session = boto3.session.Session(
            botocore_session=core,
            aws_access_key_id=location.access_key,
            aws_secret_access_key=location.secret_key,
            aws_session_token=location.session_token,
            region_name=location.region,
        )
        with translate_errors(location, "connecting"):
            self._s3 = session.client("s3", endpoint_url=location.endpoint_url, config=config)
        # Asking first whether a few kilobytes are wanted costs more than sending them.
        self._s3.meta.events.unregister("before-call.s3", add_expect_header)
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
                body = None
                if answer.get("ContentLength", 0) <= limit:  # The stated length may be false.
                    body = stream.read(limit + 1)
                    if len(body) <= limit:
                        stream.read(1)  # botocore notices only at the end of a body that it was cut short
            if body is None or len(body) > limit:
                happened = f"it is larger than {limit} bytes, the most for its kind"
                raise ObjectUnreadable(key, happened, etag=answer["ETag"])
            return Stored(body, answer["ETag"], answer["Metadata"], _age(answer))

    def head(self, key: str) -> Head | None:
        """The object's etag, size in bytes and metadata, and the server's clock; None where there is none."""
        with translate_errors(self.location, f"looking for {key}"):
            try:
                answer = self._s3.head_object(Bucket=self.location.bucket, Key=self._root + key)
            except ClientError as err:
                if code_of(err) in MISSING:
                    return None
                raise
            return Head(answer["ETag"], answer["ContentLength"], answer["Metadata"], _server_time(answer))

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

        Returns its new etag. A conflict with a writer at work (409) is tried again. Raises PreconditionFailed,
        ConditionsUnsupported or StoreError as the port says.
        """
        if len(body) > most(key):
            happened = f"it has {len(body)} bytes, and nobody reads more than {most(key)} of its kind"
            raise StoreError(f"writing {key}", happened, "Report it with the address it came from.")
        digest = hashlib.md5(body, usedforsecurity=False)
        given: dict[str, Any] = {
            "Bucket": self.location.bucket,
            "Key": self._root + key,
            "Body": body,
            "ContentType": content_type,
            "ContentMD5": base64.b64encode(digest.digest()).decode(),
            "Metadata": dict(metadata or {}),
        }
        given |= {"IfNoneMatch": "*"} if if_absent else {}
        given |= {"IfMatch": if_etag} if if_etag is not None else {}
        with translate_errors(self.location, f"writing {key}"):
            for attempt in range(CONFLICT_TRIES):
                try:
                    return _believed(self.location, key, self._s3.put_object(**given), digest.hexdigest())
                except ClientError as err:
                    if (if_absent or if_etag is not None) and refuses_conditions(err):
                        raise ConditionsUnsupported(f"writing {key} in {self.location.where}", code_of(err)) from err
                    if code_of(err) not in CONFLICTS or attempt == CONFLICT_TRIES - 1:
                        raise
                    time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("the last try returns or raises")

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
            with translate_errors(self.location, f"listing {prefix}"):
                found = [entry["Key"].removeprefix(self._root) for entry in page.get("Contents", ())]
            yield from found[:left]
            left -= len(found)
            if left <= 0:
                return

    def folders(self, prefix: str) -> Iterator[str]:
        """The folder names right below a prefix that ends in a slash, without slashes."""
        for page in self._pages(prefix, Delimiter="/"):
            with translate_errors(self.location, f"listing {prefix}"):
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
            with translate_errors(self.location, f"listing {prefix}"):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _expect(self, key: str, etag: str) -> None:
        found = self.head(key)
        if found is None or found.etag != etag:
            raise PreconditionFailed.of(f"looking for {key} in {self.location.where}")


def _believed(location: Location, key: str, answer: Any, digest: str) -> str:
    """The etag of a write, unless it shows that other bytes were stored; with keys of KMS it is no digest."""
    etag: str = answer["ETag"]
    if answer.get("ServerSideEncryption") in {None, "AES256"} and DIGEST.fullmatch(etag) and digest not in etag:
        raise unreachable(location, f"writing {key}", "the server acknowledged other bytes than it was sent")
    return etag


def _age(answer: Any) -> float:
    """Seconds between writing and answering; both moments are the server's, so no other clock has to be right."""
    written = answer["ResponseMetadata"]["HTTPHeaders"]["last-modified"]
    return ((_server_time(answer) or datetime.now(UTC)) - parsedate_to_datetime(written)).total_seconds()


def _server_time(answer: Any) -> datetime | None:
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(date).astimezone(UTC) if date else None
