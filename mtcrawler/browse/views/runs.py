"""Runs: a list of them, one of them, and its report, which is made here from the run's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mtcrawler.browse.index.overview import BAD
from mtcrawler.browse.library import Library
from mtcrawler.browse.views.article import told_of
from mtcrawler.browse.views.page import Page, count
from mtcrawler.browse.views.search import question_of
from mtcrawler.runs.report.charts import clock
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.storage.layout import is_article_id

PAGE: Final = 40
MOST_PICTURES: Final = 40
MOST_ROWS: Final = 50
GOOD: Final = "done"


def mood(outcome: str) -> str:
    """How an outcome is to be taken: good, warn or bad."""
    if outcome == GOOD:
        return "good"
    return "bad" if outcome in BAD else "warn"


def runs(library: Library, asked: Mapping[str, str]) -> Page:
    """Finished runs, newest first; `outcome` and `spider` narrow."""
    given = {name: asked.get(name, "")[:300] for name in ("outcome", "spider")}
    conditions = " AND ".join(f"{name} = ?" for name, value in given.items() if value) or "1"
    values = [value for value in given.values() if value]
    page = question_of({"page": asked.get("page", "1")}).page
    query = f"SELECT * FROM runs WHERE {conditions} ORDER BY started DESC LIMIT ? OFFSET ?"  # noqa: S608 - of ours
    found = library.db.ask(query, *values, PAGE + 1, (page - 1) * PAGE)
    return Page(
        "runs",
        "Runs",
        {
            "shown": [(row, mood(row["outcome"]), clock(row["seconds"])) for row in found[:PAGE]],
            "outcomes": library.db.ask("SELECT outcome, count(*) AS number FROM runs GROUP BY outcome ORDER BY 2 DESC"),
            "spiders": [row[0] for row in library.db.ask("SELECT DISTINCT spider FROM runs ORDER BY 1 LIMIT 500")],
            "given": given,
            "mood": mood,
            "page": page,
            "more": len(found) > PAGE,
        },
    )


def run(library: Library, asked: Mapping[str, str]) -> Page:
    """One run: how it ended, what it counted, what went wrong, and the pictures it kept."""
    manifest = library.run(asked["day"], asked["run"])
    return Page(
        "run",
        f"{manifest.spider[:80]}, {manifest.started_at:%Y-%m-%d %H:%M}",
        {
            "run": manifest,
            "day": asked["day"],
            "mood": mood(manifest.outcome),
            "took": clock(manifest.seconds),
            "figures": _figures(manifest),
            "fates": _ranked(manifest.counts.fates),
            "found": _ranked(manifest.counts.found),
            "dropped": _ranked(manifest.counts.dropped),
            "walled": _ranked(manifest.counts.walled),
            "overlays": list(manifest.counts.overlays.items())[:MOST_ROWS],
            "errors": manifest.errors[:MOST_ROWS],
            "drift": manifest.drift[:MOST_ROWS],
            "not_kept": list(manifest.not_kept.items())[:MOST_ROWS],
            "hosts": list(manifest.hosts.items())[:MOST_ROWS],
            "shots": _shots(library, manifest, asked["day"]),
            "more_shots": max(0, len(manifest.evidence) - MOST_PICTURES),
        },
    )


def report(library: Library, asked: Mapping[str, str]) -> bytes:
    """The whole report of a run, as `mtcrawler report` makes it."""
    from mtcrawler.runs.report import render  # noqa: PLC0415 - few look at one

    manifest = library.run(asked["day"], asked["run"])
    data, note = library.report_data(asked["day"], asked["run"])
    return render(manifest, data, library.secrets, note)


def _figures(manifest: Manifest) -> list[tuple[int, str, str, str]]:
    """The numbers one looks for first: the number, what it counts, a word more, its colour."""
    counts, stored = manifest.counts, manifest.counts.stored
    stuck, lost = counts.overlays_with("stuck"), counts.lost
    return [
        (counts.addresses, "found", count(len(counts.found), "source"), ""),
        (counts.fetched, "fetched", f"{counts.rendered} in the browser", ""),
        (stored.new, "new", count(stored.unchanged, "unchanged", "unchanged"), "new"),
        (stored.revised, "revised", count(counts.duplicates, "duplicate"), "revised"),
        (counts.overlays_with("gone"), "overlays closed", "", ""),
        *([(stuck, "overlays stuck", "", "lost")] if stuck else []),
        (lost, "lost", f"{sum(counts.dropped.values())} dropped", "lost" if lost else ""),
    ]


def _ranked(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ROWS]


def _shots(library: Library, manifest: Manifest, day: str) -> list[dict[str, Any]]:
    """The pictures, page by page: its headline where the index has it."""
    pages: dict[str, dict[str, Any]] = {}
    for file in manifest.evidence[:MOST_PICTURES]:
        identity = file.rpartition("/")[2][:36]
        if not is_article_id(identity):
            continue
        if identity not in pages:
            rows = library.db.ask("SELECT headline FROM articles WHERE id = ?", identity)
            pages[identity] = {"id": identity, "headline": rows[0][0] if rows else "", "pictures": []}
        path = f"/runs/{day}/{manifest.run_id}/{file}"
        pages[identity]["pictures"].append({"path": path, "told": told_of(file), "day": day})
    for page in pages.values():
        page["pictures"].sort(key=lambda picture: picture["path"], reverse=True)
    return list(pages.values())
