"""An article as it lies in the bucket: read back, and walked through its revisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from mtcrawler.article import SCHEMA_VERSION, Article
from mtcrawler.bucket.client import Client
from mtcrawler.bucket.layout import revision_folder, revision_key
from mtcrawler.errors import StoreError


def parse(body: bytes, key: str, *, lenient: bool = False) -> Article:
    """The article in an object's bytes; for those who only read, `lenient`: what a later minor version added is left
    out. (A writer must not: it would take those fields away.)

    Raises StoreError, naming the key, where they do not hold to the contract.
    """
    try:
        return Article.model_validate_json(body)
    except ValidationError as err:
        later = _of_later_version(body) if lenient else None
        if later is not None:
            return later
        first = err.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise StoreError(
            f"reading {key}",
            f"it is no article of this contract ({place}: {first['msg']})",
            "Update mtcrawler if a newer version wrote it; else restore it from its revisions.",
        ) from err


def _of_later_version(body: bytes) -> Article | None:
    """The article as far as it is known here, where it says that it is of a later minor version of this contract."""
    try:
        said: Any = json.loads(body)
        major, _, minor = str(said["schema_version"]).partition(".")
        ours = SCHEMA_VERSION.partition(".")
        if major != ours[0] or int(minor) <= int(ours[2]):
            return None
        return Article.model_validate({**said, "schema_version": SCHEMA_VERSION}, extra="ignore")
    except (ValueError, TypeError, KeyError):
        return None


def past(client: Client, article: Article) -> Iterator[Article]:
    """The article's revisions from this one back to the first, along `previous_hash`.

    The chain, not the listing, says which revisions count: a writer that lost a race may have left another object
    under a number. Ends early where a revision is missing.
    """
    current: Article | None = article
    while current is not None:
        yield current
        if current.previous_hash is None:
            return
        key = revision_key(current.site, current.id, current.revision - 1, current.previous_hash)
        found = client.get(key)
        current = parse(found.body, key, lenient=True) if found else None


def first_revisions(client: Client, site: str, article_id: str) -> Iterator[Article]:
    """What lies under number 1 (one revision, or several where a writer lost a race): it tells an article's key."""
    for key in client.keys(f"{revision_folder(site, article_id)}1-"):
        found = client.get(key)
        if found:
            yield parse(found.body, key, lenient=True)
