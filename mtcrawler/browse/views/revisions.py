"""The revisions of an article: what changed from one to another, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from mtcrawler.browse.library import Library
from mtcrawler.browse.views.page import Page
from mtcrawler.browse.views.word_changes import Pair, side_by_side, words
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.read.edits import difference

LONGEST: Final = 3_000
"""Characters of a field other than the text that are shown."""
LONGEST_TEXT: Final = 300_000


def revisions(library: Library, asked: Mapping[str, str]) -> Page:
    """Two revisions of an article beside each other: `old` and `new`, the last two unless given."""
    article = library.article(asked["id"])
    found = {one.revision: one for one in library.revisions(article)}
    new = _number(asked.get("new"), article.revision)
    earlier = max((number for number in found if number < new), default=min(found))
    old = _number(asked.get("old"), earlier)
    for number in (old, new):
        if number not in found:
            happened = f"revision {number} is not there, or cannot be read"
            raise ArgumentError("comparing revisions", happened, "Choose from the list of revisions.")
    fields, text = [], list[Pair]()
    for edit in difference(found[old], found[new]):
        if edit.field == "text":
            before, after = found[old].text[:LONGEST_TEXT], found[new].text[:LONGEST_TEXT]
            text = side_by_side(before, after)
        else:
            fields.append((edit.field.replace("_", " "), words(_told(edit.before), _told(edit.after))))
    return Page(
        "revisions",
        f"Revisions: {article.headline[:150]}",
        {
            "article": article,
            "all": [found[number] for number in sorted(found, reverse=True)],
            "missing": article.revision - len(found),
            "old": found[old],
            "new": found[new],
            "fields": fields,
            "text": text,
            "changed": sum(pair.changed for pair in text),
        },
    )


def _number(given: str | None, default: int) -> int:
    if not given:
        return default
    try:
        return int(given[:9])
    except ValueError as err:
        happened = f"{given[:20]} is no number of a revision"
        raise ArgumentError("comparing revisions", happened, "Choose from the list of revisions.") from err


def _told(value: Any) -> str:
    """A field's value for people; JSON where it is not a plain one."""
    if value is None or value == []:
        return ""
    if isinstance(value, str | int | float):
        told = str(value)
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        told = ", ".join(value)
    elif isinstance(value, list) and all(isinstance(one, dict) and one.get("name") for one in value):
        told = ", ".join(str(one["name"]) for one in value)
    else:
        told = json.dumps(value, ensure_ascii=False, indent=1)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
