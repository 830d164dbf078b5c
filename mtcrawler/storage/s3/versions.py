"""Earlier versions of objects, which some buckets keep: what was deleted or written anew can be read in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from mtcrawler.model.errors import StoreError
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.botocore_clients import botocore_client
from mtcrawler.storage.s3.s3_errors import code_of, translate_errors

LISTED: Final = 1000
"""Versions and marks of deletions of a page of a listing, the most that S3 gives."""
PAGES: Final = 100
"""Pages of a listing that are read: a server may say for ever that more follows."""
MANY: Final = 8
"""Prefixes in a folder from which on the folder itself is listed first."""
UNKNOWN: Final = frozenset({"NotImplemented", "MethodNotAllowed", "501", "405"})
"""How a server answers that does not know the question: it keeps no versions."""


def has_versions(location: Location, prefixes: Iterable[str]) -> bool:
    """Whether the bucket holds an earlier version of an object whose key begins with one of these.

    The latest version does not count: without versioning S3 lists every object as one. Raises StoreError where that
    could not be asked, unless one was found before.
    """
    root = f"{location.prefix}/" if location.prefix else ""
    folders: dict[str, list[str]] = {}
    for prefix in sorted(set(prefixes)):
        folders.setdefault(f"{root}{prefix[:-1].rpartition('/')[0]}/", []).append(root + prefix)
    with (
        translate_errors(location, "asking for earlier versions of objects"),
        closing(botocore_client(location, 1, 2, (3.0, 20.0))) as client,
    ):
        try:
            return any(_in_folder(client, location, folder, homes) for folder, homes in folders.items())
        except ClientError as err:
            if code_of(err) in UNKNOWN:
                return False
            raise


def _in_folder(client: Any, location: Location, folder: str, homes: list[str]) -> bool:
    """Whether there is an earlier version below one of these prefixes, which are sorted and begin with the folder.

    Many are looked for in one listing of the folder, for as long as a page of it has come by two of them or more: that
    is less than a question for each. The others are asked about one by one.
    """
    if len(homes) >= MANY:
        try:
            for page in _pages(client, location, folder):
                if any(_begins_with(version.get("Key", ""), homes) for version in _earlier(page)):
                    return True
                if not page.get("IsTruncated"):
                    return False
                last = page.get("NextKeyMarker", "")
                ahead = [home for home in homes if home >= last or last.startswith(home)]
                if len(homes) - len(ahead) < 2:
                    break
                homes = ahead
        except (ClientError, BotoCoreError):
            pass  # a folder may be too much for a server; what it says of each prefix counts
    return any(_is_earlier(client, location, home) for home in homes)


def _is_earlier(client: Any, location: Location, prefix: str) -> bool:
    """Whether there is one below this prefix. What hides it, the mark of a deletion, is listed before it."""
    for number, page in enumerate(_pages(client, location, prefix)):
        if any(_earlier(page)):
            return True
        if number == PAGES:
            raise StoreError(
                f"asking for earlier versions of objects in {location.where}",
                f"their listing goes on after {PAGES} pages",
                "See the S3 server's documentation.",
            )
    return False


def _pages(client: Any, location: Location, prefix: str) -> Iterator[dict[str, Any]]:
    pages: Iterable[dict[str, Any]] = client.get_paginator("list_object_versions").paginate(
        Bucket=location.bucket, Prefix=prefix, PaginationConfig={"PageSize": LISTED}
    )
    return iter(pages)


def _earlier(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (version for version in page.get("Versions", ()) if not version.get("IsLatest", True))


def _begins_with(key: str, homes: list[str]) -> bool:
    """Whether the key begins with one of these, which are sorted and none of which begins with another."""
    return key.startswith(homes[max(bisect_right(homes, key) - 1, 0)])
