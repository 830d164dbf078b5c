"""Writes docs/publishers.md: the publishers that sites/ describes, and what each definition says.

    python -m tools.publishers

The table is made from the definitions; the text around it, with figures that were measured, is written by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mtcrawler.security import whole_files
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import files_in, load_definition

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "publishers.md"
BEGIN, END = "<!-- python -m tools.publishers writes from here -->\n", "<!-- to here -->\n"
COLUMNS: Final = ("publisher", "site", "spider", "languages", "sources", "back-fills", "says of its pages", "free")


def table(definitions: list[SiteDefinition]) -> str:
    """The rows of these publishers, by language and name, under how many they are."""
    untried = sum(one.untried for one in definitions)
    languages = {language.partition("-")[0] for one in definitions for language in one.languages}
    counted = f"{len(definitions)} sites in {len(languages)} languages; {untried} of them are untried.\n\n"
    head = f"| {' | '.join((*COLUMNS, 'state'))} |\n{'|---' * (len(COLUMNS) + 1)}|\n"
    rows = sorted(definitions, key=lambda one: (one.languages[0].partition("-")[0], one.publisher.casefold()))
    return counted + head + "".join(f"| {' | '.join(_cells(one))} |\n" for one in rows)


def _cells(one: SiteDefinition) -> Iterator[str]:
    yield one.publisher
    yield f"[{one.site.host}]({one.origin})"
    yield f"`{one.spider}`"
    yield ", ".join(one.languages)
    kinds = Counter(source.kind for source in one.all_sources if source.backfill is None)
    yield ", ".join(_number(number, kind) for kind, number in kinds.items())
    yield ", ".join(f"`{name}`" for name in one.backfills) or "–"
    yield ", ".join(_said(one)) or "–"
    yield "no" if not one.policy.free else "in part" if one.policy.paid else "yes"
    yield "untried" if one.untried else "deployed" if one.deployed else "tried"


def _said(one: SiteDefinition) -> Iterator[str]:
    yield from (name for name in type(one.selectors).model_fields if name in one.selectors.model_fields_set)
    if one.left_out.elements or one.left_out.paragraphs:
        yield "left out"
    if one.kinds:
        yield "kinds"
    if one.code:
        yield "code"


def _number(number: int, kind: str) -> str:
    return f"{number} {kind}{'s' if number > 1 else ''}"


def page(text: str) -> str:
    """The page with its table made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table([load_definition(path) for path in files_in(ROOT / "sites")]) + END + after


def main() -> None:
    """Write it."""
    whole_files.put(PAGE, page(PAGE.read_text("utf-8")).encode())


if __name__ == "__main__":
    main()
