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
        "Edda Holm, Harbour Insider",
        "By Edda Holm, Ostervik Bureau",
        "Edda Holm | Harbour Town",
        "By Edda Holm, Lokalredaktion Ostervik",
    ],
    ids=["a role", "no name", "a sentence", "others", "a label", "a paper", "a bureau", "a place", "a desk"],
)
def test_what_is_no_further_name_adds_none(line: str) -> None:
    """A declared author stays the only one where the line beside the headline goes on with anything but full names."""
    assert [one.name for one in read(head=linked(author=FIRST), below=f"<p>{line}</p>").authors] == ["Edda Holm"]


def test_what_follows_the_names_takes_none_of_them() -> None:
    """Of a byline of two people, a bureau and a place after a bar the two people are the authors."""
    found = read(head=linked(author=FIRST), below="<p>By Edda Holm and Odd Vik, Ostervik Bureau | Harbour Town</p>")
    assert [one.name for one in found.authors] == ["Edda Holm", "Odd Vik"]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Edda<br>Holm", ["Edda Holm"]),
        ("By<br>Edda<br>Holm<br>Reporter", ["Edda Holm"]),
        ("Edda Holm<br>Odd Vik", ["Edda Holm", "Odd Vik"]),
        ("李晓峰<br>何秀英", ["李晓峰", "何秀英"]),
        ("作者|李晓峰", ["李晓峰"]),
        ("作者｜李晓峰", ["李晓峰"]),
    ],
)
def test_a_byline_names_each_person_once(byline: str, names: list[str]) -> None:
    """Lines that are one word each are one person's names, lines that are whole names are people, a label is nobody."""
    assert [one.name for one in read(below=f'<div class="author-name">{byline}</div>').authors] == names


def test_an_agency_in_a_line_alone_is_no_part_of_a_name() -> None:
    """Two agencies in lines of one word each are two that sign, and no author."""
    found = read(below='<div class="byline">Reuters<br>Interfax</div>')
    assert (found.authors, found.byline) == ([], ["Reuters", "Interfax"])


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
        ('<meta name="description" content="Video: divers show how the lamp was mended.">', "", "news"),
        ('<meta name="description" content="Letters">', "", "news"),
        (linked(articleSection="Tribune"), "", "news"),
        (linked(articleSection="Letters"), "", "news"),
        ("", '<span class="kicker">Letters</span>', "opinion"),
        ("", '<a class="kicker" href="/opinion">Opinion</a>', "opinion"),
        ("", '<ul><li><a href="/news">News</a></li><li><a href="/opinion">Opinion</a></li></ul>', "news"),
        ("", '<div><a href="/a">News</a></div><div><a href="/b">Sport</a></div><p><a href="/c">Video</a></p>', "news"),
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


@pytest.mark.parametrize("menu", ["<p>Opinion</p>", "<ul><li>Opinion</li><li>Video</li></ul>"])
def test_what_stands_above_a_whole_story_is_no_label(menu: str) -> None:
    """Words in the element that holds all of the story may be a menu's, and say nothing of the story."""
    html = (
        f'<html lang="en"><head><title>{HEADLINE}</title></head><body><div id="page">{menu}<h1>{HEADLINE}</h1>'
        f"{paragraphs(STORY)}</div></body>"
    )
    assert read_page(html, URL).kind == "news"


def test_a_credit_of_credit_words_stays_whole() -> None:
    """What consists of words for a credit names nobody, and half of it would say less; else the name is left."""
    assert (bare_credit("Courtesy photo"), bare_credit("Photo: Odd Vik")) == ("Courtesy photo", "Odd Vik")
