"""Which bucket, where, and as whom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.model.errors import SettingError

DEFAULT_REGION: Final = "us-east-1"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
_PREFIX_PART = re.compile(r"[A-Za-z0-9!_.*'()=+@-]+\Z")


@dataclass(frozen=True, slots=True)
class Location:
    """A bucket at an endpoint, under a prefix (no slash around it), and the credentials to reach it.

    Without an endpoint it is AWS itself; without credentials boto3 looks for them where it always does. `label` is
    a name that survives a change of endpoint (the embedded store may change its port); what is kept locally about a
    bucket is filed under `tag`.

    Raises SettingError for a name no bucket can have.
    """

    endpoint_url: str | None
    bucket: str
    prefix: str = ""
    region: str = DEFAULT_REGION
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    label: str | None = None

    def __post_init__(self) -> None:
        if not _BUCKET.match(self.bucket) or ".." in self.bucket:
            raise _wrong(f"{self.bucket!r} is no bucket name", "Set S3_BUCKET to 3-63 of a-z, 0-9, dots and dashes.")
        object.__setattr__(self, "prefix", self.prefix.strip("/"))
        parts = self.prefix.split("/") if self.prefix else []
        if not all(_PREFIX_PART.match(part) and part not in {".", ".."} for part in parts):
            raise _wrong(f"{self.prefix!r} is no prefix", "Set S3_PREFIX to plain names with single slashes between.")
        if self.endpoint_url is not None and "@" in urlsplit(self.endpoint_url).netloc:
            remedy = "Keys go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, never into S3_ENDPOINT_URL."
            raise _wrong("S3_ENDPOINT_URL holds a user name or a password", remedy)
        if self.endpoint_url is not None and urlsplit(self.endpoint_url).scheme not in {"http", "https"}:
            raise _wrong(f"{self.endpoint_url!r} is no endpoint", "Set S3_ENDPOINT_URL to http(s)://host[:port].")
        if bool(self.access_key) != bool(self.secret_key):
            raise _wrong("only half of the credentials is set", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, str]) -> Location | None:
        """The location named by the usual AWS variables and S3_ENDPOINT_URL, S3_BUCKET, S3_PREFIX of a mapping.

        None where no bucket is named (then there is the embedded store); S3_BUCKET may be s3://bucket/prefix.
        Raises SettingError where an endpoint or a prefix is given without a bucket.
        """
        value = {name: text.strip() for name, text in mapping.items() if text.strip()}
        bucket, prefix = value.get("S3_BUCKET"), value.get("S3_PREFIX", "")
        if bucket is None:
            lonely = next((name for name in ("S3_ENDPOINT_URL", "S3_PREFIX") if name in value), None)
            if lonely:
                raise _wrong(f"{lonely} is set but S3_BUCKET is not", "Set S3_BUCKET, or unset it to store locally.")
            return None
        if bucket.startswith("s3://"):
            bucket, _, inside = bucket.removeprefix("s3://").partition("/")
            prefix = prefix or inside
        endpoints = ("S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
        return cls(
            endpoint_url=next((value[name] for name in endpoints if name in value), None),
            bucket=bucket,
            prefix=prefix,
            region=value.get("AWS_REGION") or value.get("AWS_DEFAULT_REGION") or DEFAULT_REGION,
            access_key=value.get("AWS_ACCESS_KEY_ID"),
            secret_key=value.get("AWS_SECRET_ACCESS_KEY"),
            session_token=value.get("AWS_SESSION_TOKEN"),
        )

    @property
    def uri(self) -> str:
        """s3://bucket/prefix, as a person would write it."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def where(self) -> str:
        """The bucket and its endpoint, for messages; never credentials."""
        return f"{self.uri} at {self.endpoint_url}" if self.endpoint_url else self.uri

    @property
    def tag(self) -> str:
        """Twelve hex digits that name this bucket in local folders; the same for every run that writes it."""
        whole = f"{self.label or self.endpoint_url or 'aws'}\n{self.bucket}\n{self.prefix}"
        return hashlib.sha256(whole.encode(errors="surrogateescape")).hexdigest()[:12]


def _wrong(happened: str, remedy: str) -> SettingError:
    return SettingError("reading where the bucket is", happened, remedy)
