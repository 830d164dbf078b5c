"""The first page and the results of a search."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any, Final

from mtcrawler.browse.index import overview
from mtcrawler.browse.index.searching import Question, newest, search
from mtcrawler.browse.index.words import LONGEST
from mtcrawler.browse.library import Library
from mtcrawler.browse.views import charts
from mtcrawler.browse.views.page import Page, count
from mtcrawler.model.errors import ArgumentError

FIRST: Final = 12
"""Articles on the first page."""
BIGGEST: Final = 8
"""Sites on the first page."""
ACCESS: Final = (
    ("free", "free and whole"),
    ("walled", "behind a wall"),
    ("part", "only a part is there"),
)
SURE: Final = (("high", "0.5 and more"), ("low", "below 0.5"), ("none", "not measured"))


def home(library: Library, asked: Mapping[str, str]) -> Page:
    """The first page: how much there is, what is new, and the largest sites."""
    summary = library.summary
    days, values, sites = overview.days_until(summary.last), summary.new_by_day, summary.sites
    told = f"{count(sum(values), 'new article')} in {len(values)} days"
    return Page(
        "home",
        "Browse the bucket",
        {
            "figures": summary.figures,
            "chart": charts.by_day("New articles a day", told, days, [("new", "new", values)]),
            "found": newest(library.db, FIRST),
            "sites": [(site, charts.spark(site.days, _spark(site.days))) for site in sites[:BIGGEST]],
            "more_sites": max(0, len(sites) - BIGGEST),
            "question": Question(),
            **_choices(library),
        },
    )


def results(library: Library, asked: Mapping[str, str]) -> Page:
    """The results of a search; an address leads to its article."""
    words = asked.get("q", "").strip()
    if "://" in words and (identity := library.at_address(words)):
        return Page("moved", "", {"to": f"/article/{identity}"}, 303)
    wrong = ""
    question = Question()
    try:
        question = question_of(asked)
        found = search(library.db, question)
    except ArgumentError as err:
        wrong = f"{err.happened[:1].upper()}{err.happened[1:]}. {err.remedy}"
        question = replace(question, words=words[:LONGEST])
        found = None
    given = {name: value for name, value in asked.items() if name != "page" and value and name in _NAMES}
    return Page(
        "results",
        f"“{words[:60]}”" if words else "Articles",
        {"question": question, "results": found, "wrong": wrong, "given": given, **_choices(library)},
        400 if wrong else 200,
    )


_NAMES: Final = ("q", "site", "section", "from", "to", "access", "kind", "sure", "sort")


def question_of(asked: Mapping[str, str]) -> Question:
    """What a reader asks for. Raises ArgumentError."""
    page = 1
    with suppress(ValueError):
        page = max(1, min(int(asked.get("page", "1")[:9]), 100_000))
    return Question(
        words=asked.get("q", "").strip(),
        site=asked.get("site", "").strip().lower()[:253],
        section=asked.get("section", "").strip()[:300],
        since=_day(asked.get("from", "")),
        until=_day(asked.get("to", "")),
        access=asked.get("access", "")[:40],
        kind=asked.get("kind", "")[:40],
        sure=asked.get("sure", "")[:10],
        by_fit=asked.get("sort", "") == "fit",
        page=page,
    )


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as err:
        raise ArgumentError("reading a day", f"{text.strip()[:20]} is no day", "Write one as YYYY-MM-DD.") from err


def _spark(values: list[int]) -> str:
    return f"{count(sum(values), 'new article')} in {len(values)} days"


def _choices(library: Library) -> dict[str, Any]:
    """What a reader may choose from in the form of the search."""
    choices = library.summary.choices
    tiers = [(tier, tier) for tier in choices["tier"] if tier not in {"free", "unknown"}]
    return {
        "site_names": sorted(one.site for one in library.summary.sites),
        "sections": choices["section"],
        "kinds": choices["kind"],
        "access": [*ACCESS, *tiers],
        "sure": SURE,
    }
