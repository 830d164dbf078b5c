"""One article: as a reader sees it, and where each part of it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mtcrawler.browse.library import Library
from mtcrawler.browse.views.blocks import Body
from mtcrawler.browse.views.page import Page
from mtcrawler.model.article import Article
from mtcrawler.storage.read.markdown import is_in

SOURCES: Final = {
    "declared": "the page declares it in structured data",
    "site": "a selector of the site's definition",
    "learned": "a path that was learned on this site",
    "model": "a learned model",
    "guess": "a guess that fits most newspapers",
}
ORDER: Final = tuple(Article.model_fields)
MOST_SIMILAR: Final = 20
MOST_MEMBERS: Final = 50
MOST_SHOWN: Final = 200
"""Authors, tags, overlays and signs of a wall that are shown."""


def article(library: Library, asked: Mapping[str, str]) -> Page:
    """The article with the id that is asked for; `pictures=1` has its pictures loaded."""
    found = library.article(asked["id"])
    body = Body.of(found.body)
    lead = found.image if found.image and not is_in(found.body, found.image) else None
    loaded = asked.get("pictures") == "1"
    return Page(
        "article",
        found.headline[:200],
        {
            "article": found,
            "body": body,
            "lead": lead,
            "media": found.media[:MOST_SHOWN],
            "has_pictures": bool(body.pictures or lead or any(one.type == "image" for one in found.media)),
            "authors": found.authors[:MOST_SHOWN],
            "tags": found.tags[:MOST_SHOWN],
            "fields": fields(found),
            "evidence": found.access.evidence[:MOST_SHOWN],
            "overlays": found.overlays[:MOST_SHOWN],
            "shots": pictures_of(library, found.id),
            "run_day": library.run_of(found.provenance.run_id),
            "gone": _is_gone(library, found.id),
            "sure": found.provenance.confidence,
            "walled": not found.access.complete or found.access.tier not in {"free", "unknown"},
            **_similar(library, found),
        },
        pictures=loaded,
    )


def fields(article: Article) -> list[tuple[str, str, str]]:
    """Where each field came from: its name, its source, and what that means; in the article's order."""
    told = article.provenance.fields
    names = sorted(told, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return [(name.replace("_", " "), told[name], SOURCES[told[name]]) for name in names[:MOST_SHOWN]]


def pictures_of(library: Library, identity: str) -> list[dict[str, str]]:
    """The pictures that runs kept of an article's page, those of the last run first."""
    query = "SELECT day, run_id, file FROM pictures WHERE id = ? ORDER BY day DESC, run_id DESC, file DESC LIMIT 6"
    return [
        {
            "path": f"/runs/{row['day']}/{row['run_id']}/{row['file']}",
            "told": told_of(row["file"]),
            "day": row["day"],
        }
        for row in library.db.ask(query, identity)
    ]


def told_of(file: str) -> str:
    """What a picture shows, as its name says it: evidence/<id>-overlay-before.png is "overlay before"."""
    return file.rpartition("/")[2].removesuffix(".png")[37:].replace("-", " ") or "picture"


def _is_gone(library: Library, identity: str) -> bool:
    rows = library.db.ask("SELECT gone FROM articles WHERE id = ?", identity)
    return bool(rows and rows[0][0])


def _similar(library: Library, article: Article) -> dict[str, Any]:
    """The articles that this one resembles: of its own site, and in its cluster on all sites."""
    similar = []
    for one in article.similar_to[:MOST_SIMILAR]:
        rows = library.db.ask("SELECT headline, site, day FROM articles WHERE id = ?", one.id)
        similar.append({"id": one.id, "similarity": one.similarity, "row": rows[0] if rows else None})
    cluster = library.cluster(article)
    members = []
    for member in cluster.members[:MOST_MEMBERS] if cluster else ():
        rows = library.db.ask("SELECT headline FROM articles WHERE id = ?", member.id)
        members.append({"member": member, "headline": rows[0][0] if rows else member.url})
    return {
        "similar": similar,
        "members": members,
        "more_members": max(0, len(cluster.members) - MOST_MEMBERS) if cluster else 0,
    }
