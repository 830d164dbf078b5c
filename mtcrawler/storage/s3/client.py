"""The bucket as we use it: get, conditional put, list, delete, on any S3 look-alike."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import add_expect_header
from botocore.loaders import create_loader
from botocore.session import Session as BotoSession

from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.storage.layout import SET_ASIDE
from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.s3_errors import CONFLICTS, Changed, code_of, translate_errors, unreachable
from mtcrawler.storage.unreadable_objects import LeftOut

JSON: Final = "application/json; charset=utf-8"
CONFLICT_TRIES: Final = 6
DIGEST: Final = re.compile(r'"?[0-9a-f]{32}"?')

# Reading what S3 is from boto's files takes most of the time to make a client; once is enough.
_LOADER = create_loader()


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read; `age` is the seconds since it was written, by the server's own clock."""

    body: bytes
    etag: str
    metadata: Mapping[str, str]
    age: float = field(default=0.0, compare=False)


class Client:
    """One bucket under one prefix; safe to share between threads.

    Keys are the contract's (`layout`), without the prefix. `conditional` says whether the server honours conditional
    writes; where it does not (see `opening.learn`), put looks before it writes, which narrows races but cannot close
    them. `connections` is the size of the connection pool: at least the number of threads that share the client.
    `left_out` is told of every object that its users had to leave out; several clients may share one.

    Every method raises StoreUnreachable, StoreRefused, BucketMissing or another StoreError.
    """

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
        self.location = location
        self.conditional = True
        self.left_out = LeftOut() if left_out is None else left_out
        config = Config(
            max_pool_connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            # The standard mode waits with jitter between attempts.
            retries={"mode": "standard", "total_max_attempts": attempts},
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

    def close(self) -> None:
        """Close the pooled connections."""
        self._s3.close()

    def check(self) -> None:
        """Make sure that the bucket is there and may be listed."""
        with translate_errors(self.location, "opening the bucket"):
            self._s3.list_objects_v2(Bucket=self.location.bucket, Prefix=self._root, MaxKeys=1)

    def server_time(self) -> datetime | None:
        """What time it is for the server, in UTC; None where it does not say."""
        with translate_errors(self.location, "asking for the time"):
            answer = self._s3.list_objects_v2(Bucket=self.location.bucket, Prefix=self._root, MaxKeys=1)
            said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
            return parsedate_to_datetime(said).astimezone(UTC) if said else None

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
                if code_of(err) in {"NoSuchKey", "404"}:
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

        Returns its new etag.
        Raises Changed where the condition does not hold. A conflict with a writer at work (409) is tried again.
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
        if self.conditional:
            given |= {"IfNoneMatch": "*"} if if_absent else {}
            given |= {"IfMatch": if_etag} if if_etag is not None else {}
        elif if_absent or if_etag is not None:
            self._look_first(key, if_etag)
        with translate_errors(self.location, f"writing {key}"):
            for attempt in range(CONFLICT_TRIES):
                try:
                    return _believed(self.location, key, self._s3.put_object(**given), digest.hexdigest())
                except ClientError as err:
                    if code_of(err) not in CONFLICTS or attempt == CONFLICT_TRIES - 1:
                        raise
                    time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - jitter, not a secret
        raise AssertionError("the last try returns or raises")

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is fine."""
        with translate_errors(self.location, f"deleting {key}"):
            self._s3.delete_object(Bucket=self.location.bucket, Key=self._root + key)

    def set_aside(self, err: ObjectUnreadable) -> None:
        """Count an unreadable object and move it (`move_aside`); if the bucket refuses, it stays and is met again."""
        self.left_out(err)
        with suppress(StoreError):
            self.move_aside(err)

    def move_aside(self, err: ObjectUnreadable) -> None:
        """Move an unreadable object to `set-aside/v1/<key>`.

        Only the bytes that were read are moved (`err.etag`): what was written there meanwhile stays.
        """
        root, bucket = self._root, self.location.bucket
        source: dict[str, Any] = {"CopySource": {"Bucket": bucket, "Key": root + err.key}}
        if err.etag is not None:
            source["CopySourceIfMatch"] = err.etag
        with translate_errors(self.location, f"setting {err.key} aside"):
            if err.etag is not None:
                self._look_first(err.key, err.etag)  # not every server honours conditions of a copy
            self._s3.copy_object(Bucket=bucket, Key=f"{root}{SET_ASIDE}{err.key}", **source)
            if err.etag is not None:
                self._look_first(err.key, err.etag)  # few servers honour conditions of a delete
            self._s3.delete_object(Bucket=bucket, Key=root + err.key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins so, a page of the listing at a time; in no order to rely on."""
        for page in self._pages(prefix):
            with translate_errors(self.location, f"listing {prefix}"):
                found = [entry["Key"].removeprefix(self._root) for entry in page.get("Contents", ())]
            yield from found

    def folders(self, prefix: str) -> Iterator[str]:
        """The folder names right below a prefix that ends in a slash, without slashes."""
        for page in self._pages(prefix, Delimiter="/"):
            with translate_errors(self.location, f"listing {prefix}"):
                found = [one["Prefix"].removeprefix(self._root + prefix) for one in page.get("CommonPrefixes", ())]
            yield from (name.rstrip("/") for name in found)

    def _pages(self, prefix: str, **more: str) -> Iterator[Any]:
        pages = iter(
            self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.location.bucket,
                Prefix=self._root + prefix,
                **more,  # type: ignore[arg-type] # the stubs want every keyword by name
            )
        )
        while True:
            # Only the request is told as an error, not what the consumer of a page does with it.
            with translate_errors(self.location, f"listing {prefix}"):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _look_first(self, key: str, if_etag: str | None) -> None:
        with translate_errors(self.location, f"looking for {key}"):
            try:
                etag = self._s3.head_object(Bucket=self.location.bucket, Key=self._root + key)["ETag"]
            except ClientError as err:
                if code_of(err) not in {"NoSuchKey", "404"}:
                    raise
                etag = None
        if etag != if_etag:
            raise Changed(f"writing {key}", "it changed meanwhile", "Read it again and decide again.")


def _believed(location: Location, key: str, answer: Any, digest: str) -> str:
    """The etag of a write, unless it shows that other bytes were stored; with keys of KMS it is no digest."""
    etag: str = answer["ETag"]
    if answer.get("ServerSideEncryption") in {None, "AES256"} and DIGEST.fullmatch(etag) and digest not in etag:
        raise unreachable(location, f"writing {key}", "the server acknowledged other bytes than it was sent")
    return etag


def _age(answer: Any) -> float:
    """Seconds between writing and answering; both moments are the server's, so no other clock has to be right."""
    translate_errors = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    now = parsedate_to_datetime(translate_errors) if translate_errors else datetime.now(UTC)
    written = answer["ResponseMetadata"]["HTTPHeaders"]["last-modified"]
    return (now - parsedate_to_datetime(written)).total_seconds()
