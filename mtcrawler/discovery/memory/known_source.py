"""What is kept of a source that was read whole: its validators, and what it names that is not stored."""

from __future__ import annotations

from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from pydantic import AwareDatetime
from scrapy.http import Response

from mtcrawler import __version__
from mtcrawler.frontier.terms import Validators
from mtcrawler.model.article import Model

STRONG: Final = timedelta(seconds=1)
"""A source that changed less than this before it was sent may have changed again with the same Last-Modified."""
LONGEST: Final = 500
"""Characters of a validator."""
OK: Final = 200


class NamedAddress(Model):
    """An address that a source names, with what it says of it."""

    url: str
    source: str
    published: AwareDatetime | None = None
    lastmod: AwareDatetime | None = None
    sure: bool = False


class KnownSource(Model):
    """A source that was read whole `at` that moment, and all of whose articles since `since` are stored.

    `sources` are the names that it goes by, each with the number of articles that it was counted to list; `again` are
    the addresses that it names and that have no article of their own; `oldest` is the earliest day that it tells;
    `sure` are addresses of articles that teach how these look, on a site without a definition.
    """

    etag: str | None = None
    last_modified: str | None = None
    at: AwareDatetime
    since: date
    sources: dict[str, int] = {}
    again: list[NamedAddress] = []
    oldest: date | None = None
    sure: list[str] = []

    @property
    def validators(self) -> Validators:
        """What to ask with."""
        return Validators(self.etag, self.last_modified)


class SourcesNote(Model):
    """What is kept of a site: its sources by their addresses, read by a definition and a program in that form."""

    read_by: str
    sources: dict[str, KnownSource] = {}


def read_by(judged_by: str | None) -> str:
    """The name of a definition with its extractor, and of a program, in their present form."""
    return f"{judged_by} of mtcrawler {__version__}"


def validators_of(response: Response) -> Validators:
    """The validators that a source came with; a Last-Modified alone only where it tells each change from the last."""
    said = {
        name: (response.headers.get(name) or b"").decode("latin-1").strip()
        for name in ("ETag", "Last-Modified", "Date")
    }
    usable = {name: value if value.isprintable() and len(value) <= LONGEST else "" for name, value in said.items()}
    if response.status != OK:
        return Validators(None, None)
    if not usable["ETag"]:
        try:
            strong = parsedate_to_datetime(usable["Date"]) - parsedate_to_datetime(usable["Last-Modified"]) > STRONG
        except (TypeError, ValueError, OverflowError):
            strong = False
        usable["Last-Modified"] = usable["Last-Modified"] if strong else ""
    return Validators(usable["ETag"] or None, usable["Last-Modified"] or None)
