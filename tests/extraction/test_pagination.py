"""Laws of telling the parts of one article: by what an address adds to another's, and how a page links to it."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement, document_fromstring

from mtcrawler.extraction.parts.pagination import next_part, parts_in, whole_of
from mtcrawler.markup.addresses import Site

HOME = "https://paper.example"
SITE = Site(HOME, frozenset({"paper.example"}))
FIRST = f"{HOME}/2026/11/20/ice"


def page(*links: str) -> HtmlElement:
    """A page with these links."""
    return document_fromstring(f"<html><body><article><p>Ice.</p>{''.join(links)}</article></body></html>")


def link(address: str, text: str, more: str = "") -> str:
    return f"<a href='{address}' {more}>{text}</a>"


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (FIRST, "/2026/11/20/ice?page=2", "2"),
        (FIRST, "/2026/11/20/ice/2/", "Next page"),
        (FIRST, "/2026/11/20/ice/page/2", "Next »"),
        (FIRST, "https://paper.example/2026/11/20/ice,page-2", "Weiter"),
        (f"{HOME}/ice.html", "/ice-2.html", "2"),
        (f"{HOME}/ice.html", "/ice-seite-2.html", "Nächste Seite"),
        (f"{HOME}/read?id=7", "/read?id=7&p=2", "下一页"),
        (FIRST, "/2026/11/20/ice?utm_source=x&page=2", "Suivante"),
    ],
)
def test_the_next_part_is_the_first_address_with_a_number(first: str, second: str, text: str) -> None:
    """A link that leads on, or is the number, to the first part's address with that number leads to the next part."""
    found = next_part(page(link("/news", "News"), link(second, text)), HOME, first, first, SITE)
    assert found is not None
    assert found.endswith(second.removeprefix(HOME))
    assert next_part(page(link(second, text)), HOME, first, HOME + second.removeprefix(HOME), SITE) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{HOME}/stories/halle", "halle/2"),
        (FIRST, "/2026/11/20/i%63e/2"),
        (FIRST, "/2026/11/20/i\nce/2"),
        (FIRST, "/2026/11/20/ICE/../ice/2"),
    ],
)
def test_the_next_part_is_found_however_its_link_is_written(first: str, second: str) -> None:
    """A relative link, one with a letter as its number, or with a line feed in it leads to the next part, too."""
    assert next_part(page(link(second, "Next page")), first, first, first, SITE) is not None


@pytest.mark.parametrize(
    ("first", "second", "third", "links"),
    [
        (FIRST, "?page=1", "?page=2", ("2", "3")),
        (FIRST, "?page=1", "?page=2", ("Next page", "Next page")),
        (f"{FIRST}?page=0", "?page=1", "?page=2", ("2", "3")),
        (f"{FIRST}?page=1", "?page=2", "?page=3", ("2", "3")),
        (f"{FIRST}/1", "/2", "/3", ("Next page", "Go to page 3")),
        (f"{FIRST}-1.html", "-2.html", "-3.html", ("2", "3")),
    ],
)
def test_parts_count_from_nought_or_in_the_first_address_too(
    first: str, second: str, third: str, links: tuple[str, str]
) -> None:
    """No part is passed over where the second page is number 1, or where the first one has a number as well."""
    second, third = FIRST + second, FIRST + third
    numbered = [link(third, links[1])] if links[1].isdigit() else []
    one = page(*numbered, link(second, links[0]))
    assert next_part(one, HOME, first, first, SITE) == second
    two = page(
        link(first, "1" if numbered else "Back"), *([link(second, "2")] if numbered else []), link(third, links[1])
    )
    assert next_part(two, HOME, first, second, SITE) == third
    assert next_part(page(link(first, "Back"), link(second, links[0])), HOME, first, third, SITE) is None


@pytest.mark.parametrize("text", ["»", "›", "Page 2", "Go to page 2", "Seite 2", "<img alt='Next' src=/arrow.png>"])
def test_a_sign_or_a_picture_leads_on(text: str) -> None:
    """An arrow, the word for a page with its number, and a picture named so lead on; to a story of that name not."""
    assert next_part(page(link(f"{FIRST}?page=2", text)), HOME, FIRST, FIRST, SITE) == f"{FIRST}?page=2"
    assert next_part(page(link(f"{FIRST}-2", text)), HOME, FIRST, FIRST, SITE) is None


def test_a_query_without_a_value_keeps_its_spelling() -> None:
    """The first part of `/read?1423&page=2` is `/read?1423`."""
    first = f"{HOME}/read?1423"
    assert next_part(page(link(f"{first}&page=2", "2")), HOME, first, first, SITE) == f"{first}&page=2"
    assert whole_of(page(link(first, "1")), HOME, f"{first}&page=2", SITE) == first


def test_the_next_story_is_no_part_of_a_first_one_with_a_number() -> None:
    """An id in the first address is no page: what only says "next" leads to another story."""
    for text in ("Next", "»"):
        assert (
            next_part(page(link("/news/2", text, "rel=next")), HOME, f"{HOME}/news/1", f"{HOME}/news/1", SITE) is None
        )


def test_a_second_part_may_be_number_one() -> None:
    """Where sites count from nought, page 1 is a part of the one without; where they count from one, it is that one."""
    first, second, third = FIRST, f"{FIRST}?page=1", f"{FIRST}?page=2"
    assert whole_of(page(link(first, "1"), link(second, "2"), link(third, "3")), HOME, second, SITE) == first
    assert whole_of(page(link(first, "Previous")), HOME, second, SITE) == first
    assert whole_of(page(link(first, "1"), link(third, "2")), HOME, second, SITE) is None


@pytest.mark.parametrize("box", ["comments", "replies", "respuestas"])
def test_pages_of_comments_are_no_parts(box: str) -> None:
    """A pager among what readers say leads to no part of the article."""
    root = page(f"<div class={box}>{link(f'{FIRST}?page=2', '2')}</div>")
    assert next_part(root, HOME, FIRST, FIRST, SITE) is None


def test_a_link_in_the_head_names_the_next_part() -> None:
    """`rel=next` counts in the head of a page as well."""
    root = document_fromstring(f"<html><head><link rel=next href='{FIRST}/2'></head><body><p>Ice.</p></body></html>")
    assert next_part(root, HOME, FIRST, FIRST, SITE) == f"{FIRST}/2"


@pytest.mark.parametrize(
    "links",
    [
        [link("/2026/11/21/snow", "Next", "rel=next")],
        [link("/2026/11/20/ice-2", "Next →", "rel=next")],
        [link("/2026/11/20/ice-2", "Ice again, a week later")],
        [link("/2026/11/20/ice/2", "What became of the ice")],
        [f"<div class=comments>{link('/2026/11/20/ice?page=2', '2')}</div>"],
        [link("/2026/11/20/ice/comment-page-2", "2")],
        [link("/2026/11/20/ice?page=3", "3")],
        [link("https://elsewhere.example/2026/11/20/ice?page=2", "2")],
        [link("/2026/11/20", "20")],
    ],
    ids="another-story same-name related titled comments comment-pages later elsewhere day".split(),
)
def test_other_links_lead_to_no_part(links: list[str]) -> None:
    """The next story, one of the same name, pages of comments and a later part are not the next part."""
    assert next_part(page(*links), HOME, FIRST, FIRST, SITE) is None


def test_a_later_part_names_its_whole() -> None:
    """A page whose address has a number, and that links back to the one without, is a part of that one."""
    second, third = f"{FIRST}?page=2", f"{FIRST}?page=3"
    assert whole_of(page(link(FIRST, "1"), link(third, "3")), HOME, second, SITE) == FIRST
    assert whole_of(page(link(second, "Previous")), HOME, third, SITE) == FIRST
    assert whole_of(page(link(f"{HOME}/ice", "1")), HOME, f"{HOME}/ice-2", SITE) == f"{HOME}/ice"


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("/?p=12", ["<link rel=prev href='/?p=11'>"]),
        ("/?p=12", [link("/", "1"), link("/", "Back")]),
        ("/?page=12", [link("/", "1"), link("/?page=11", "Previous")]),
        ("/read?p=12", [link("/read?p=11", "11"), link("/read", "Back")]),
        ("/news/12", [link("/news", "Back")]),
        ("/news/12", ["<link rel=next href='/news/13'>"]),
        ("/news/12", [link("/news/13", "13"), link("/news/11", "Previous", "rel=prev")]),
        ("/2026/11/29", [link("/2026/11", "Back"), link("/2026/11/28", "28"), link("/2026/11/30", "Next")]),
        ("/ice-3", [link("/ice-2", "2"), link("/ice-2", "Previous")]),
        ("/the-war-part-3", [link("/the-war-part-2", "Previous")]),
        ("/the-war-teil-3", [link("/the-war-teil-4", "Weiter")]),
    ],
)
def test_the_number_of_a_story_is_no_part(url: str, links: list[str]) -> None:
    """An id or a day in an address makes no part of a page, whatever it links to beside it; the home page has none."""
    assert whole_of(page(*links), HOME, HOME + url, SITE) is None


def test_a_number_after_a_slash_is_a_part_where_the_first_is_linked() -> None:
    """A page whose address has a number that may be an id is a part only of what it links to as number 1."""
    assert whole_of(page(link(FIRST, "1"), link(f"{FIRST}/3", "3")), HOME, f"{FIRST}/2", SITE) == FIRST
    assert whole_of(page(link("/read?id=7", "1")), HOME, f"{HOME}/read?id=7&p=2", SITE) == f"{HOME}/read?id=7"


def test_a_story_with_a_number_is_a_whole_of_its_own() -> None:
    """A number in an address alone, or a link to a story of the same name, makes no part of a page."""
    assert whole_of(page(link("/news", "News")), HOME, f"{FIRST}?page=2", SITE) is None
    assert whole_of(page(link("/ice", "Ice")), HOME, f"{HOME}/ice-2", SITE) is None
    assert whole_of(page(link("/ice", "Previous", "rel=prev")), HOME, f"{HOME}/ice-2", SITE) is None
    assert whole_of(page(link(FIRST, "1")), HOME, FIRST, SITE) is None
    assert list(parts_in(f"{HOME}/2026")) == []
