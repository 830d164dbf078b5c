"""The outcome of a run in one word, with its cause and what to do about it, and the words for its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.model.printable import count
from mtcrawler.runs.outcome.counts import Counts

TOLD: Final = 5
"""Addresses that the last line names."""


class Outcome(StrEnum):
    """What a run came to; the value is what goes into the manifest."""

    DONE = "done"
    FAILED = "failed"
    NOTHING_FOUND = "nothing-found"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    STORAGE = "storage"
    BROWSER = "browser"
    STOPPED = "stopped"
    SESSION_EXPIRED = "session-expired"
    DRIFTED = "drifted"
    BUSY = "busy"
    STALLED = "stalled"

    @property
    def exit_code(self) -> ExitCode:
        """What the process ends with: 0 when all is well, a number of its own for every other ending."""
        return ExitCode[self.name]


@dataclass(frozen=True)
class Addresses:
    """Addresses worth naming: those asked for by name that are not stored, with their fate, some that no pattern
    matches, some that are on none of the site's hosts, and that of each source which could not be read, by its name.
    `next_due` is when the first of the known ones is due.
    """

    not_kept: Mapping[str, str] = field(default_factory=dict)
    unmatched: Sequence[str] = ()
    foreign: Sequence[str] = ()
    next_due: datetime | None = None
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RunResult:
    """The outcome of a run with its cause and what to do about it; no remedy where nothing is wrong."""

    outcome: Outcome
    cause: str
    remedy: str = ""

    @property
    def message(self) -> str:
        """Cause and remedy as one line."""
        return f"{self.cause.rstrip('.')}. {self.remedy}".rstrip()


def unread(counts: Counts, addresses: Addresses) -> str:
    """What sources may have named and nobody read; a source with the address at which it could not be read."""
    names = list(counts.unreadable)
    where = [f"{name} at {addresses.unread[name]}" if name in addresses.unread else name for name in names[:TOLD]]
    more = f" and {len(names) - TOLD} more" if len(names) > TOLD else ""
    failed = f"; {count(len(names), 'source')} could not be read ({', '.join(where)}{more})" if names else ""
    if not names and counts.source_errors:
        failed = f"; requests for sources failed ({listed(counts.source_errors)})"
    return failed + (f"; not read: {listed(counts.cut)}" if counts.cut else "")


def counted(counts: Counts) -> str:
    """The articles of a run, in words."""
    stored = counts.stored
    parts = [f"{stored.new} new", f"{stored.revised} revised", f"{stored.unchanged} unchanged"]
    if counts.duplicates:
        parts.append(count(counts.duplicates, "duplicate"))
    if stored.replaced:
        parts.append(f"{count(stored.replaced, 'unreadable object')} replaced")
    return f"{count(counts.articles, 'article')}: {', '.join(parts)}"


def quiet(counts: Counts, addresses: Addresses) -> str:
    """Why a run that is done gave no article: what is known, and when it is worth looking again."""
    if counts.articles or not (counts.not_due or counts.lists_unchanged):
        return ""
    known = f"{count(counts.not_due, 'address', 'addresses')} known and not due" if counts.not_due else ""
    same = "the sources are as they were" if counts.lists_unchanged else ""
    due = f"the next article is due at {addresses.next_due:%Y-%m-%d %H:%M} UTC" if addresses.next_due else ""
    return f"; nothing is new: {', '.join(filter(None, (known, same, due)))}"


def listed(numbers: dict[str, int]) -> str:
    """How many of what, the most frequent first."""
    return ", ".join(f"{number} × {name}" for name, number in sorted(numbers.items(), key=lambda pair: -pair[1]))


def not_kept(addresses: Addresses) -> str:
    """What was asked for by name and is not stored."""
    told = [f"{url}: {fate}" for url, fate in list(addresses.not_kept.items())[:TOLD]]
    more = f" and {len(addresses.not_kept) - TOLD} more" if len(addresses.not_kept) > TOLD else ""
    return f"; asked for and not stored: {', '.join(told)}{more}" if told else ""
