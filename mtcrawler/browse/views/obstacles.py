"""What stood between crawler and article: overlays with their pictures, walls with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mtcrawler.browse.index.searching import evidence_of, newest
from mtcrawler.browse.library import Library
from mtcrawler.browse.views.article import pictures_of
from mtcrawler.browse.views.page import Page
from mtcrawler.browse.views.search import question_of
from mtcrawler.storage.layout import is_site

PAGE: Final = 20
MOST_RULES: Final = 60


def overlays(library: Library, asked: Mapping[str, str]) -> Page:
    """Overlays by kind and rule, and the newest articles that they stood over; `kind`, `outcome` and `rule` narrow."""
    rules = library.db.ask(
        "SELECT kind, rule, action, outcome, count(*) AS number FROM overlays GROUP BY 1, 2, 3, 4 "
        "ORDER BY outcome = 'stuck' DESC, number DESC LIMIT ?",
        MOST_RULES,
    )
    kinds = library.db.ask(
        "SELECT kind, sum(outcome = 'gone') AS gone, sum(outcome = 'stuck') AS stuck FROM overlays GROUP BY kind "
        "ORDER BY count(*) DESC"
    )
    given = {name: asked.get(name, "")[:300] for name in ("kind", "outcome", "rule")}
    conditions = [f"o.{name} = ?" for name, value in given.items() if value]
    values = [value for value in given.values() if value]
    condition, page = "a.overlays", question_of({"page": asked.get("page", "1")}).page
    if conditions:
        condition = f"a.place IN (SELECT o.place FROM overlays o WHERE {' AND '.join(conditions)})"  # noqa: S608 - of ours
    found = newest(library.db, PAGE + 1, condition=condition, values=values, after=(page - 1) * PAGE)
    shown = [
        {
            "found": one,
            "overlays": library.db.ask("SELECT * FROM overlays WHERE place = ? ORDER BY number", one.row["place"]),
            "shots": pictures_of(library, one.row["id"])[:2],
        }
        for one in found[:PAGE]
    ]
    return Page(
        "overlays",
        "Overlays",
        {
            "kinds": kinds,
            "rules": rules,
            "given": given,
            "shown": shown,
            "page": page,
            "more": len(found) > PAGE,
        },
    )


def walls(library: Library, asked: Mapping[str, str]) -> Page:
    """Articles behind walls, the newest first, with what shows that; `tier` and `site` narrow."""
    tiers = library.db.ask(
        "SELECT tier, count(*) AS number, sum(NOT complete) AS part FROM articles WHERE walled GROUP BY tier "
        "ORDER BY number DESC"
    )
    sites = library.db.ask(
        "SELECT site, count(*) AS number FROM articles INDEXED BY walls WHERE walled GROUP BY site "
        "ORDER BY number DESC, site LIMIT 12"
    )
    tier, site = asked.get("tier", "")[:40], asked.get("site", "")[:253]
    conditions: list[str] = ["a.walled"]
    values: list[Any] = []
    for name, value in (("tier", tier), ("site", site)):
        if value:
            conditions.append(f"a.{name} = ?")
            values.append(value)
    page = question_of({"page": asked.get("page", "1")}).page
    condition = " AND ".join(conditions)
    found = newest(library.db, PAGE + 1, condition=condition, values=values, after=(page - 1) * PAGE)
    return Page(
        "walls",
        "Walls",
        {
            "tiers": tiers,
            "sites": sites,
            "tier": tier,
            "site": site if is_site(site) else "",
            "shown": [(one, evidence_of(one.row)) for one in found[:PAGE]],
            "page": page,
            "more": len(found) > PAGE,
        },
    )


def unreadable(library: Library, asked: Mapping[str, str]) -> Page:
    """Objects of the bucket that could not be read, with what to do about each."""
    rows = library.db.ask("SELECT key, why, remedy FROM unreadable ORDER BY key LIMIT 500")
    found = {row["key"]: (row["why"], row["remedy"]) for row in rows}
    for err in library.store.left_out.found[:500]:
        found.setdefault(err.key, (err.happened, err.remedy))
    return Page("unreadable", "Unreadable objects", {"found": sorted(found.items())[:500]})
