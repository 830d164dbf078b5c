"""Laws of the head of a definition that `mtcrawler sites new` wrote: whose site it is, and what was not tried."""

from __future__ import annotations

from typing import Final

import pytest

from mtcrawler.cli.pages.new_definition import definition_text
from mtcrawler.sites.loading import read_definition
from tests.single_pages.test_new_site import found_at


def named(*heads: str) -> str:
    """The line of the publisher in the definition of a site whose pages have these heads."""
    found = found_at(*(f"/story/{number}" for number in range(len(heads))))
    pages = zip(found.articles, heads, strict=True)
    articles = [one.model_copy(update={"html": f"<html><head>{head}</head></html>"}) for one, head in pages]
    text = definition_text(found.model_copy(update={"articles": articles}))
    read_definition(text, "paper.example.toml")
    return next(line for line in text.splitlines() if line.startswith("publisher"))


def meta(name: str) -> str:
    return f'<meta property="og:site_name" content="{name}">'


def linked(name: str) -> str:
    said = f'{{"@type": "NewsArticle", "headline": "Ice", "publisher": {{"name": "{name}"}}}}'
    return f"<script type='application/ld+json'>{said}</script>"


REFERENCE: Final = (
    '<script type=\'application/ld+json\'>{"@graph": [{"@type": "NewsArticle", "publisher": {"@id": "#us"}}, '
    '{"@type": "Organization", "@id": "#us", "name": "The Courier"}]}</script>'
)


@pytest.mark.parametrize(
    "heads",
    [
        [meta("The Courier")],
        [linked("The Courier")],
        [REFERENCE],
        [meta("The Courier") + linked("THE  COURIER"), linked("The Courier")],
        [meta("The Courier"), meta("The Courier"), linked("A News Agency")],
        [meta("The Courier"), "", ""],
        [meta("Courier | News") + linked("The Courier"), linked("The Courier")],
    ],
)
def test_the_publisher_is_who_most_pages_say_it_is(heads: list[str]) -> None:
    """A name that more than half of the pages which name one declare, by meta tag or JSON-LD, is the publisher's."""
    assert named(*heads) == 'publisher = "The Courier"'


def test_a_publisher_that_pages_do_not_agree_on_is_asked_for() -> None:
    """Where pages name several or nobody, the host's name stands there, and a comment says why."""
    assert named(meta("A #1"), meta("B")) == (
        'publisher = "paper.example"  # the host\'s name; the pages do not agree: "A #1", "B"'
    )
    assert named("", "") == 'publisher = "paper.example"  # the host\'s name; the pages name nobody'


def test_what_could_not_be_tried_is_said() -> None:
    """The file is marked untried; sources that could not be read and pages that gave no article are in its head."""
    found = found_at("/story/ice")
    text = definition_text(
        found.model_copy(update={"unread": ["https://paper.example/a.xml"], "lost": {"missing": 1, "blocked": 2}})
    )
    assert read_definition(text, "paper.example.toml").untried
    assert "# Sources that could not be read: https://paper.example/a.xml.\n" in text
    assert "# Addresses that gave no article: 2 blocked, 1 missing.\n" in text
    assert "Pages were read over plain HTTP:" in text
