"""Why a run ends, why an article is dropped, what became of an address; the values are what is stored and counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

MISSING_STATUSES: Final = frozenset({404, 410})
"""Answers that say that there is no such page, which is no failure of the run that asked for it."""

DROPPED: Final = "item_dropped_reasons_count/"
"""How the stats begin in which Scrapy counts dropped articles, by their reason."""


class DropReason(StrEnum):
    """Why a stage drops an article; each is the name of the exception that the stage raises."""

    DUPLICATE = "Duplicate"
    WALLED = "Walled"
    MISSING_FIELD = "MissingField"
    NOT_STORED = "NotStored"
    REMOVED = "Removed"


HARMLESS: Final = frozenset({DropReason.DUPLICATE, DropReason.WALLED, DropReason.REMOVED})
"""Reasons that lose nothing: the article is there, is not wanted, or was taken out on request. Any other is a loss."""


class Fate(StrEnum):
    """What became of an address that a run found. A failure that is not listed here goes by the name of its error."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    SPOOLED = "spooled"
    DUPLICATE = "duplicate"
    ALTERNATE = "alternate"
    NOT_DUE = "not due"
    NOT_MODIFIED = "not modified"
    MISSING = "missing"
    NOT_ARTICLE = "not an article"
    OUT_OF_SCOPE = "out of scope"
    ELSEWHERE = "elsewhere"
    DISALLOWED = "disallowed"
    WALLED = "walled"
    METER = "meter reached"
    OVER_LIMIT = "over limit"
    NOT_REACHED = "not reached"
    UNLIKELY = "unlikely"
    REMOVED = "removed"
    BLOCKED = "blocked"
    LOGIN = "login page"
    CONSENT = "consent page"
    MAINTENANCE = "maintenance page"
    REDIRECT_LOOP = "redirect loop"
    ODD_ANSWER = "odd answer"
    NOT_COMPARED = "not compared"
    UNACCOUNTED = "unaccounted"


KEPT: Final = frozenset(
    {
        Fate.NEW,
        Fate.REVISED,
        Fate.UNCHANGED,
        Fate.SPOOLED,
        Fate.DUPLICATE,
        Fate.ALTERNATE,
        Fate.NOT_DUE,
        Fate.NOT_MODIFIED,
    }
)
"""Fates of addresses whose article is in the bucket, or waits on disk."""

NOT_LOST: Final = KEPT | {Fate.OUT_OF_SCOPE, Fate.OVER_LIMIT, Fate.NOT_REACHED}
"""What becomes of addresses that nothing is wrong with where a site is only looked at."""


class CloseReason(StrEnum):
    """Why a spider is closed: Scrapy's own reasons, and ours."""

    FINISHED = "finished"
    ITEM_COUNT = "closespider_itemcount"
    PAGE_COUNT = "closespider_pagecount"
    SHUTDOWN = "shutdown"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    STALLED = "stalled"
    OVERTAKEN = "overtaken"
