"""The plot of a comparison, drawn by `python -m benchmarks.measuring.plot` in the benchmark's own environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "bench"  # the same measurements make the same file
mpl.rcParams["svg.fonttype"] = "none"
import matplotlib.pyplot as plt  # noqa: E402 - after the choice of what it draws with

OURS, OTHERS = "#1f5a96", "#9aa5b1"
PARTS: tuple[tuple[str, Callable[[dict[str, Any]], float]], ...] = (
    ("pages a second, log scale (more is better)", lambda one: one["pages"] / one["seconds"]),
    ("CPU seconds a page (less is better)", lambda one: one["cpu"] / one["pages"]),
    ("peak memory, MiB (less is better)", lambda one: one["peak"]),
)


def told(value: float) -> str:
    """Three digits, or all those before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def draw(measures: list[dict[str, Any]], path: Path) -> None:
    """One row of bars for each contender; a line shows the least and the most of the rounds."""
    names = list(dict.fromkeys(one["contender"] for one in measures))
    pages = measures[0]["pages"]
    figure, axes = plt.subplots(1, len(PARTS), figsize=(15, 1.2 + 0.42 * len(names)), sharey=True)
    for axis, (title, value) in zip(axes, PARTS, strict=True):
        values = [[value(one) for one in measures if one["contender"] == name] for name in names]
        middles = [median(taken) for taken in values]
        colors = [OURS if name.startswith("mtcrawler") else OTHERS for name in names]
        axis.barh(names, middles, color=colors)
        axis.hlines(names, [min(taken) for taken in values], [max(taken) for taken in values], color="black", lw=1)
        for place, (middle, taken) in enumerate(zip(middles, values, strict=True)):
            axis.annotate(
                told(middle), (max(taken), place), xytext=(4, 0), textcoords="offset points", va="center", size=9
            )
        axis.set_title(title, size=10)
        if "log scale" in title:  # plain HTTP is a hundred times as fast as a browser
            axis.set_xscale("log")
        axis.margins(x=0.15)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.suptitle(
        f"{pages} pages of the bundled newspaper: mtcrawler finds, extracts and stores; the others read headlines",
        size=11,
    )
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> int:
    """Draw the comparison in a file."""
    kept = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    draw(kept["measures"], Path(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
