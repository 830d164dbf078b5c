"""Laws of what stands around a story: who signed it besides the first, and what a label calls it."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.metadata.pictures.wording import bare_credit
from mtcrawler.model.article import Author
from mtcrawler.model.reading import Reading
from tests.extraction.any_site.pages import CLUTTER_AFTER, CLUTTER_BEFORE, HEADLINE, STORY, URL, linked, paragraphs

FIRST = {"@type": "Person", "name": "Edda Holm", "url": "https://paper.example/people/edda-holm"}


def read(*, head: str = "", above: str = "", below: str = "") -> Reading:
    """A page with markup above its headline and below it, in the same header."""
    return read_page(
        f'<html lang="en"><head><title>{HEADLINE}</title>{head}</head><body>{CLUTTER_BEFORE}<main><article>'
        f"<header>{above}<h1>{HEADLINE}</h1></header>{below}<div>{paragraphs()}</div></article></main>"
        f"{CLUTTER_AFTER}</body></html>",
        URL,
    )


def test_a_byline_that_goes_on_names_the_others() -> None:
    """Where a page declares the first author alone and its byline names three, all are authors, with their pages."""
    below = (
        '<p>By <a href="/people/edda-holm">Edda Holm</a>, <a href="/people/odd-vik">Odd Vik</a> and '
        '<a href="/people/marta-lund">Marta Lund</a></p>'
    )
    found = read(head=linked(author=FIRST), below=below)
    assert found.authors == [
        Author(name="Edda Holm", url="https://paper.example/people/edda-holm"),
        Author(name="Odd Vik", url="https://paper.example/people/odd-vik"),
        Author(name="Marta Lund", url="https://paper.example/people/marta-lund"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "By Edda Holm, Political Editor",
        "By Edda Holm and the harbour office",
        "Edda Holm, who has written of lamps and Odd Vik since 1998",
        "By Odd Vik and Marta Lund",
        "By Edda Holm, Special Report",
    ],
    ids=["a role", "no name", "a sentence", "others", "a label"],
)
def test_what_is_no_further_name_adds_none(line: str) -> None:
    """A declared author stays the only one where the line beside the headline goes on with anything but full names."""
    assert [one.name for one in read(head=linked(author=FIRST), below=f"<p>{line}</p>").authors] == ["Edda Holm"]


def test_an_agency_after_a_declared_author_is_kept_in_the_byline() -> None:
    """A byline of a person and an agency names one author and two who sign, though the page declares the first."""
    found = read(head=linked(author=FIRST), below="<p>By Edda Holm and Reuters</p>")
    assert ([one.name for one in found.authors], found.byline) == (["Edda Holm"], ["Edda Holm", "Reuters"])


def test_the_day_in_a_byline_is_no_part_of_a_name() -> None:
    """An agency that signs in one element with the day is an agency still, and no author."""
    below = '<div class="byline"><div>By Reuters</div><time datetime="2026-11-20">Nov. 20, 2026</time></div>'
    found = read(head=linked(author={"@type": "Person", "name": "Reuters"}), below=below)
    assert (found.authors, found.byline) == ([], ["Reuters"])


@pytest.mark.parametrize(
    ("head", "above", "kind"),
    [
        ('<meta name="description" content="Opinion | The lamp belongs to those who cross by it.">', "", "opinion"),
        ('<meta name="description" content="Видео | Лампа горит, и её видно с моря.">', "", "video"),
        ("", '<span class="kicker">News Analysis</span>', "analysis"),
        (linked(articleSection="Kommentare"), "", "opinion"),
        (linked(articleSection="Podcasts"), "", "podcast"),
        (linked(articleSection="Harbour"), '<span class="kicker">Our opinion of lamps</span>', "news"),
        ('<meta name="description" content="The council has an opinion: the lamp will stay.">', "", "news"),
    ],
)
def test_a_label_tells_the_kind(head: str, above: str, kind: str) -> None:
    """A piece is what the label before its description, over its headline or its section calls it, in whole words."""
    assert read(head=head, above=above).kind == kind


def test_a_link_to_the_opinions_far_above_is_no_label() -> None:
    """What a menu before the story's own header links to says nothing of the story."""
    html = (
        f'<html lang="en"><head><title>{HEADLINE}</title></head><body><ul><li><a href="/opinion">Opinion</a></li></ul>'
        f"<main><article><header><h1>{HEADLINE}</h1></header><div>{paragraphs(STORY)}</div></article></main></body>"
    )
    assert read_page(html, URL).kind == "news"


def test_a_credit_of_credit_words_stays_whole() -> None:
    """What consists of words for a credit names nobody, and half of it would say less; else the name is left."""
    assert (bare_credit("Courtesy photo"), bare_credit("Photo: Odd Vik")) == ("Courtesy photo", "Odd Vik")
