"""What the report draws: numbers as paths in a box of 1000 by 200, which the page stretches as wide as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

from mtcrawler.runs.telemetry.timeline import Latency, Part, Timeline

WIDTH: Final = 1000
HEIGHT: Final = 200
ROWS: Final = 24
"""Of the table beside a chart."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A series as an SVG path; `kind` names its colour."""

    name: str
    kind: str
    path: str
    line: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Shapes on a grid; ticks are a label and its place, in percent from the bottom or from the left."""

    title: str
    told: str
    unit: str
    shapes: Sequence[Shape]
    rows: Sequence[tuple[str, float]]
    columns: Sequence[tuple[str, float]]
    head: Sequence[str]
    table: Sequence[Sequence[str]]


def throughput(timeline: Timeline) -> Chart:
    """Articles a minute: those stored, those that were there already, and those lost."""
    parts, a_minute = timeline.parts, 60 / timeline.width
    lost = [part.lost * a_minute for part in parts]
    stored = [(part.lost + part.stored) * a_minute for part in parts]
    totals = [(part.lost + part.stored + part.others) * a_minute for part in parts]
    top, rows = scale(max(totals, default=0))
    shapes = (
        Shape("there already", "unchanged", columns(stored, totals, top)),
        Shape("stored", "new", columns(lost, stored, top)),
        Shape("lost", "lost", columns([0] * len(parts), lost, top)),
    )
    told = f"{sum(part.pages for part in parts)} pages, lists among them, in {clock(len(parts) * timeline.width)}"
    table = [(at, str(part.pages), str(part.stored), str(part.others), str(part.lost)) for at, part in _rows(timeline)]
    head = ("from", "pages", "stored", "there already", "lost")
    return Chart("Articles per minute", told, "a minute", shapes, rows, _times(timeline), head, table)


def latency(timeline: Timeline, whole: Latency) -> Chart:
    """How long pages took, half of them and 95 of a hundred, over time."""
    half = [part.latency.quantile(0.5) for part in timeline.parts]
    most = [part.latency.quantile(0.95) for part in timeline.parts]
    top, rows = scale(max((value for value in most if value is not None), default=0))
    shapes = (
        Shape("95 of 100 within", "revised", line(most, top), line=True),
        Shape("half within", "waiting", line(half, top), line=True),
    )
    middle, high = whole.quantile(0.5), whole.quantile(0.95)
    told = f"half of all article pages took up to {seconds(middle)}, 95 of 100 up to {seconds(high)}"
    table = [
        (at, seconds(part.latency.quantile(0.5)), seconds(part.latency.quantile(0.95)))
        for at, part in _rows(timeline)
        if part.latency.count
    ]
    head = ("from", "half within", "95 of 100 within")
    return Chart("Seconds per page", told, "seconds", shapes, rows, _times(timeline), head, table)


def scale(most: float) -> tuple[float, list[tuple[str, float]]]:
    """The top of an axis that holds `most`, and the ticks on it."""
    if most <= 0:
        return 1.0, [("0", 0.0)]
    raw = most / 4
    power = 10.0 ** floor(log10(raw))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= raw * 0.999)
    ticks = ceil(most / step * 0.999)
    return step * ticks, [(f"{step * tick:g}", 100 * tick / ticks) for tick in range(ticks + 1)]


def columns(below: Sequence[float], above: Sequence[float], top: float) -> str:
    """Columns that stand on other columns, side by side, with a little air between them."""
    wide = WIDTH / max(len(above), 1)
    air = min(2.0, wide * 0.15)
    drawn = []
    for place, (low, high) in enumerate(zip(below, above, strict=True)):
        if high > low:
            left, upper, lower = place * wide + air / 2, HEIGHT * (1 - high / top), HEIGHT * (1 - low / top)
            drawn.append(f"M{left:.1f} {lower:.1f}V{upper:.1f}h{wide - air:.1f}V{lower:.1f}z")
    return "".join(drawn)


def line(values: Sequence[float | None], top: float) -> str:
    """A line through the middles of the parts; it passes over parts that have no value."""
    wide = WIDTH / max(len(values), 1)
    points = [
        f"{(place + 0.5) * wide:.1f} {HEIGHT * (1 - min(value / top, 1)):.1f}"
        for place, value in enumerate(values)
        if value is not None
    ]
    if len(points) == 1:
        return f"M{points[0]}h1"
    return "M" + "L".join(points) if points else ""


def clock(time: float) -> str:
    """A length of time for people: 42 s, 3:07 min, 2:05 h."""
    whole = round(time)
    if whole < 60:
        return f"{time:.3g} s" if time < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"


def seconds(time: float | None) -> str:
    """A latency for people."""
    if time is None:
        return "–"
    return f"{time * 1000:.0f} ms" if time < 1 else f"{time:.1f} s"


def _times(timeline: Timeline) -> list[tuple[str, float]]:
    whole = len(timeline.parts) * timeline.width
    return [(clock(whole * part / 4) if part else "0", 25.0 * part) for part in range(5)] if whole else []


def _rows(timeline: Timeline) -> list[tuple[str, Part]]:
    """The parts, put together so that a person may read them."""
    each = max(1, ceil(len(timeline.parts) / ROWS))
    rows = []
    for place in range(0, len(timeline.parts), each):
        whole = Part()
        for part in timeline.parts[place : place + each]:
            whole.join(part)
        rows.append((clock(place * timeline.width) if place else "0", whole))
    return rows
