"""Why a page is asked for: it may be looked at twice, over plain HTTP and in the browser, and counts once."""

from __future__ import annotations

from enum import Enum
from typing import Final

from scrapy.http import Request

GATES: Final = frozenset({202, 403, 503})
"""What a page that only lets scripts in may answer to plain HTTP."""
GIVEN: Final = frozenset({200, 304})
_META: Final = "look"


class Look(Enum):
    """Which look at a page a request is."""

    ONLY = "only"
    """As the page comes, it is taken."""
    FIRST = "first"
    """Over plain HTTP; the browser may be asked after it."""
    SECOND = "second"
    """In the browser, after plain HTTP gave a page that counts."""
    INSTEAD = "instead"
    """In the browser, after plain HTTP gave none."""
    PART = "part"
    """At a later part of an article, which is stored without it as well; whoever asks for it tells why it lacks."""
    BESIDE = "beside"
    """To compare with, and for nothing else."""

    def counts(self, status: int) -> bool:
        """Whether an answer of this status is the page's own, as the run counts pages."""
        match self:
            case Look.FIRST:
                return status in GIVEN
            case Look.SECOND:
                return status not in GIVEN
            case Look.BESIDE:
                return False
        return True

    def of(self, request: Request) -> Request:
        """The request, marked as this look."""
        request.meta[_META] = self
        return request


def look_of(request: Request | None) -> Look:
    """Which look a request is; whatever is no page of an article is asked for once."""
    look = request.meta.get(_META) if request is not None else None
    return look if isinstance(look, Look) else Look.ONLY
