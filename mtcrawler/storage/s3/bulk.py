"""Many small objects, one after the other: the same GET as everywhere, at a fraction of boto3's work per object."""

from __future__ import annotations

import hashlib
import hmac
import re
import socket
import ssl
import sys
import threading
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client

TIMEOUT: Final = 20.0
RECEIVED: Final = 1 << 16
"""Bytes at a time; also the most that the head of an answer may have."""

_END: Final = b"\r\n\r\n"
_OK: Final = re.compile(rb"http/1\.1 200[ \r]")
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d{1,18}) *(?:\r|\Z)")

_UNSIGNED = "UNSIGNED-PAYLOAD"


class Bulk:
    """Reads objects over connections that stay open, one a thread; whatever is not a plain 200 is boto3's to deal with.

    Only for an endpoint of its own with credentials given; for others (AWS with its regions and roles) `get` is the
    client's. Safe for threads.
    """

    def __init__(self, client: Client, location: Location) -> None:
        self._client, self._location = client, location
        self._direct = bool(location.endpoint_url and location.access_key)
        self._endpoint = urlsplit(location.endpoint_url or "")
        prefix = f"{location.prefix}/" if location.prefix else ""
        self._root = f"{self._endpoint.path.rstrip('/')}/{location.bucket}/{prefix}"
        self._local = threading.local()
        self._opened: list[_Connection] = []

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
        path = quote(self._root + key, safe="/-_.~")
        headers = _signed(self._location, self._endpoint.netloc, path, datetime.now(UTC))
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _Connection(self._endpoint)
            self._opened.append(connection)
        try:
            return connection.get(path, headers, most(key))
        except OSError:
            connection.close()  # the next request opens it again
            return None


class _Connection:
    """A line to the endpoint. It takes one form of answer, a 200 that says its length, and is closed after any other:
    http.client reads them all, at more than twice the work.
    """

    def __init__(self, endpoint: SplitResult) -> None:
        self._endpoint = endpoint
        self._socket: socket.socket | None = None

    def close(self) -> None:
        """Hang up; asking again opens it anew."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def get(self, path: str, headers: dict[str, str], limit: int = sys.maxsize) -> bytes | None:
        """The body of the answer, or None where it is none that we take, or larger than the limit. Raises OSError."""
        line = self._socket = self._socket or self._open()
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        line.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        answer = line.recv(RECEIVED)
        while (end := answer.find(_END)) < 0 and (more := line.recv(RECEIVED) if len(answer) < RECEIVED else b""):
            answer += more
        head = answer[:end].lower()
        length = _LENGTH.search(head)
        if (
            end < 0
            or not _OK.match(head)
            or b"\r\ntransfer-encoding:" in head
            or length is None
            or int(length[1]) > limit
        ):
            self.close()
            return None
        parts, missing = [answer[end + len(_END) :]], int(length[1]) - (len(answer) - end - len(_END))
        while missing > 0 and (more := line.recv(RECEIVED)):
            parts.append(more)
            missing -= len(more)
        if missing or b"\r\nconnection: close" in head:
            self.close()
        return None if missing else b"".join(parts)

    def _open(self) -> socket.socket:
        secure = self._endpoint.scheme == "https"
        port = self._endpoint.port or (443 if secure else 80)
        line = socket.create_connection((self._endpoint.hostname, port), timeout=TIMEOUT)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            return line
        return ssl.create_default_context().wrap_socket(line, server_hostname=self._endpoint.hostname)


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
