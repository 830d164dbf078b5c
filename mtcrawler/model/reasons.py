"""Why a run ends, and why an article is dropped; the values are what is stored and counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

DROPPED: Final = "item_dropped_reasons_count/"
"""How the stats begin in which Scrapy counts dropped articles, by their reason."""


class DropReason(StrEnum):
    """Why a stage drops an article; each is the name of the exception that the stage raises."""

    DUPLICATE = "Duplicate"
    WALLED = "Walled"
    MISSING_FIELD = "MissingField"
    NOT_STORED = "NotStored"


HARMLESS: Final = frozenset({DropReason.DUPLICATE, DropReason.WALLED})
"""Reasons that lose nothing: the article is already there, or was not wanted. Any other reason is a loss."""


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
