"""What happened to an article: one line of the change feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from mtcrawler.identity.revision_hash import revision_hash
from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.storage.feed.segments import pack, read
from mtcrawler.storage.layout import read_article_key

__all__ = ["MOST_REVISIONS", "ArticleId", "Change", "ChangeKind", "Moment", "in_utc", "pack", "unpack"]


def in_utc(moment: datetime) -> bool:
    """Whether a moment can be told in UTC, where it has to be of the years 1 to 9999 as well."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _told_in_utc(moment: datetime) -> datetime:
    if not in_utc(moment):
        raise ValueError("it is not of the years 1 to 9999 in UTC")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_told_in_utc)]
"""A moment that can be told in UTC."""


def _of_an_article(key: str) -> str:
    if read_article_key(key) is None:
        raise ValueError("it is no article's key")
    return key


_LABEL: Final = "[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?"
ArticleId = Annotated[str, Field(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""An id as `identity.ids` makes them: a UUID in lower case."""
Host = Annotated[str, Field(max_length=253, pattern=rf"^{_LABEL}(\.{_LABEL})*$")]
"""The host of a canonical address."""
Key = Annotated[str, AfterValidator(_of_an_article)]
"""Where an article lies."""
MOST_REVISIONS: Final = 10**9
"""The most that a revision's number may be; an article has a handful."""
ChangeKind = Literal["new", "revised", "reextracted", "duplicate", "gone", "walled"]
STORED: Final = frozenset({"new", "revised", "reextracted"})
"""Kinds that tell of an article that is stored, as it is from then on; the last two of a next revision."""


class Change(BaseModel):
    """One line of the feed.

    `key` is where the article lies (for a duplicate, the article it duplicates), relative to the prefix; `url` is
    the address it was fetched from; `substance` is the hash of all that counts as an edit; `at` is when the line was
    written, `fetched_at` when the page was. `signature` is what near-duplicates are found by (identity.signatures),
    `cluster_id` the group of near-duplicates. Fields of a later minor version are left out when read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    change: ChangeKind
    id: ArticleId
    canonical_url: str
    site: Host
    key: Key | None = None
    revision: Annotated[int, Field(ge=1, le=MOST_REVISIONS)] | None = None
    content_hash: str | None = None
    published_at: Moment | None = None
    headline: str | None = None
    at: Moment
    run_id: str
    duplicate_of: ArticleId | None = None
    substance: str | None = None
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: Moment | None = None
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
            substance=revision_hash(article),
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


def unpack(body: bytes) -> list[Change]:
    """The changes of a segment, in order. Raises ObjectUnreadable where any line of it cannot be read."""
    changes, wrong = read("a segment", body, Change)
    if wrong is not None:
        raise wrong
    return changes
