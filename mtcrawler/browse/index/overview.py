"""Numbers over the whole index: sites and their health over time, kinds, sections, runs."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Final

from mtcrawler.browse.index.database import Database

DAYS: Final = 30
"""Days of a site's history."""
MOST_SITES: Final = 2000
MOST_CHOICES: Final = 100
"""Sections that a reader may choose from."""
SAMPLE: Final = 2000
"""Articles whose lateness makes a day's."""
BAD: Final = ("failed", "blocked", "unreachable", "storage", "browser", "drifted", "stalled", "session-expired")
"""Outcomes of a run that somebody has to look at."""


@dataclass(slots=True)
class Day:
    """A day of a site: what the feed told, articles published then that are behind a wall (`behind`), the middle
    lateness in seconds, and how its runs ended.
    """

    day: date
    new: int = 0
    revised: int = 0
    gone: int = 0
    walled: int = 0
    behind: int = 0
    late: float | None = None
    runs: int = 0
    failures: int = 0
    lost: int = 0


@dataclass(slots=True)
class SiteSum:
    """A site at a glance: its articles, how many are walled or doubtful, and new ones by day."""

    site: str
    articles: int
    walled: int
    newest: str
    days: list[int] = field(default_factory=list)
    failures: int = 0
    runs: int = 0


def days_until(last: date) -> list[date]:
    """The days of a history, the oldest first."""
    return [last - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]


def sites(db: Database, last: date) -> list[SiteSum]:
    """Every site, those with the most articles first."""
    query = """SELECT site, count(*) AS articles, sum(walled) AS walled, max(place) AS place FROM articles
        GROUP BY site ORDER BY articles DESC, site LIMIT ?"""
    found = {}
    for row in db.ask(query, MOST_SITES):
        newest = db.ask("SELECT day FROM articles WHERE place = ?", row["place"])
        day = newest[0]["day"] if newest else ""
        found[row["site"]] = SiteSum(row["site"], row["articles"], row["walled"], day, [0] * DAYS)
    days = {f"{day}": place for place, day in enumerate(days_until(last))}
    told = """SELECT site, day, count(DISTINCT id) FROM events WHERE change = 'new' AND day >= ? GROUP BY site, day"""
    for site, day, number in db.ask(told, next(iter(days))):
        if site in found and day in days:
            found[site].days[days[day]] = number
    ended = "SELECT host, outcome, count(*) FROM runs WHERE day >= ? GROUP BY host, outcome"
    for host, outcome, number in db.ask(ended, next(iter(days))):
        if host in found:
            found[host].runs += number
            found[host].failures += number if outcome in BAD else 0
    return list(found.values())


def history(db: Database, site: str, last: date) -> list[Day]:
    """The days of a site, the oldest first."""
    days = {f"{day}": Day(day) for day in days_until(last)}
    since = next(iter(days))
    told = """SELECT day, change, count(DISTINCT id) FROM events WHERE site = ? AND day >= ? GROUP BY day, change"""
    for day, change, number in db.ask(told, site, since):
        if day in days and change in {"new", "revised", "gone", "walled"}:
            setattr(days[day], change, number)
    behind = "SELECT day, count(*) FROM articles WHERE site = ? AND walled AND day >= ? GROUP BY day"
    for day, number in db.ask(behind, site, since):
        if day in days:
            days[day].behind = number
    late: dict[str, list[int]] = defaultdict(list)
    query = "SELECT day, late FROM events WHERE site = ? AND day >= ? AND change = 'new' AND late IS NOT NULL"
    for day, seconds in db.ask(query, site, since):
        if day in days and len(late[day]) < SAMPLE:
            late[day].append(seconds)
    for day, found in late.items():
        days[day].late = median(found)
    for run in runs_of(db, site, since):
        if run["day"] in days:
            one = days[run["day"]]
            one.runs, one.lost = one.runs + 1, one.lost + run["lost"]
            one.failures += run["outcome"] in BAD
    return list(days.values())


def runs_of(db: Database, site: str, since: str = "", most: int = 10_000) -> list[sqlite3.Row]:
    """The runs that crawled a site, the newest first: by the host they were asked for, or by the spider that stored
    its articles.
    """
    query = """SELECT * FROM runs WHERE day >= ? AND (host = ? OR (host = '' AND spider IN
        (SELECT DISTINCT spider FROM articles WHERE site = ?))) ORDER BY started DESC LIMIT ?"""
    return db.ask(query, since, site, site, most)


def choices(db: Database) -> dict[str, list[str]]:
    """What a reader may choose from: kinds, tiers and the most frequent sections that there are."""
    count = "SELECT {0}, count(*) FROM articles WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY 2 DESC, 1 LIMIT ?"
    return {name: [row[0] for row in db.ask(count.format(name), MOST_CHOICES)] for name in ("kind", "tier", "section")}


def figures(db: Database) -> dict[str, int]:
    """How much there is."""
    query = """SELECT (SELECT count(*) FROM articles), (SELECT count(DISTINCT site) FROM articles),
        (SELECT count(*) FROM runs), (SELECT count(*) FROM articles WHERE walled),
        (SELECT count(*) FROM articles WHERE overlays), (SELECT count(*) FROM unreadable)"""
    return dict(zip(("articles", "sites", "runs", "walled", "overlaid", "unreadable"), db.ask(query)[0], strict=True))


def new_by_day(db: Database, last: date) -> list[int]:
    """How many new articles the feed told of, by day, the oldest first."""
    days = {f"{day}": 0 for day in days_until(last)}
    query = "SELECT day, count(DISTINCT id) FROM events WHERE change = 'new' AND day >= ? GROUP BY day"
    for day, number in db.ask(query, next(iter(days))):
        if day in days:
            days[day] = number
    return list(days.values())
