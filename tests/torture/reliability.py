"""docs/reliability.md: what was done to the crawler, and what happened, as the command that did it saw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).parents[2] / "docs" / "reliability.md"


@dataclass(frozen=True)
class Result:
    """What came of one thing that was tried; `tried` is a sentence, or the page that tried it."""

    name: str
    tried: str
    happened: str
    ok: bool


def write(seed: int, moments: str, schedule: str, faults: Iterable[Result], hostile: Iterable[Result]) -> None:
    """Write the page anew."""
    lines = [
        "# Reliability",
        f"Made by `make torture` (seed {seed}); every line is a run of it. Faults are done to a crawl of the bundled "
        "newspaper into a real S3; afterwards each article in the bucket is compared with the truth, field by field. "
        "Memory is that of all the crawl's processes together, without what they share.",
        "",
        "## Random moments",
        moments,
        "",
        "## Scheduled runs",
        schedule,
        "",
        "## Faults",
        *_table(("fault", "what was done", "what happened"), ((one.name, one.tried, one) for one in faults)),
        "",
        "## Hostile pages",
        "Canaries are servers on loopback where no page may lead; `{canary}` is their address. A control in the tests "
        "shows that each page reaches them where the setting allows it, or that this browser never tries.",
        "",
        *_table(("the page tries", "with", "what happened"), ((one.name, f"`{_code(one)}`", one) for one in hostile)),
    ]
    PLACE.write_text("\n".join(lines) + "\n")


def _table(head: tuple[str, str, str], rows: Iterable[tuple[str, str, Result]]) -> list[str]:
    told = [(name, tried, one.happened if one.ok else f"**failed**: {one.happened}") for name, tried, one in rows]
    cells = [[cell.replace("|", "\\|") for cell in row] for row in told]
    return [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *cells)]


def _code(one: Result) -> str:
    """What is telling of a page."""
    return " ".join(one.tried.removeprefix("<!doctype html><p>Words</p>").replace("`", "'").split())
