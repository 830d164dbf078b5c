"""What a crawl judges known addresses by, and what it sends to have a page only where that has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mtcrawler.frontier.scope import Scope


@dataclass(frozen=True)
class Terms:
    """What a crawl judges by and is asked for; `judged_by` names its definition and extractor in their present form.

    A page that others found to be no article is looked at again. An article that was out of scope for an earlier crawl
    is fetched again if it is in scope now.
    """

    judged_by: str | None = None
    scope: Scope | None = None

    @property
    def force(self) -> bool:
        """Whether everything in scope is asked for again."""
        return self.scope is not None and self.scope.force


class Validators(NamedTuple):
    """What to send with a request so that a page that is as it was is not sent again."""

    etag: str | None
    last_modified: str | None

    @property
    def headers(self) -> dict[str, str]:
        """As request headers; none where the page came with no validator, or with one that is no header's value."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value and value.isprintable()}
