"""Clients of botocore, which is what boto3 is made of, without what of boto3 nobody asks for here."""

from __future__ import annotations

from threading import Lock
from typing import Any, Final

from botocore.config import Config
from botocore.handlers import add_expect_header
from botocore.loaders import create_loader
from botocore.session import Session

from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.listings import keys_alone
from mtcrawler.storage.s3.proxies import proxies_for
from mtcrawler.storage.s3.throttling import waiting

# Reading what S3 is from botocore's files takes most of the time to make a client; once is enough.
_LOADER: Final = create_loader()
_SHARED: Final[list[Session]] = []
"""The session that makes the clients of locations with credentials of their own: it looks for none."""
_MAKING: Final = Lock()
"""Held while a client is made: botocore's sessions are not for threads."""


def botocore_client(location: Location, connections: int, attempts: int, timeouts: tuple[float, float]) -> Any:
    """A client for a location, as `Client` takes it; `timeouts` are those to connect and to read, in seconds.

    Raises what botocore raises.
    """
    config = Config(
        max_pool_connections=connections,
        connect_timeout=timeouts[0],
        read_timeout=timeouts[1],
        # The standard mode waits with jitter between attempts.
        retries={"mode": "standard", "total_max_attempts": attempts},
        proxies=proxies_for(location.endpoint_url) if location.endpoint_url else None,
        # Only AWS has a host name for every bucket.
        s3={"addressing_style": "path" if location.endpoint_url else "auto"},
        # Trailing checksums are refused by many look-alikes; Content-MD5 is understood by all.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    with _MAKING:
        client: Any = _session_for(location).create_client(
            "s3",
            region_name=location.region,
            endpoint_url=location.endpoint_url,
            aws_access_key_id=location.access_key,
            aws_secret_access_key=location.secret_key,
            aws_session_token=location.session_token,
            config=config,
        )
    client.meta.events.register("needs-retry.s3", waiting(attempts))
    # Asking first whether a few kilobytes are wanted costs more than sending them.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    client.meta.events.register("before-parse.s3.ListObjectsV2", keys_alone)
    return client


def _session_for(location: Location) -> Session:
    """A session of botocore: a new one where credentials are to be looked for, as these may change."""
    own = bool(location.access_key and location.secret_key)
    if own and _SHARED:
        return _SHARED[0]
    session = Session()
    session.register_component("data_loader", _LOADER)
    # A listing says of each key when it was written, and reading that takes longer than all the rest of it.
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=lambda moment: moment)
    if own:
        _SHARED.append(session)
    return session
