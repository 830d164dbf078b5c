"""What a store can do: the schema published, conditional writes tried."""

from __future__ import annotations

import json

from mtcrawler.model.article import json_schema
from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.storage.layout import SCHEMA_KEY
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.s3.s3_errors import Changed

WRONG_ETAG = '"00000000000000000000000000000000"'
TRIES = 5


def schema_bytes() -> bytes:
    """The JSON Schema of a stored article as it is published: UTF-8 JSON, two-space indent, a final newline."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False).encode() + b"\n"


def learn(client: Client) -> bool:
    """Publish the schema and learn, by writing the same schema again, whether conditional writes hold.

    Sets `client.conditional` and returns it. The probe leaves no trace: whatever the server makes of a condition,
    what it writes is what was there. Raises BucketMissing, StoreRefused or StoreUnreachable.
    """
    client.conditional = True
    client.check()
    _publish(client)
    client.conditional = _refuses(client, if_absent=True) and _refuses(client, if_etag=WRONG_ETAG) and _accepts(client)
    return client.conditional


def _publish(client: Client) -> None:
    try:
        stored = client.get(SCHEMA_KEY)
    except ObjectUnreadable as err:  # what is far too large is no schema
        client.left_out(err)
        stored = None
    if stored is None or stored.body != schema_bytes():
        client.put(SCHEMA_KEY, schema_bytes())


def _refuses(client: Client, *, if_absent: bool = False, if_etag: str | None = None) -> bool:
    try:
        client.put(SCHEMA_KEY, schema_bytes(), if_absent=if_absent, if_etag=if_etag)
    except Changed:
        return True
    except StoreError as err:
        if not_implemented(err):
            return False
        raise
    return False


def _accepts(client: Client) -> bool:
    for _ in range(TRIES):  # another crawler may be publishing at this moment
        stored = client.get(SCHEMA_KEY)
        try:
            client.put(SCHEMA_KEY, schema_bytes(), if_etag=stored.etag if stored else WRONG_ETAG)
        except Changed:
            continue
        except StoreError as err:
            if not_implemented(err):
                return False
            raise
        return True
    return False


def not_implemented(err: StoreError) -> bool:
    """Whether the server says of itself that it knows no conditions (501, or a header it does not take)."""
    return any(word in err.happened for word in ("NotImplemented", "InvalidArgument", "InvalidRequest", "501"))
