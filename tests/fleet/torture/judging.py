"""What must hold of a tortured fleet, judged from what its visits wrote down and from its database's record."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

DYING: Final = 0.2
"""Seconds by which a process may have ended before that was seen."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """One law: what was found, and the most that is allowed."""

    law: str
    found: float
    most: float
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was kept; what was never measured was not."""
        return self.found <= self.most

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "DOES NOT HOLD"
        return f"{verdict:15}{self.law}: {self.found:.4g}{self.unit} (at most {self.most:g}{self.unit})"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened at a site: begin, end or abandon, in which process, and when, in seconds since 1970.

    `part` is the slice of its back-fill, or "" where it is a visit.
    """

    what: str
    site: str
    part: str
    process: int
    at: float


def events_in(lines: Iterable[str]) -> list[Event]:
    """What the stand-ins wrote down, in order."""
    told = (line.split() for line in lines)
    return [Event(what, *_parts(site), int(process), float(at)) for what, site, process, at in told]


def overlaps(events: Iterable[Event], dead: Mapping[int, float], drops: Sequence[float]) -> list[str]:
    """The visits of a site that began while another was under way in a process that lived, in words.

    `dead` is when processes ended. Visits that were under way when the database was dropped do not count: of them a new
    one knows nothing, and the lease in the bucket decides.
    """
    found = list[str]()
    for site, told in _by_site(events):
        under_way: dict[int, float] = {}
        for event in told:
            if event.what == "begin":
                found += [
                    f"{site} at {event.at:.1f}, under way since {begun:.1f}"
                    for process, begun in under_way.items()
                    if dead.get(process, math.inf) > event.at + DYING and not _between(drops, begun, event.at)
                ]
                under_way = {event.process: event.at}
            else:
                under_way.pop(event.process, None)
    return found


def doubled(events: Iterable[Event], least: float, drops: Sequence[float]) -> int:
    """How many visits that were done were done again before their site could be due, and how many slices twice.

    A back-fill begins anew with a database that was dropped.
    """
    found = 0
    for _, told in _by_site(events):
        ended, slices = -math.inf, set[tuple[str, int]]()
        for event in told:
            if event.part and event.what == "end":
                done = event.part, sum(drop < event.at for drop in drops)
                found += done in slices
                slices.add(done)
            elif event.what == "begin" and not event.part:
                found += event.at - ended < least
            elif event.what == "end":
                ended = event.at
    return found


def held(events: Iterable[Event], dead: Mapping[int, float]) -> float:
    """The longest that a visit held its place, in seconds."""
    longest, begun = 0.0, dict[tuple[str, int], float]()
    for event in events:
        key = event.site, event.process
        if event.what == "begin":
            begun[key] = event.at
        elif key in begun:
            longest = max(longest, event.at - begun.pop(key))
    left = [dead[process] - since for (_, process), since in begun.items() if process in dead]
    return max(longest, *left, 0.0)


def begins(events: Iterable[Event], site: str, drops: Sequence[float]) -> int:
    """How often a site was visited, at most, between two drops of the database."""
    found = [event.at for event in events if event.what == "begin" and event.site == site]
    edges = [-math.inf, *drops, math.inf]
    return max(sum(since <= at < until for at in found) for since, until in pairwise(edges))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them does not pass; not a number where there are none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else math.nan


def _by_site(events: Iterable[Event]) -> Iterator[tuple[str, list[Event]]]:
    found = defaultdict[str, list[Event]](list)
    for event in events:
        found[event.site].append(event)
    yield from found.items()


def _between(drops: Sequence[float], begun: float, now: float) -> bool:
    return any(begun <= drop <= now for drop in drops)


def _parts(name: str) -> tuple[str, str]:
    site, _, part = name.partition("/")
    return site, part
