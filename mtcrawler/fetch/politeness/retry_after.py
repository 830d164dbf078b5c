"""How long a host asks to be left alone: its Retry-After, in seconds or as a date (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from scrapy.http import Response

from mtcrawler.model import clock

SECONDS: Final = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
ENDLESS: Final = 10.0**9
"""What a number stands for that is longer than any wait."""


def retry_after(response: Response) -> float | None:
    """Seconds from now; None where nothing is told, or a time that has passed, or what is no time."""
    told = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if SECONDS.fullmatch(told):
        return float(told) or None
    if told.isascii() and told.isdigit():
        return ENDLESS
    until = _moment(told)
    # By the host's own clock, where it tells it: ours may be wrong.
    now = _moment((response.headers.get("Date") or b"").decode("latin-1")) or clock.now()
    return None if until is None or until <= now else (until - now).total_seconds()


def _moment(told: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(told)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
