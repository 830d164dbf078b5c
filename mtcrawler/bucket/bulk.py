"""Many small objects, one after the other: the same GET as everywhere, at a fraction of boto3's work per object."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import threading
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from mtcrawler.bucket.client import Client
from mtcrawler.bucket.location import Location

TIMEOUT: Final = 20.0

_UNSIGNED = "UNSIGNED-PAYLOAD"


class Bulk:
    """Reads objects over connections that stay open, one a thread; whatever is not a plain 200 is boto3's to deal with.

    Only for an endpoint of its own with credentials given; for others (AWS with its regions and roles) `get` is the
    client's. Safe for threads.
    """

    def __init__(self, client: Client, location: Location) -> None:
        self._client, self._location = client, location
        self._direct = bool(location.endpoint_url and location.access_key)
        self._local = threading.local()
        self._opened: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        """Close the connections; the client is the caller's."""
        for connection in self._opened:
            connection.close()

    def get(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none. Raises StoreError."""
        if self._direct:
            body = self._quickly(key)
            if body is not None:
                return body
        stored = self._client.get(key)
        return stored.body if stored else None

    def _quickly(self, key: str) -> bytes | None:
        endpoint = urlsplit(self._location.endpoint_url or "")
        prefix = f"{self._location.prefix}/" if self._location.prefix else ""
        path = quote(f"{endpoint.path.rstrip('/')}/{self._location.bucket}/{prefix}{key}", safe="/-_.~")
        headers = _signed(self._location, endpoint.netloc, path, datetime.now(UTC))
        connection = self._connection(endpoint)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request opens it again
            return None
        return body if answer.status == 200 else None

    def _connection(self, endpoint: SplitResult) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            kind = http.client.HTTPSConnection if endpoint.scheme == "https" else http.client.HTTPConnection
            connection = self._local.connection = kind(endpoint.netloc, timeout=TIMEOUT)
            self._opened.append(connection)
        return connection


def _signed(location: Location, host: str, path: str, now: datetime) -> dict[str, str]:
    """The headers of a GET without a query, signed as AWS's version 4 has it."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    headers = {"host": host, "x-amz-content-sha256": _UNSIGNED, "x-amz-date": stamp}
    if location.session_token:
        headers["x-amz-security-token"] = location.session_token
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = hashlib.sha256(f"GET\n{path}\n\n{lines}\n{names}\n{_UNSIGNED}".encode()).hexdigest()
    scope = f"{stamp[:8]}/{location.region}/s3/aws4_request"
    key = _key_of_day(location.secret_key or "", scope)
    signature = hmac.digest(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{request}".encode(), "sha256").hex()
    credential = f"Credential={location.access_key}/{scope}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders={names}, Signature={signature}"
    return headers


@lru_cache(maxsize=8)
def _key_of_day(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
