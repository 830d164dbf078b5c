"""Laws of the paid parts that a page names by selectors: looking for them costs little, however they are chosen."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from mtcrawler.extraction.page import ArticlePage
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.model.article import Access
from tests.fixtures.sites import described
from tests.hostile.limited import limited
from tests.hostile.parts import URL, WORDS, linked, page_with

IMPORTS = """
from tests.hostile.content.test_paid_parts import HOSTILE, looked_for, WORDS
"""
# Of the old selectors each took a second and more in such a page.
CODE = """
for _ in range(3):
    access, _ = looked_for(HOSTILE[{name!r}], "<p>" * 90_000 + "<i class='" + "x " * 200_000 + "'>x")
    print(access.complete)
"""
HOSTILE = {
    "siblings of siblings": [f"x{number} " + "+".join(["*"] * 11) for number in range(20)],
    "children of children": [f"x{number}," + ">".join(["*"] * 12) for number in range(20)],
    "steps of steps": ["*" + " *" * 11 + f"[x{number}]" for number in range(20)],
    "classes of one element": ["i" + ".x" * 140 + f".y{number}" for number in range(20)],
    "attributes": [",".join(f"[a{number}b{each}]" for each in range(30)) for number in range(20)],
    "thousands": [f"#x{number}" for number in range(50_000)],
    "one as long as a page": [",".join(["i.x"] * 200_000)],
}


def looked_for(selectors: Iterable[str], body: str) -> tuple[Access, str]:
    """Who may read a page whose paid parts these selectors name, and what is taken of its text."""
    parts = [{"isAccessibleForFree": False, "cssSelector": each} for each in selectors]
    html = page_with(body, linked({"@type": "NewsArticle", "isAccessibleForFree": True, "hasPart": parts}))
    page = ArticlePage(html, URL, described(), {})
    seen, access = as_a_reader(page, 200)
    return access, " ".join(getattr(block, "text", "") for block in seen.body)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_selectors_of_a_page_hold_a_crawl_up(name: str) -> None:
    """Three pages of some hundred kilobytes are looked through within seconds, and none of them is told as whole."""
    assert limited(IMPORTS, CODE.format(name=name)).split() == ["False"] * 3


@pytest.mark.parametrize("name", HOSTILE)
def test_of_a_page_with_more_paid_parts_than_are_looked_for_nothing_is_taken(name: str) -> None:
    """What might be a paid part is not taken, and the article says why it is not complete."""
    access, text = looked_for(HOSTILE[name], f"<p>{WORDS}")
    assert WORDS.strip() not in text
    assert not access.complete
    assert "more paid parts" in access.evidence[-1].value


def test_the_paid_parts_of_a_page_are_looked_for_together() -> None:
    """Twenty parts of a page are each found and not taken; the free text beside them is."""
    names = [f".part-{number}" for number in range(20)]
    body = "".join(f"<p class='{name[1:]}'>{name[1:]} costs money" for name in names)
    _, text = looked_for(names, f"<p>{WORDS}{body}")
    assert WORDS.strip() in text
    assert "costs money" not in text
