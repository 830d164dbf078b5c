"""What the report says, in the order it says it: the manifest's numbers and telemetry, put into words and shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from mtcrawler.model.printable import count
from mtcrawler.model.reasons import DropReason
from mtcrawler.runs.outcome.profile import ARTICLE, FIELDS
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.report import charts
from mtcrawler.runs.telemetry.gallery import embedded
from mtcrawler.runs.telemetry.report_data import ReportData, Rows
from mtcrawler.runs.telemetry.timeline import EARLIER, OTHERS

if TYPE_CHECKING:
    from mtcrawler.runs.telemetry.manifest import Manifest
    from mtcrawler.runs.telemetry.timeline import Latency

SOURCES: Final = 11
ERRORS: Final = 30
KINDS: Final = {
    "new": "new",
    "revised": "revised",
    "unchanged": "unchanged",
    "spooled": "waiting",
    "kept": "new",
    "duplicate": "duplicate",
    DropReason.DUPLICATE: "duplicate",
}
"""The colour of an outcome; every other is a loss."""
ORDER: Final = ("new", "revised", "unchanged", "kept", "spooled", "duplicate", DropReason.DUPLICATE)
WORDS: Final = {"spooled": "waits on disk", DropReason.DUPLICATE: "duplicate", "kept": "kept", "duplicate": "duplicate"}
MOODS: Final[dict[str, str]] = {
    Outcome.DONE: "good",
    **dict.fromkeys(
        (Outcome.NOTHING_FOUND, Outcome.PARTIAL, Outcome.STOPPED, Outcome.SESSION_EXPIRED, Outcome.BUSY), "warn"
    ),
}
MARKS: Final = {"good": "✓", "warn": "!", "bad": "✕"}
NAMES: Final = {"published_at": "publication date", "image": "lead image", ARTICLE: "is an article"}


def view(manifest: Manifest, kept: ReportData | None) -> dict[str, Any]:
    """Everything the page needs, by name; without what a run kept for its report, what its manifest tells."""
    mood = MOODS.get(manifest.outcome, "bad")
    data = kept or ReportData()
    timeline, latency = data.timeline(), data.latency.latency()
    return {
        "kept": kept is not None,
        "manifest": manifest,
        "counts": manifest.counts,
        "mood": mood,
        "mark": MARKS[mood],
        "took": charts.clock(manifest.seconds),
        "figures": figures(manifest, latency),
        "way": way(manifest),
        "charts": [charts.throughput(timeline), charts.latency(timeline, latency)] if latency.count else [],
        "sections": bars(data.sections),
        "hours": bars(data.hours, by_name=True),
        "reasons": reasons(manifest),
        "sources": sources(manifest),
        "overlays": overlays(manifest, data),
        "exhibits": list(exhibits(data)),
        "walls": data.walls,
        "coverage": coverage(manifest, data),
        "words": None if data.words is None else round(data.words),
        "words_before": round(data.before.words) if data.before and data.before.words else None,
        "drift": drift(manifest),
        "errors": manifest.errors[:ERRORS],
        "more_errors": max(0, len(manifest.errors) - ERRORS),
        "slowest": slowest(data),
    }


def figures(manifest: Manifest, latency: Latency) -> list[tuple[str, str, str, str]]:
    """The numbers one looks for first: the number, what it counts, more of it, its colour."""
    counts = manifest.counts
    stored, minutes = counts.stored, manifest.seconds / 60
    rate = f"{counts.articles / minutes:.0f} articles a minute" if minutes else ""
    closed, stuck = counts.overlays_with("gone"), counts.overlays_with("stuck")
    half, most = latency.quantile(0.5), latency.quantile(0.95)
    return [
        (_n(counts.addresses), "found", count(len(counts.found), "source"), ""),
        (_n(stored.new), "new", rate, "new"),
        (_n(stored.revised), "revised", f"{_n(stored.unchanged)} unchanged", "revised"),
        (_n(counts.lost), "lost", f"{_n(sum(counts.dropped.values()))} dropped", "lost" if counts.lost else ""),
        (_n(closed), "overlays closed", f"{_n(stuck)} stuck", "lost" if stuck else ""),
        (charts.seconds(half), "half of pages", f"95 of 100 in {charts.seconds(most)}", ""),
    ]


def way(manifest: Manifest) -> list[tuple[str, int, float, str, str]]:
    """An address's way to an article: the step, how many, the share of the most, its colour, a word more."""
    counts, stored = manifest.counts, manifest.counts.stored
    steps = [
        ("addresses found", counts.addresses, "rest", "named by the sources"),
        ("not due", counts.not_due + counts.not_modified, "unchanged", "known, and left alone or unchanged (304)"),
        ("disallowed", counts.disallowed, "lost", "robots.txt says no"),
        ("fetched", counts.fetched, "rest", f"pages and lists; {_n(counts.rendered)} shown in the browser"),
        ("no articles", counts.not_articles + counts.out_of_scope, "unchanged", "no headline, or out of scope"),
        ("articles", counts.articles + counts.duplicates + sum(counts.dropped.values()), "rest", "read from pages"),
        ("duplicates", counts.duplicates, "duplicate", "there already, or under another address"),
        ("dropped", sum(counts.dropped.values()), "dropped", "by a stage, with its reason"),
        ("stored", stored.new + stored.revised, "new", f"{_n(stored.new)} new, {_n(stored.revised)} revised"),
        ("unchanged", stored.unchanged, "unchanged", "fetched, and as they were"),
        ("waiting", stored.waiting, "waiting", "on disk until the bucket answers"),
    ]
    most = max((number for _, number, *_ in steps), default=0) or 1
    always = {"addresses found", "fetched", "articles", "stored"}
    return [
        (name, number, 100 * number / most, kind, told)
        for name, number, kind, told in steps
        if number or name in always
    ]


def bars(given: Rows, *, by_name: bool = False) -> dict[str, Any]:
    """Rows of stacked bars: each with its name, its total, and its parts as outcome, number, share, colour."""
    names, outcomes = Counter[str](), Counter[str]()
    counted = {(name, outcome): number for name, outcome, number in given}
    for (name, outcome), number in counted.items():
        if outcome != "pages":
            names[name] += number
            outcomes[outcome] += number
    order = sorted(outcomes, key=lambda one: (ORDER.index(one) if one in ORDER else len(ORDER), one))
    ranked = sorted(names, key=lambda one: (one != EARLIER, one) if by_name else (one == OTHERS, -names[one], one))
    most = max(names.values(), default=0) or 1
    rows = []
    for name in ranked:
        parts = [
            (WORDS.get(one, one), counted.get((name, one), 0), 100 * counted.get((name, one), 0) / most, _kind(one))
            for one in order
        ]
        pages = counted.get((name, "pages"), 0)
        label = f"{name}:00" if by_name and name != EARLIER else name
        rows.append({"name": label, "total": names[name], "pages": pages, "parts": parts})
    return {"rows": rows, "legend": [(WORDS.get(one, one), _kind(one)) for one in order]}


def reasons(manifest: Manifest) -> list[tuple[str, int]]:
    """Why articles were not stored, the most frequent first."""
    counts = manifest.counts
    found = Counter(counts.dropped)
    if counts.duplicates:
        found[DropReason.DUPLICATE] = counts.duplicates
    return found.most_common()


def sources(manifest: Manifest) -> list[tuple[str, int, float, bool]]:
    """Where addresses came from: the source, how many, the share of the most, whether it could be read."""
    counts = manifest.counts
    ranked = sorted(counts.found.items(), key=lambda pair: (-pair[1], pair[0]))
    shown, rest = (ranked, []) if len(ranked) == SOURCES + 1 else (ranked[:SOURCES], ranked[SOURCES:])
    if rest:
        shown.append((f"{len(rest)} more", sum(number for _, number in rest)))
    most = max((number for _, number in shown), default=0) or 1
    read = [(name, number, 100 * number / most, name not in counts.unreadable) for name, number in shown]
    named = {name for name, _ in shown}
    return read + [(name, 0, 0.0, False) for name in counts.unreadable if name not in named]


def overlays(manifest: Manifest, data: ReportData) -> list[dict[str, Any]]:
    """What stood over pages, by kind: how many closed and stuck, and by which rules."""
    rules: dict[str, Counter[str]] = {}
    for kind, rule, number in data.overlays:
        rules.setdefault(kind, Counter())[rule] += number
    rows = []
    for kind, ends in sorted(manifest.counts.overlays.items(), key=lambda pair: -sum(pair[1].values())):
        gone, stuck = ends.get("gone", 0), ends.get("stuck", 0)
        whole = gone + stuck or 1
        # What is stuck comes first: that is what somebody has to look at.
        counted = rules.get(kind, Counter()).most_common()
        told = sorted(counted, key=lambda pair: not pair[0].endswith("stuck"))[:6]
        rows.append({"kind": kind, "gone": gone, "stuck": stuck, "share": 100 * gone / whole, "rules": told})
    return rows


def exhibits(data: ReportData) -> Iterator[dict[str, Any]]:
    """The pictures: the page, what stood over it, and each picture as an address that holds it."""
    for exhibit in data.exhibits:
        pictures = [
            (when, Markup(embedded(jpeg)))  # noqa: S704 - base64 of our own
            for when, jpeg in sorted(exhibit.pictures.items(), reverse=True)
        ]
        yield {
            "url": exhibit.url,
            "told": exhibit.told,
            "stuck": exhibit.stuck,
            "pictures": pictures,
            "file": exhibit.file,
        }


def coverage(manifest: Manifest, data: ReportData) -> list[dict[str, Any]]:
    """How many pages had each field, as a share, and the share in earlier runs where there were any."""
    profile, before = manifest.profile, data.before
    told = profile is not None and profile.pages > 0
    pages, had = (profile.pages, profile.fields) if profile and told else (data.articles, data.fields)
    fell = {one.what for one in manifest.drift}
    return [
        {
            "name": NAMES.get(name, name),
            "had": had.get(name, 0),
            "pages": pages,
            "share": 100 * had.get(name, 0) / pages,
            "before": 100 * before.share(name) if told and before and before.pages else None,
            "fell": name in fell,
        }
        for name in ((ARTICLE, *FIELDS) if told else FIELDS)
        if pages
    ]


def drift(manifest: Manifest) -> list[tuple[str, str]]:
    """What fell against earlier runs, and from what to what."""
    rows = []
    for one in manifest.drift:
        share = one.what in {ARTICLE, *FIELDS}
        before, now = (f"{100 * value:.0f} %" if share else f"{value:g}" for value in (one.before, one.now))
        rows.append((NAMES.get(one.what, one.what), f"{before} → {now}"))
    return rows


def slowest(data: ReportData) -> list[dict[str, Any]]:
    """The slowest pages: their parts as shares of the slowest."""
    most = max((page.fetch + page.show for page in data.slowest), default=0) or 1
    return [
        {
            "url": page.url,
            "took": charts.seconds(page.fetch + page.show),
            "fetch": 100 * page.fetch / most,
            "show": 100 * page.show / most,
            "told": f"{charts.seconds(page.fetch)} to answer, {charts.seconds(page.show)} to show",
            "size": f"{page.size / 1024:,.0f} KB",
            "status": page.status,
        }
        for page in data.slowest
    ]


def _kind(outcome: str) -> str:
    return KINDS.get(outcome, "lost" if outcome.startswith("HTTP") or outcome == "failed" else "dropped")


def _n(number: int) -> str:
    return f"{number:,}".replace(",", " ")
