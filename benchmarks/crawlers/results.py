"""What a comparison of crawlers came to, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.crawlers.contenders import Crawler
from benchmarks.crawlers.judging import Verdict
from benchmarks.measuring.harness import Measure
from benchmarks.measuring.results import Spread

LOCKS: Final = Path(__file__).parent / "environments"
PACKAGES: Final = {"newsplease": "news-please"}
OURS: Final = "mtcrawler http"
FIELDS: Final = ("text", "exact", "headline", "day", "authors", "image", "right", "whole", "junk")


def versions() -> dict[str, str]:
    """The crawlers of others with their versions, and trafilatura's where it serves another one."""
    found: dict[str, str] = {}
    for lock in sorted(LOCKS.glob("*/requirements.lock")):
        pinned = dict(re.findall(r"^([a-z0-9._-]+?)(?:\[.*?\])?==(\S+)", lock.read_text("utf-8"), re.MULTILINE))
        name = PACKAGES.get(lock.parent.name, lock.parent.name)
        found |= {one: pinned[one] for one in (name, "trafilatura") if one in pinned}
    return found


def cost_of(measure: Measure, verdict: Verdict) -> float | None:
    """CPU seconds for each right article; None where none is right."""
    return measure.cpu / verdict.right if verdict.right else None


def cost_table(crawlers: Sequence[Crawler], measures: Iterable[Measure]) -> str:
    """What each took; ratios are to ours over plain HTTP."""
    by = _by_name(crawlers, measures)
    costs = {name: [cost for pair in pairs if (cost := cost_of(*pair))] for name, pairs in by.items()}
    ours = median(costs[OURS]) if costs.get(OURS) else None
    lines = [
        "| crawler | CPU s per right article | × our HTTP | CPU s | pages/s | whole run s | peak MiB | requests |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, pairs in by.items():

        def spread(value: Callable[[Measure, Verdict], float], pairs: list[tuple[Measure, Verdict]] = pairs) -> Spread:
            return Spread.of([value(*pair) for pair in pairs])

        ratio = f"{median(costs[name]) / ours:.2f}" if ours and costs[name] else "–"
        lines.append(
            f"| {name}{_ended(pair[0] for pair in pairs)} | {Spread.of(costs[name]) if costs[name] else '–'} | {ratio} "
            f"| {spread(lambda one, _: one.cpu)} | {spread(lambda one, verdict: verdict.found / one.seconds)} "
            f"| {spread(lambda one, _: one.whole)} | {spread(lambda one, _: one.peak)} "
            f"| {spread(lambda one, _: one.requests)} |"
        )
    return "\n".join(lines)


def field_table(crawlers: Sequence[Crawler], pages: int) -> str:
    """How many articles have each field right, in the round in the middle."""
    lines = [
        f"| crawler | finds by | found of {pages} | F1 of texts | text | exact | headline | day | authors | picture "
        "| right | right with authors and picture | junk |",
        f"|{'---|' * 13}",
    ]
    for one in crawlers:
        counts = " | ".join(f"{median(vars(verdict)[name] for verdict in one.verdicts):.0f}" for name in FIELDS)
        found = median(verdict.found for verdict in one.verdicts)
        f1 = median(verdict.f1 / max(1, verdict.found) for verdict in one.verdicts)
        lines.append(f"| {one.name} | {one.finds} | {found:.0f} | {f1:.3f} | {counts} |")
    return "\n".join(lines)


def _by_name(crawlers: Sequence[Crawler], measures: Iterable[Measure]) -> dict[str, list[tuple[Measure, Verdict]]]:
    taken = list(measures)
    return {
        one.name: list(zip([each for each in taken if each.contender == one.name], one.verdicts, strict=True))
        for one in crawlers
    }


def _ended(measures: Iterable[Measure]) -> str:
    """What to say of runs that did not end well."""
    codes = sorted({"given up" if one.code is None else f"exit {one.code}" for one in measures if one.code != 0})
    return f" ({', '.join(codes)})" if codes else ""
