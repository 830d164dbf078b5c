"""Whether a page declares in so many words that its article is free: without that nothing is taken from its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from mtcrawler.access.evidence import Declarations
from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.declared import ARTICLE_TYPES
from mtcrawler.extraction.metadata.statements import Statements, plain_text
from mtcrawler.extraction.page_data.articles import in_words
from mtcrawler.extraction.page_data.paid_names import leaves_out, says_paid
from mtcrawler.markup.json_values import DEEPEST, Node
from mtcrawler.markup.structured import is_of, linked_values, string

_PROPERTIES: Final = etree.XPath("//*[@itemprop]")


def declares_free(page: Statements, metas: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Whether the JSON-LD object of this page's article says that it is free, and nothing says anything else.

    No list of the names under which publishers say that a text is paid for can be whole. So silence is no permission,
    and doubt neither: JSON-LD that cannot be read may be what denies it. Names of metas and headers are lower-case.
    """
    article = page.article
    if not is_of(article, *ARTICLE_TYPES) or Declarations.of((article,), {}).free is not True:
        return False
    if not _describes(article, page):
        return False
    said = Declarations.of(page.nodes, metas, headers)
    if said.free is not True or said.parts or said.metas or said.headers or said.metered:
        return False
    if any(leaves_out(name, value) for name, values in page.metas.items() for value in values):
        return False
    for one in _PROPERTIES(page.root):
        if leaves_out(one.get("itemprop"), one.get("content") or one.get("href") or one.text):
            return False
    try:
        return not says_paid(linked_values(page.root), DEEPEST)
    except ValueError:
        return False


def _describes(article: Node, page: Statements) -> bool:
    """Whether an object is this page's by its address, or where it has none by the title that the page has, too."""
    if not page.path:
        return False  # a front page
    if addresses := page.addresses_of(article):
        return page.path in addresses
    return tuple(words_of(plain_text(string(article, "headline") or ""))) in in_words(page.shown_titles)
