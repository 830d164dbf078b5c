"""Many small objects, one after the other: the same GET as the client's, at a third of boto3's work for each."""

from __future__ import annotations

import ssl
import threading
from http.client import HTTPException
from typing import Final
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3 import certificates
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.s3.proxies import is_proxied

TIMEOUT: Final = 20.0
"""Seconds without a byte."""


class BulkReader:
    """An ObjectReader (`storage.port`) with one connection a thread, which stays open. Whatever is not a whole 200 is
    asked for again by way of the client, which tells what is wrong with it.

    Quick only for an endpoint of its own with credentials given and no proxy on the way; for others (AWS with its
    regions and roles) each object is read by the client. `connections` is the number of threads that share it.
    """

    def __init__(self, location: Location, *, connections: int) -> None:
        self._client = Client(location, connections=connections)
        endpoint = location.endpoint_url
        self._direct = bool(endpoint and location.access_key and not is_proxied(endpoint))
        self._endpoint = urlsplit(location.endpoint_url or "")
        prefix = f"{location.prefix}/" if location.prefix else ""
        self._root = f"{self._endpoint.path.rstrip('/')}/{location.bucket}/{prefix}"
        keys = Credentials(location.access_key or "", location.secret_key or "", location.session_token)
        self._context = _context(self._endpoint.scheme) if self._direct else None
        self._direct = self._direct and (self._context is not None or self._endpoint.scheme == "http")
        self._signer = S3SigV4Auth(keys, "s3", location.region)
        self._local = threading.local()
        self._opened: list[HTTPConnection] = []

    def close(self) -> None:
        """Close the connections."""
        for connection in self._opened:
            connection.close()
        self._client.close()

    def get(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none. Raises StoreError."""
        if self._direct and (body := self._quickly(key)) is not None:
            return body
        stored = self._client.get(key)
        return stored.body if stored else None

    def _quickly(self, key: str) -> bytes | None:
        path = quote(self._root + key, safe="/-_.~")
        request = AWSRequest("GET", f"{self._endpoint.scheme}://{self._endpoint.netloc}{path}")
        self._signer.add_auth(request)
        connection = self._connection()
        try:
            # Not by way of urllib3's pool, which looks at more than is needed here and costs a sixth of a request.
            if not connection.is_connected:  # never opened, hung up on, or with more in it than the last answer
                connection.close()
            headers = dict(request.headers.items())
            connection.request("GET", path, headers=headers, preload_content=False, decode_content=False)
            answer = connection.getresponse()
            length = answer.length_remaining
            if answer.status == 200 and length is not None and length <= most(key):
                return answer.read()  # a body shorter than its stated length is an error
        except (HTTPError, HTTPException, OSError) as err:
            if certificates.reason(err) is not None:  # nor will it be believed the next time; the client says why
                self._direct = False
        connection.close()  # the next request opens it again
        return None

    def _connection(self) -> HTTPConnection:
        found: HTTPConnection | None = getattr(self._local, "connection", None)
        if found is None:
            host, port = self._endpoint.hostname or "", self._endpoint.port
            if self._endpoint.scheme == "https":
                found = HTTPSConnection(host, port, timeout=TIMEOUT, ssl_context=self._context)
            else:
                found = HTTPConnection(host, port, timeout=TIMEOUT)
            self._local.connection = found
            self._opened.append(found)
        return found


def _context(scheme: str) -> ssl.SSLContext | None:
    """What the client believes too; None where no TLS is spoken, or the bundle cannot be read: the client says so."""
    try:
        return certificates.context(certificates.bundle()) if scheme == "https" else None
    except OSError:
        return None
