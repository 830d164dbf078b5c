"""Earlier versions of objects, which some buckets keep: what was deleted or written anew can be read in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.botocore_clients import botocore_client

LISTED: Final = 10
"""Versions that are listed: the mark of a deletion comes before what it hides."""


def has_versions(location: Location, prefixes: Iterable[str]) -> bool:
    """Whether the bucket holds any version of an object whose key begins so; for keys that were deleted.

    False as well where the server does not know the question, or the credentials may not ask it.
    """
    client = botocore_client(location, 1, 2, (3.0, 20.0))
    root = f"{location.prefix}/" if location.prefix else ""
    try:
        return any(
            client.list_object_versions(Bucket=location.bucket, Prefix=root + prefix, MaxKeys=LISTED).get("Versions")
            for prefix in prefixes
        )
    except (BotoCoreError, ClientError):
        return False
    finally:
        client.close()
