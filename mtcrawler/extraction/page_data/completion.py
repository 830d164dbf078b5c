"""A page whose text only its data hold, with that text in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Final, NamedTuple

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.metadata.statements import Statements, plain_text
from mtcrawler.extraction.page_data.articles import candidates
from mtcrawler.extraction.page_data.declared_free import declares_free
from mtcrawler.extraction.page_data.markup import markup_of
from mtcrawler.extraction.page_data.scripts import data_in
from mtcrawler.extraction.page_data.walls import shows_wall
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import string
from mtcrawler.markup.text import count_words, inline_text
from mtcrawler.model.errors import PageTooLarge

SHELL: Final = 60
"""Words of a page's own text: one that shows more is no shell, and its data are left alone."""
LEAST: Final = 60
"""Words of a text in data; a shorter one may be a summary."""
MORE: Final = 3
"""Times as long as what is shown has to be what is in the data."""
TELLING: Final = 8
"""Words that a page and its data do not share by chance."""
TRIED: Final = 5
"""Objects of its article that a page's data may have; which of more is the right one, nobody knows."""


class Completed(NamedTuple):
    """The page with the text in it, the element that holds it, and what its object states, as a JSON-LD object."""

    root: HtmlElement
    article: HtmlElement
    node: Node


def completed(
    root: HtmlElement,
    page: Statements,
    metas: Mapping[str, str],
    headers: Mapping[str, str],
    seen: Observation,
    likely: NDArray[np.float64],
) -> Completed | None:
    """The page with the text of its data; None where it shows its text, has no such data, or is not free beyond doubt.

    `seen` and `likely` are what the model makes of what it shows. A page that shows the beginning of its text has a
    reason to show no more. The tree of the page is not changed.
    """
    shown = sum(len(seen.words[index]) for index in np.flatnonzero(likely >= LIKELY).tolist())
    headline = plain_text(string(page.article, "headline") or "")
    if shown > SHELL or not headline or not declares_free(page, metas, headers):
        return None
    best: tuple[int, HtmlElement, Node] | None = None
    tried = 0
    for data in data_in(root):
        for one in candidates(data, headline):
            tried += 1
            if tried > TRIED or one.is_paid:
                return None
            try:
                article = markup_of(one.body)
            except PageTooLarge:  # what the page shows is still read
                continue
            words = count_words(inline_text(article)) if article is not None else 0
            if article is not None and words >= max(LEAST, MORE * shown) and (best is None or words > best[0]):
                best = words, article, one.as_linked(page.url)
    if best is None or _shows_part(seen, best[1]):
        return None
    whole, (_, article, node) = deepcopy(root), best
    body = whole.find("body")
    (whole if body is None else body).insert(0, article)
    return None if shows_wall(whole) else Completed(whole, article, node)


def _shows_part(seen: Observation, article: HtmlElement) -> bool:
    """Whether a page shows some of this text already: so many words in a row."""
    shown = {
        run
        for words, text in zip(seen.words, seen.plain, strict=True)
        if text not in seen.titles
        for run in _runs(words)
    }
    return bool(shown) and any(run in shown for run in _runs(words_of(" ".join(article.itertext()))))


def _runs(words: list[str]) -> Iterator[str]:
    return (" ".join(words[at : at + TELLING]) for at in range(len(words) - TELLING + 1))
