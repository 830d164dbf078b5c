"""What time it is: the machine's own time, except where a test lives through a week in a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC) + _ahead


def pretend(moment: datetime) -> None:
    """Let it be that moment now, for this process; time goes on from there at its usual pace."""
    global _ahead  # noqa: PLW0603 - there is one clock in a process
    _ahead = moment - datetime.now(UTC)
