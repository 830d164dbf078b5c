"""Many small objects, one after the other: the same GET as the client's, at less than half of boto3's work for each."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlsplit

import urllib3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib3.exceptions import HTTPError

from mtcrawler.storage.limits import most
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client

TIMEOUT: Final = urllib3.Timeout(connect=3.0, read=20.0)


class BulkReader:
    """An ObjectReader (`storage.port`): reads over pooled connections; whatever is not a whole 200 is asked for again
    by way of the client, which tells what is wrong with it.

    Quick only for an endpoint of its own with credentials given; for others (AWS with its regions and roles) each
    object is read by the client. `connections` is the number of threads that share it.
    """

    def __init__(self, location: Location, *, connections: int) -> None:
        self._client = Client(location, connections=connections)
        self._pool: urllib3.HTTPConnectionPool | None = None
        if location.endpoint_url and location.access_key and location.secret_key:
            endpoint = urlsplit(location.endpoint_url)
            prefix = f"{location.prefix}/" if location.prefix else ""
            self._host = f"{endpoint.scheme}://{endpoint.netloc}"
            self._root = f"{endpoint.path.rstrip('/')}/{location.bucket}/{prefix}"
            keys = Credentials(location.access_key, location.secret_key, location.session_token)
            self._signer = S3SigV4Auth(keys, "s3", location.region)
            self._pool = urllib3.connection_from_url(self._host, maxsize=connections, timeout=TIMEOUT, retries=False)

    def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.close()
        self._client.close()

    def get(self, key: str) -> bytes | None:
        """The object's bytes, or None where there is none. Raises StoreError."""
        if self._pool is not None and (body := self._quickly(self._pool, key)) is not None:
            return body
        stored = self._client.get(key)
        return stored.body if stored else None

    def _quickly(self, pool: urllib3.HTTPConnectionPool, key: str) -> bytes | None:
        path, limit = quote(self._root + key, safe="/-_.~"), most(key)
        request = AWSRequest("GET", self._host + path)
        self._signer.add_auth(request)
        try:
            answer = pool.urlopen(
                "GET",
                path,
                headers=dict(request.headers.items()),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                length = answer.length_remaining
                if answer.status == 200 and length is not None and length <= limit:
                    return answer.read()  # a body shorter than its stated length is an error
                answer.close()
            finally:
                answer.release_conn()
        except (HTTPError, OSError):
            pass
        return None
