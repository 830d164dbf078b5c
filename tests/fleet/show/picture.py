"""The picture of a fleet's run: visits over time, how late each was, workers coming and going."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

SECOND: Final = timedelta(seconds=1)
XOf = Callable[[datetime], float]
"""Where a moment is in the picture."""
WIDTH: Final = 960
LEFT: Final = 70
BAND: Final = 150
"""Pixels of height that each of the charts takes."""
ROW: Final = 18
"""Pixels of height of a worker's line."""
BAR: Final = 5
"""Seconds that a bar stands for."""
STYLE: Final = """
text { font-family: system-ui, sans-serif; font-size: 12px; fill: #1f2937 }
.small { font-size: 11px; fill: #4b5563 }
.line { stroke: #d1d5db }
.bar { fill: #60a5fa }
.late { fill: #2563eb; fill-opacity: 0.5 }
.worker { stroke: #16a34a; stroke-width: 8 }
.killed { fill: #dc2626 }
.away { fill: #fecaca; fill-opacity: 0.6 }
"""


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit: when it began, and how many seconds that was after its site was due."""

    started: datetime
    late: float


@dataclass(frozen=True, slots=True)
class Worked:
    """A worker process: from when until when, and whether it was killed."""

    pid: int
    begun: datetime
    ended: datetime
    killed: bool


def drawn(
    title: str,
    began: datetime,
    ended: datetime,
    visits: Sequence[Visited],
    workers: Sequence[Worked],
    away: Sequence[tuple[datetime, datetime]],
) -> str:
    """The picture as SVG; `away` are the times in which the database was."""
    seconds = max((ended - began).total_seconds(), 1.0)
    height = 60 + 2 * BAND + ROW * len(workers) + 60

    def x(moment: datetime) -> float:
        return LEFT + (WIDTH - LEFT - 20) * min(max((moment - began).total_seconds() / seconds, 0), 1)

    def parts() -> Iterator[str]:
        yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"><style>{STYLE}</style>'
        yield f'<rect width="{WIDTH}" height="{height}" fill="white"/><text x="20" y="26">{escape(title)}</text>'
        for since, until in away:
            wide = x(until) - x(since)
            yield f'<rect class="away" x="{x(since):.1f}" y="40" width="{wide:.1f}" height="{height - 80}"/>'
        yield from _bars(visits, began, x_of=x)
        yield from _lateness(visits, x_of=x)
        top = 60 + 2 * BAND + 20
        yield f'<text class="small" x="8" y="{top}">workers</text>'
        for place, worker in enumerate(workers):
            y = top + ROW * place
            yield f'<line class="worker" x1="{x(worker.begun):.1f}" x2="{x(worker.ended):.1f}" y1="{y}" y2="{y}"/>'
            if worker.killed:
                yield f'<circle class="killed" cx="{x(worker.ended):.1f}" cy="{y}" r="6"/>'
        told = f"0 to {seconds:.0f} s. Red dots: a worker killed with -9. Red bands: the database away."
        yield f'<text class="small" x="{LEFT}" y="{height - 14}">{told}</text></svg>\n'

    return "\n".join(parts())


def _bars(visits: Sequence[Visited], began: datetime, *, x_of: XOf) -> Iterator[str]:
    """Visits begun in each five seconds."""
    bars = Counter(int((visit.started - began).total_seconds() // BAR) for visit in visits)
    most, bottom = max(bars.values(), default=1), 40 + BAND
    width = x_of(began + BAR * SECOND) - x_of(began)
    yield f'<text class="small" x="8" y="60">visits in {BAR} s</text><text class="small" x="40" y="78">{most}</text>'
    for place, number in sorted(bars.items()):
        high = (BAND - 40) * number / most
        left = x_of(began + place * BAR * SECOND)
        place_of = f'x="{left:.1f}" y="{bottom - high:.1f}"'
        yield f'<rect class="bar" {place_of} width="{max(width - 1, 1):.1f}" height="{high:.1f}"/>'
    yield f'<line class="line" x1="{LEFT}" x2="{WIDTH - 20}" y1="{bottom}" y2="{bottom}"/>'


def _lateness(visits: Sequence[Visited], *, x_of: XOf) -> Iterator[str]:
    """Each visit as a dot: the higher, the later it came."""
    most, bottom = max((visit.late for visit in visits), default=1.0) or 1.0, 40 + 2 * BAND
    yield f'<text class="small" x="8" y="{BAND + 62}">late by</text>'
    yield f'<text class="small" x="30" y="{BAND + 80}">{most:.1f} s</text>'
    for visit in visits:
        y = bottom - (BAND - 40) * visit.late / most
        yield f'<circle class="late" cx="{x_of(visit.started):.1f}" cy="{y:.1f}" r="2.5"/>'
    yield f'<line class="line" x1="{LEFT}" x2="{WIDTH - 20}" y1="{bottom}" y2="{bottom}"/>'
