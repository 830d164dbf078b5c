"""Laws of permission: text is taken from page data where the page declares it free, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from mtcrawler.api import read
from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.page_data.completion import TRIED
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.model.article import text_of
from tests.extraction.any_site.pages import STORY, URL, linked
from tests.extraction.page_data.pages import ARTICLE, FREE, is_taken, next_data, shell

PAID: dict[str, Any] = {
    "isFree": False,
    "is_public": False,
    "subscriptionRequired": True,
    "requiresLogin": True,
    "isExclusive": True,
    "meter": True,
    "isPlusArticle": True,
    "abo": True,
    "kostenpflichtig": True,
    "reserve": True,
    "price": 2.5,
    "tier": "premium",
    "status": "locked",
    "labels": ["plus"],
    "permissions": ["subscriber"],
    "properties": [{"name": "isPremium", "value": True}],
}
OTHERS = "\n".join(
    [
        linked(isAccessibleForFree="nein"),
        linked(isAccessibleForFree=0),
        linked(headline="Geese return to the marsh", isAccessibleForFree=True),
        linked(url="https://paper.example/2026/11/20/geese", isAccessibleForFree=True),
        linked(**{"@type": "WebPage"}, isAccessibleForFree=True),
        '<meta property="article:content_tier" content="free">',
        '<meta itemprop="isAccessibleForFree" content="true">',
        "",
    ]
).splitlines()


@pytest.mark.parametrize("name", PAID)
def test_what_a_page_does_not_declare_free_is_never_taken_whatever_its_data_call_it(name: str) -> None:
    """Nobody knows all names under which a text is paid for: an article is free only where JSON-LD says so."""
    assert not is_taken(read_page(shell(next_data({**ARTICLE, name: PAID[name]}), declared=""), URL))


@pytest.mark.parametrize("declared", OTHERS)
def test_only_the_object_of_this_article_declares_it_free(declared: str) -> None:
    """Silence, another value than true, another page's object, another type and meta tags alone are no permission."""
    assert not is_taken(read_page(shell(next_data(ARTICLE), declared=declared), URL))


@pytest.mark.parametrize(
    "declared",
    [
        linked(isAccessibleForFree="https://schema.org/True"),
        linked(isAccessibleForFree="True", mainEntityOfPage={"@id": URL}),
        linked(isAccessibleForFree=True, hasPart={"@type": "WebPageElement", "isAccessibleForFree": "true"}),
        f'{FREE}<meta itemprop="isAccessibleForFree" content="true">',
        f'{FREE}<meta property="article:content_tier" content="free">',
    ],
)
def test_what_a_page_declares_free_is_taken(declared: str) -> None:
    """True in any spelling of schema.org, of an object that names this page by its address or by its title."""
    assert is_taken(read_page(shell(next_data(ARTICLE), declared=declared), URL))


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False",}</script>',
        linked(isAccessibleForFree=0),
        linked(isAccessibleForFree="nein"),
        linked(isAccessibleForFree={"@value": False}),
        linked(conditionsOfAccess="subscription"),
        linked(isPartOf={"@type": "WebSite", "isAccessibleForFree": False}),
        '<meta itemprop="isAccessibleForFree" content="false">',
        '<link itemprop="isAccessibleForFree" href="https://schema.org/False">',
        '<meta name="article:premium" content="yes">',
        '<meta name="free" content="no">',
        '<meta name="access" content="paid">',
    ],
)
def test_one_word_to_the_contrary_is_doubt_enough(head: str) -> None:
    """A page that says both, or whose JSON-LD cannot be read whole, is shown by the browser as any other."""
    assert not is_taken(read_page(shell(next_data(ARTICLE), head=head), URL))


def test_over_http_a_shell_that_is_not_declared_free_has_no_text() -> None:
    """Without a browser, too, `isFree: false` beside a page that declares nothing gives no text."""
    html = shell(next_data({**ARTICLE, "isFree": False}), declared="")
    page = AnySiteExtractor(undescribed("https://paper.example")).extract(html, URL, {})
    seen, _ = as_a_reader(page, 200)
    assert STORY[-1] not in text_of(seen.body)
    assert STORY[-1] not in read(html, URL).text


def test_more_objects_of_one_article_than_are_looked_at_give_nothing() -> None:
    """The object after the last that is looked at may be the one that says that it is paid for."""
    assert is_taken(read_page(shell(next_data([ARTICLE] * TRIED)), URL))
    assert not is_taken(read_page(shell(next_data([*[ARTICLE] * TRIED, {**ARTICLE, "isPremium": True}])), URL))


@pytest.mark.parametrize("path", ["/about", "/products/oil-lamp", "/news", "/", ""])
def test_a_page_that_declares_no_article_is_none_for_its_data(path: str) -> None:
    """Pages about the paper, goods, sections and front pages have such objects, too, and stay what they are."""
    data = next_data({**ARTICLE, "url": path, "slug": path.rpartition("/")[2], "type": "page"})
    website = '<script type="application/ld+json">{"@type": "WebPage", "isAccessibleForFree": true}</script>'
    assert not is_taken(read_page(shell(data, declared=website), f"https://paper.example{path}"))
    if path in {"/", ""}:
        assert not is_taken(read_page(shell(data), f"https://paper.example{path}"))


def test_a_slug_is_no_address() -> None:
    """An object of another title with this page's slug may be that of another language or edition."""
    other = {**ARTICLE, "title": "Geese return to the marsh", "slug": URL.rpartition("/")[2]}
    assert not is_taken(read_page(shell(next_data(other)), URL))
