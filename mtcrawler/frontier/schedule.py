"""How often an article that is known is looked at again: often while it is news, never once it is history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mtcrawler.model.errors import SettingError

SETTINGS: Final = {
    "RECHECK_FIRST_DAY": "first_day",
    "RECHECK_FIRST_WEEK": "first_week",
    "RECHECK_FIRST_MONTH": "first_month",
    "RECHECK_LATER": "later",
    "RECHECK_GONE_AFTER": "gone_after",
}
"""Settings and the fields they set: a time such as 1h, 1d, 7d, or "never"."""

SLACK: Final = 0.9
"""The part of an interval after which an article counts as due: a daily run is never exactly a day after the last."""

_TIME = re.compile(r"(\d{1,5})\s*([mhdw])\Z")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Schedule:
    """The time between two looks at an article, by its age; None is never. `gone_after` lies between the two looks
    that must miss a page before its article counts as gone.
    """

    first_day: timedelta | None = timedelta(hours=1)
    first_week: timedelta | None = timedelta(days=1)
    first_month: timedelta | None = timedelta(weeks=1)
    later: timedelta | None = None
    gone_after: timedelta = timedelta(days=1)

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> Schedule:
        """The schedule that settings describe; None is the default. Raises SettingError."""
        given = {field: _time(name, settings.get(name)) for name, field in SETTINGS.items() if settings.get(name)}
        if given.get("gone_after", timedelta()) is None:
            raise _wrong("RECHECK_GONE_AFTER", "never")
        return cls(**given)  # type: ignore[arg-type] # gone_after is not None here

    def interval(self, age: timedelta) -> timedelta | None:
        """The time between two looks at an article of that age."""
        if age < timedelta(days=1):
            return self.first_day
        if age < timedelta(weeks=1):
            return self.first_week
        return self.first_month if age < timedelta(days=30) else self.later

    def due(self, published: datetime, last: datetime, now: datetime) -> bool:
        """Whether an article of that date that was last looked at then is to be looked at now."""
        interval = self.interval(now - published)
        return interval is not None and now - last >= interval * SLACK

    def missed_twice(self, since: datetime, now: datetime) -> bool:
        """Whether a page that was first missed then and is missed now has been away long enough."""
        return now - since >= self.gone_after * SLACK


def _time(name: str, value: Any) -> timedelta | None:
    if str(value).strip().lower() == "never":
        return None
    found = _TIME.match(str(value).strip().lower())
    if not found:
        raise _wrong(name, str(value))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _wrong(name: str, value: str) -> SettingError:
    return SettingError(f"reading the setting {name}", f"{value!r} is no time", "Write 1h, 1d, 7d, or never.")
