"""What happened to an article: one line of the change feed."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from mtcrawler import clock
from mtcrawler.article import Article
from mtcrawler.identity.substance import substance

ChangeKind = Literal["new", "revised", "duplicate", "gone", "walled"]


class Change(BaseModel):
    """One line of the feed.

    `key` is where the article lies (for a duplicate, the article it duplicates), relative to the prefix; `url` is
    the address it was fetched from; `substance` is the hash of all that counts as an edit; `at` is when the line was
    written, `fetched_at` when the page was. `signature` is what near-duplicates are found by (identity.signatures),
    `cluster_id` the group of near-duplicates. Fields of a later minor version are left out when read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    change: ChangeKind
    id: str
    canonical_url: str
    site: str
    key: str | None = None
    revision: int | None = None
    content_hash: str | None = None
    published_at: AwareDatetime | None = None
    headline: str | None = None
    at: AwareDatetime
    run_id: str
    duplicate_of: str | None = None
    substance: str | None = None
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: AwareDatetime | None = None
    cluster_id: str | None = None
    signature: str | None = None

    @classmethod
    def of(
        cls,
        change: ChangeKind,
        article: Article,
        *,
        key: str | None,
        run_id: str,
        duplicate_of: str | None = None,
        signature: str | None = None,
    ) -> Change:
        """The line that tells what happened to this article now."""
        return cls(
            change=change,
            id=article.id,
            canonical_url=article.canonical_url,
            site=article.site,
            key=key,
            revision=article.revision if duplicate_of is None else None,
            content_hash=article.content_hash,
            published_at=article.published_at,
            headline=article.headline,
            at=clock.now(),
            run_id=run_id,
            duplicate_of=duplicate_of,
            substance=substance(article),
            url=article.url,
            etag=article.provenance.etag,
            last_modified=article.provenance.last_modified,
            fetched_at=article.provenance.fetched_at,
            cluster_id=article.cluster_id,
            signature=signature,
        )

    def to_line(self) -> bytes:
        """The change as one line of UTF-8 JSON, line feed included."""
        return self.model_dump_json().encode() + b"\n"


def pack(lines: Iterable[bytes]) -> bytes:
    """Lines as the bytes of a segment; the same lines always give the same bytes."""
    return gzip.compress(b"".join(lines), mtime=0)


def unpack(body: bytes) -> list[Change]:
    """The changes of a segment, in order."""
    return [Change.model_validate_json(line) for line in gzip.decompress(body).splitlines()]
