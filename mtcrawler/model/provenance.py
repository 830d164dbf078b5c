"""How an article came to us, and where each of its fields came from."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

FieldSource = Literal["declared", "site", "learned", "model", "guess"]
"""`declared` in structured data of the page, by a selector of the `site`'s definition, by a path that was `learned`, by
a `model`, or by a `guess` that fits most newspapers."""


class Provenance(BaseModel):
    """How the article came to us. `fields` says where each field came from, where the extractor knows.

    `confidence`, from 0 to 1, is how sure the extractor is that text and headline are this article's, whole and alone;
    null from an extractor that has no measure of it. `snapshot` is where the page as it was read is kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    run_id: str
    crawler_version: str
    fetched_at: AwareDatetime
    discovered_via: str
    rendered: Literal["http", "browser"]
    status: int
    etag: str | None = None
    last_modified: str | None = None
    extractor: str
    snapshot: str | None = None
    fields: dict[str, FieldSource] = {}
    confidence: float | None = Field(default=None, ge=0, le=1)
