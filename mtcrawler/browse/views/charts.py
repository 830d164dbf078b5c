"""Small charts: days as columns, in percent of a box that is as wide as the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mtcrawler.runs.report.charts import scale

WIDTH: Final = 94.0
"""Percent of a chart that its columns take; beside them stand the numbers of the grid."""


@dataclass(frozen=True, slots=True)
class Column:
    """One rectangle: its place and size in percent from the left and from the top, its colour, what it says."""

    left: float
    top: float
    width: float
    height: float
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns on a grid. `ticks` are labels with their height in percent from the top; `told` says it in a sentence."""

    title: str
    told: str
    columns: Sequence[Column]
    ticks: Sequence[tuple[str, float]]
    ends: tuple[str, str]
    legend: Sequence[tuple[str, str]]
    head: Sequence[str]
    table: Sequence[Sequence[str]]


def by_day(
    title: str,
    told: str,
    days: Sequence[date],
    series: Sequence[tuple[str, str, Sequence[float]]],
    *,
    whole: bool = True,
) -> Chart:
    """Days with one column each, whose parts stand on each other; a series has a name, a colour and a value a day,
    which with `whole` is a number of things.
    """
    most = max((sum(values[place] for *_, values in series) for place in range(len(days))), default=0)
    top, ticks = scale(most)
    wide = WIDTH / max(1, len(days))
    columns = []
    for place, day in enumerate(days):
        below = 0.0
        for name, kind, values in series:
            if values[place] > 0:
                high = 100 * values[place] / top
                label = f"{day.day} {day:%B}: {values[place]:g} {name}"
                left, height = place * wide + wide * 0.12, max(high, 0.8)
                columns.append(Column(left, 100 - below - high, wide * 0.76, height, kind, label))
                below += high
    table = [[f"{day}", *(f"{values[place]:g}" for *_, values in series)] for place, day in enumerate(days)]
    ends = (f"{days[0].day} {days[0]:%b}", f"{days[-1].day} {days[-1]:%b}") if days else ("", "")
    grid = [(label, 100 - high) for label, high in ticks if not whole or float(label).is_integer()]
    legend = [(name, kind) for name, kind, _ in series]
    return Chart(title, told, columns, grid, ends, legend, ["day", *(name for name, *_ in series)], table)


def spark(values: Sequence[float], told: str) -> Chart:
    """Columns without a grid, for a line of a table."""
    top = max(values, default=0) or 1
    wide = 100 / max(1, len(values))
    columns = [
        Column(place * wide + wide * 0.1, 100 - 100 * value / top, wide * 0.8, max(100 * value / top, 4), "new", "")
        for place, value in enumerate(values)
        if value > 0
    ]
    return Chart("", told, columns, (), ("", ""), (), (), ())
