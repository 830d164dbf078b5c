"""Earlier versions of objects, which some buckets keep: what was deleted or written anew can be read in them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any, Final

from botocore.exceptions import ClientError

from mtcrawler.model.errors import StoreError
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.botocore_clients import botocore_client
from mtcrawler.storage.s3.s3_errors import code_of, translate_errors

LISTED: Final = 1000
"""Versions and marks of deletions of a page of a listing, the most that S3 gives."""
PAGES: Final = 100
"""Pages of a listing that are read: a server may say for ever that more follows."""
UNKNOWN: Final = frozenset({"NotImplemented", "MethodNotAllowed", "501", "405"})
"""How a server answers that does not know the question: it keeps no versions."""


def has_versions(location: Location, prefixes: Iterable[str]) -> bool:
    """Whether the bucket holds an earlier version of an object whose key begins with one of these.

    The latest version does not count: without versioning S3 lists every object as one. Raises StoreError where that
    could not be asked, unless one was found before.
    """
    root = f"{location.prefix}/" if location.prefix else ""
    with (
        translate_errors(location, "asking for earlier versions of objects"),
        closing(botocore_client(location, 1, 2, (3.0, 20.0))) as client,
    ):
        try:
            return any(_is_earlier(client, location, root + prefix) for prefix in prefixes)
        except ClientError as err:
            if code_of(err) in UNKNOWN:
                return False
            raise


def _is_earlier(client: Any, location: Location, prefix: str) -> bool:
    """Whether there is one below this prefix. What hides it, the mark of a deletion, is listed before it."""
    pages = client.get_paginator("list_object_versions").paginate(
        Bucket=location.bucket, Prefix=prefix, PaginationConfig={"PageSize": LISTED}
    )
    for number, page in enumerate(pages):
        if any(not version.get("IsLatest", True) for version in page.get("Versions", ())):
            return True
        if number == PAGES:
            raise StoreError(
                f"asking for earlier versions of objects in {location.where}",
                f"their listing goes on after {PAGES} pages",
                "See the S3 server's documentation.",
            )
    return False
