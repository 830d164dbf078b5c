"""How often an article that is known is looked at again: often while it is news, never once it is history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mtcrawler.config.schema import Settings


SLACK: Final = 0.9
"""The part of an interval after which an article counts as due: a daily run is never exactly a day after the last."""


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
    def of(cls, settings: Settings) -> Schedule:
        """The schedule that the RECHECK_… settings describe."""
        return cls(
            settings.RECHECK_FIRST_DAY,
            settings.RECHECK_FIRST_WEEK,
            settings.RECHECK_FIRST_MONTH,
            settings.RECHECK_LATER,
            settings.RECHECK_GONE_AFTER,
        )

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

    def next(self, published: datetime, last: datetime, now: datetime) -> datetime | None:
        """When an article is due again, now at the earliest; None for never."""
        at = now
        while (interval := self.interval(at - published)) is not None:
            due = max(last + interval * SLACK, at)
            if self.interval(due - published) == interval:
                return due
            at = due  # it is older by then, and looked at less often
        return None

    def missed_twice(self, since: datetime, now: datetime) -> bool:
        """Whether a page that was first missed then and is missed now has been away long enough."""
        return now - since >= self.gone_after * SLACK
