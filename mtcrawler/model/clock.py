"""What time it is: the machine's own time, except where a test lives through a week in a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

ASTRAY = timedelta(days=1)
"""How far ahead of this one another machine's clock may be before what it says is not believed."""
_ahead = timedelta()


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC) + _ahead


def to_come(moment: datetime) -> bool:
    """Whether a moment that was noted as past lies in the future, by more than clocks differ."""
    return moment > now() + ASTRAY


def pretend(moment: datetime) -> None:
    """Let it be that moment now, for this process; time goes on from there at its usual pace."""
    global _ahead  # noqa: PLW0603 - there is one clock in a process
    _ahead = moment - datetime.now(UTC)
