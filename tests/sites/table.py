"""The table of what was measured: a line for each site, and the sums."""

from __future__ import annotations

from collections.abc import Mapping

from tests.sites.world.measuring import FIELDS, Score

HEAD = ("site", "found", "fetches/page", "sources", "strays", *FIELDS, "clutter/art")


def table(scores: Mapping[str, Score]) -> str:
    """All of it, in columns."""
    rows = [HEAD, *(_row(name, one) for name, one in {**scores, "all": Score.of_all(scores.values())}.items())]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _row(name: str, score: Score) -> tuple[str, ...]:
    shares = (f"{score.share(one):.3f}" if score.compared[one] else "-" for one in FIELDS)
    return (
        name,
        f"{score.found}/{score.wanted}",
        f"{score.fetches:.2f}",
        str(score.sources),
        str(score.strays),
        *shares,
        f"{score.clutter / max(1, score.found):.2f}",
    )
