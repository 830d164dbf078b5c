"""Laws of telling articles from other pages."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from mtcrawler.api import read
from mtcrawler.extraction.any_site.page_kind import _declared_features, stated_features
from mtcrawler.extraction.metadata.statements import Statements
from tests.extraction.any_site.pages import CLUTTER_AFTER, CLUTTER_BEFORE, STORY, URL, linked, page

TEASERS = "".join(
    f"<article><h2><a href='/2026/11/{day}/story-{day}'>What happened at the harbour on day {day}</a></h2>"
    f"<p>A short word on it, and no more.</p></article>"
    for day in range(10, 30)
)


def other(title: str, inside: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>{CLUTTER_BEFORE}<main>"
        f"<h1>{title}</h1>"
        f"{inside}</main>{CLUTTER_AFTER}</body></html>"
    )


@pytest.mark.parametrize(
    ("path", "html", "kind"),
    [
        ("/news", other("News", TEASERS), "list"),
        ("/nothing-here", other("Page not found", "<p>There is nothing at this address.</p>"), "error"),
        ("/login", other("Log in", "<form><input name='user'><input name='word' type='password'></form>"), "login"),
        ("/search?q=lamp", other("Search results for lamp", TEASERS), "search"),
        (
            "/shop/lamp",
            other(
                "Brass lamp",
                "<p>Brass, 40 cm.</p><button>Add to basket</button>",
                '<script type="application/ld+json">{"@type":"Product","name":"Brass lamp"}</script>',
            ),
            "product",
        ),
    ],
    ids="list error login search product".split(),
)
def test_a_page_that_is_no_article_says_what_it_is(path: str, html: str, kind: str) -> None:
    """A list, an error, a form to sign in, results and goods are no articles, and each is named."""
    assert read(html, f"https://paper.example{path}").page == kind


def test_an_article_is_one_with_or_without_structured_data() -> None:
    """A story is an article whether its page says so to machines or not."""
    assert read(page(), URL).page == read(page(head=linked()), URL).page == "article"


@pytest.mark.parametrize("number", [4, 6, 10])
def test_long_teasers_make_no_article(number: int) -> None:
    """A list whose teasers have as much text as a short article has is a list; an article in as many parts is none."""
    parts = [(f"/s/{day}", f"What happened at the harbour on day {day}", day) for day in range(number)]
    told = [" ".join(STORY[(day + line) % len(STORY)] for line in range(3)) for day in range(number)]
    teasers = "".join(
        f"<div class='card'><h2><a href='{link}'>{title}</a></h2><p>{told[day]}</p></div>" for link, title, day in parts
    )
    in_parts = "".join(f"<h2>{title}</h2><p>{told[day]}</p>" for _, title, day in parts)
    address = "https://paper.example/harbour"
    assert read(other("The best of the harbour", teasers), address).page == "list"
    assert read(page(in_parts), URL).page == "article"


def test_what_declares_nothing_has_nothing_declared() -> None:
    """Every feature of what a page declares is off where it declares nothing, and they stand among all features."""
    bare = Statements(document_fromstring(page()), URL)
    signed = Statements(document_fromstring("<meta name='author' content='A B'><p>Text.</p>"), URL)
    assert not any(_declared_features(bare))
    assert any(_declared_features(signed))
    assert len(stated_features(bare)) > len(_declared_features(bare)) == 13
