"""Moments as publishers write them, read without guessing."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime, tzinfo
from email.utils import parsedate_to_datetime

LONGEST = 100  # characters of a time; the parser of RFC 5322 was written for mail headers, not for a megabyte


def moment(text: str | None, zone: tzinfo | None = None) -> datetime | None:
    """An ISO 8601 or RFC 5322 time with its offset, or None where the text is neither.

    A time without an offset is taken in `zone`; with no zone given it is no moment and gives None.
    """
    if not text or not (text := text.strip()) or len(text) > LONGEST:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
    if not MINYEAR < found.year < MAXYEAR:
        return None  # at the calendar's ends a moment cannot be told in every zone
    if found.tzinfo is None:
        return found.replace(tzinfo=zone) if zone and ":" in text else None
    return found
