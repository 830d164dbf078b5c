"""What changed between two revisions of an article, field by field."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from mtcrawler.model.article import Article

# What is different in every revision, or says nothing of the article itself.
LEFT_OUT: Final = frozenset("schema_version revision content_hash previous_hash provenance overlays body".split())


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that is another one, as JSON values; `lines` is the unified diff where it is the text."""

    field: str
    before: Any
    after: Any
    lines: tuple[str, ...] = ()


def difference(old: Article, new: Article) -> list[Edit]:
    """Every field that differs between two revisions, in the contract's order.

    Bookkeeping is left out: revision, hashes, provenance, overlays. The body's blocks are left out where the text
    says it all; where only they differ (a caption, an embed) they are the field.
    """
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    edits = []
    for name in before:
        if name not in LEFT_OUT and before[name] != after[name]:
            lines = tuple(_unified(old, new)) if name == "text" else ()
            edits.append(Edit(name, before[name], after[name], lines))
    if before["body"] != after["body"] and before["text"] == after["text"]:
        edits.append(Edit("body", before["body"], after["body"]))
    return edits


def _unified(old: Article, new: Article) -> Iterator[str]:
    names = (f"revision {old.revision}", f"revision {new.revision}")
    yield from difflib.unified_diff(old.text.split("\n"), new.text.split("\n"), *names, n=1, lineterm="")
