"""Sites: each at a glance, and the health of one over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mtcrawler.browse.index import overview
from mtcrawler.browse.index.overview import Day
from mtcrawler.browse.index.searching import newest
from mtcrawler.browse.library import Library, NotThere
from mtcrawler.browse.views import charts
from mtcrawler.browse.views.page import Page, count
from mtcrawler.browse.views.runs import mood
from mtcrawler.model import clock
from mtcrawler.runs.report.charts import clock as length
from mtcrawler.storage.layout import is_site

NEWEST: Final = 8
RUNS: Final = 12
HOUR: Final = 3600


def sites(library: Library, asked: Mapping[str, str]) -> Page:
    """Every site: its articles, how many came on each of the last days, walls and failed runs."""
    found = library.summary.sites
    shown = [(one, charts.spark(one.days, f"{count(sum(one.days), 'new article')} in 30 days")) for one in found]
    return Page("sites", "Sites", {"shown": shown})


def site(library: Library, asked: Mapping[str, str]) -> Page:
    """One site: articles a day, how late they came, walls, runs that failed, and its newest articles."""
    host = asked["site"].lower()
    found = newest(library.db, NEWEST, condition="a.site = ?", values=[host]) if is_site(host) else []
    if not found:
        raise NotThere(f"looking for the site {host[:253]}", "no article of it is in the index", "See all sites.")
    today = clock.now().date()
    history = overview.history(library.db, host, today)
    numbers = library.db.ask(
        "SELECT count(*) AS articles, sum(walled) AS walled, sum(NOT complete) AS part, sum(gone) AS gone, "
        "sum(confidence < 0.5) AS doubtful FROM articles WHERE site = ?",
        host,
    )[0]
    runs = overview.runs_of(library.db, host, most=RUNS)
    late = [day.late for day in history if day.late is not None]
    return Page(
        "site",
        host,
        {
            "site": host,
            "numbers": numbers,
            "charts": _charts(history),
            "late": length(sorted(late)[len(late) // 2]) if late else "",
            "found": found,
            "runs": [(row, mood(row["outcome"]), length(row["seconds"])) for row in runs],
        },
    )


def _charts(history: list[Day]) -> list[charts.Chart]:
    days = [day.day for day in history]
    new, revised = [day.new for day in history], [day.revised for day in history]
    walled, gone = [day.walled for day in history], [day.gone for day in history]
    behind = [day.behind for day in history]
    late = [(day.late or 0) / HOUR for day in history]
    bad, good = [day.failures for day in history], [day.runs - day.failures for day in history]
    lost = [day.lost for day in history]
    had = [day.late for day in history if day.late is not None]
    return [
        charts.by_day(
            "Articles a day",
            f"{count(sum(new), 'new article')} and {count(sum(revised), 'edit')} in 30 days",
            days,
            [("new", "new", new), ("revised", "revised", revised)],
        ),
        charts.by_day(
            "How late they came",
            f"median hours from publication to fetching; {length(max(had))} on the slowest day"
            if had
            else "no new article told when it was published",
            days,
            [("hours", "waiting", [round(hours, 2) for hours in late])],
            whole=False,
        ),
        charts.by_day(
            "Walls, and articles taken away",
            f"{count(sum(behind), 'article')} stored behind a wall, {sum(walled)} left out, {sum(gone)} gone",
            days,
            [("behind a wall", "revised", behind), ("left out", "dropped", walled), ("gone", "unchanged", gone)],
        ),
        charts.by_day(
            "Runs",
            f"{count(sum(good) + sum(bad), 'run')}, {sum(bad)} failed; {count(sum(lost), 'page')} lost",
            days,
            [("ended well", "new", good), ("failed", "lost", bad)],
        ),
    ]
