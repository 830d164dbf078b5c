"""What is kept of a site for a glance: what to ask its sources with, and until when nothing else is to be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field

from mtcrawler.frontier.terms import Validators
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model import clock
from mtcrawler.model.article import Model

TRUSTED: Final = timedelta(hours=6)
"""How long a site is believed that a source has not changed; then it is read whole, whatever the site says."""
FRESH: Final = timedelta(hours=1)
"""How long a robots.txt that was read holds for glances; then it is asked for first."""
MOST: Final = 50
"""Sources of a site that a glance asks, one after the other; a site of more is crawled."""


def _address(text: str) -> str:
    origin_of(text)
    return text


def _origin(text: str) -> str:
    if origin_of(text) != text:
        raise ValueError("it is no origin")
    return text


Address = Annotated[str, AfterValidator(_address)]
"""One that can be taken apart: a note lies in the bucket, and whatever it holds, the site can be visited."""
Origin = Annotated[str, AfterValidator(_origin)]


class GlancedSource(Model):
    """A source by its address, with the validators of its last answer, and how many articles it was counted to list
    under each of its names.
    """

    url: Address
    etag: str | None = None
    last_modified: str | None = None
    sources: dict[str, int] = {}

    @property
    def validators(self) -> Validators:
        """What to ask with."""
        return Validators(self.etag, self.last_modified)


class GlancedHost(Model):
    """The robots.txt of an origin as it was read `at` that moment: the SHA-256 of its bytes, of none where there is no
    file, and the seconds between two requests that hold by it.
    """

    at: AwareDatetime
    rules: str
    delay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class GlancedSources(Model):
    """All sources that a run asked. Until the moment `until` a run would do nothing but ask them, as long as none of
    them has changed; `next_due` is when the first known article is due.
    """

    until: AwareDatetime
    next_due: AwareDatetime | None = None
    sources: Annotated[list[GlancedSource], Field(max_length=MOST)]


class GlanceNote(GlancedSources):
    """What a visit left that was whole and well: its definition and program (`read_by`), and its arguments and settings
    (`asked`, a hash), with which it has to be repeated to find the same.
    """

    read_by: str
    asked: str
    at: AwareDatetime
    hosts: dict[Origin, GlancedHost]

    @property
    def holds(self) -> bool:
        """Whether a glance may still rely on it."""
        now = clock.now()
        return abs(now - self.at) < TRUSTED and now < self.until  # clocks of machines differ
