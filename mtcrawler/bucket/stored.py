"""An article as it lies in the bucket: read back, and walked through its revisions."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from mtcrawler.article import Article
from mtcrawler.bucket.client import Client
from mtcrawler.bucket.layout import revision_folder, revision_key
from mtcrawler.errors import StoreError


def parse(body: bytes, key: str) -> Article:
    """The article in an object's bytes. Raises StoreError, naming the key, where they do not hold to the contract."""
    try:
        return Article.model_validate_json(body)
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise StoreError(
            f"reading {key}",
            f"it is no article of this contract ({place}: {first['msg']})",
            "Update mtcrawler if a newer version wrote it; else restore it from its revisions.",
        ) from err


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
        current = parse(found.body, key) if found else None


def first_revisions(client: Client, site: str, article_id: str) -> Iterator[Article]:
    """What lies under number 1 (one revision, or several where a writer lost a race): it tells an article's key."""
    for key in client.keys(f"{revision_folder(site, article_id)}1-"):
        found = client.get(key)
        if found:
            yield parse(found.body, key)
