"""Selectors: they find what a browser would, whatever classes a page has."""

from __future__ import annotations

import gc

import pytest
from cssselect import HTMLTranslator
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from mtcrawler.markup import css
from mtcrawler.markup.css import Selector

CLASSES = "a b c ab a-b"
SELECTORS = ".a;.a, .b;.a, .b, i;div.a;.a.b;.a .b;.a > .b, .c + p;p:not(.a)"
SELECTORS += ";.a:not(.b) b;[class~=a];.d;.d b, i;.d, .a;i, .a b"
NESTED: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(["<b>x</b>", "<i></i>"]),
    lambda inner: st.builds(
        lambda tag, names, gap, parts: f'<{tag} class="{gap.join(names)}">{"".join(parts)}</{tag}>',
        st.sampled_from(["div", "p", "span"]),
        st.lists(st.sampled_from(CLASSES.split()), max_size=3),
        st.sampled_from([" ", "\n", "\t  "]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("selector", SELECTORS.split(";"))
@given(page=NESTED)
def test_selectors_find_what_xpath_finds(selector: str, page: str) -> None:
    """Below the page's root, and below any element of it, whether the page has the classes that are named or none."""
    root = html.document_fromstring(f"<main>{page}</main>")
    chosen, xpath = Selector(selector), HTMLTranslator().css_to_xpath(selector, prefix="descendant::")
    for scope in (root, *root.iterdescendants("div", "main")):
        # A step of XPath may begin above the element that it is asked of; ours may not.
        expected = [one for one in scope.xpath(xpath) if one is not scope]
        assert chosen(scope) == expected


def test_the_classes_of_a_page_are_listed_once_and_forgotten_with_it() -> None:
    """However many selectors are called with a page, and none of it is held when nobody holds the page."""
    root = html.document_fromstring('<main class="a b"><p class="c">x</p></main>')
    before = len(css._pages)
    assert [len(Selector(text)(root)) for text in (".a", ".c", ".d", ".b .c")] == [1, 1, 0, 1]
    assert len(css._pages) == before + 1
    del root
    gc.collect()
    assert len(css._pages) <= before


def test_an_element_that_was_taken_out_of_its_page_is_one_of_its_own() -> None:
    """What stands below it is found by its own classes, not by those of the page that it was in."""
    root = html.document_fromstring('<main class="a"><div><p class="c">x</p></div></main>')
    part = root.find(".//div")
    assert part is not None
    part.getparent().remove(part)
    assert [len(Selector(text)(root)) for text in (".a", ".c")] == [1, 0]
    assert [len(Selector(text)(part)) for text in (".a", ".c")] == [0, 1]
