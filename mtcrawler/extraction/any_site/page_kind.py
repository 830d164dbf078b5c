"""What sort of page it is, told before anything is read off it: an article, or which other kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.any_site.page_shape import linked_headings, text_features
from mtcrawler.extraction.body.model import Model
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.metadata.publication import day_in
from mtcrawler.extraction.metadata.statements import TYPES, Statements
from mtcrawler.markup.structured import is_of
from mtcrawler.model.reading import PageKind

ARTICLE: Final = 0.5
"""The likelihood from which a page is taken for an article."""
SIGNED: Final = 0.03
"""The same for a page that declares nothing, and shows who wrote it and when."""
FEW_LINKED: Final = 3
"""Headings of such a page that may be links."""
_NEWS: Final = tuple(name for name in TYPES if "News" in name)
_BLOG: Final = (
    "Article",
    "BlogPosting",
    "TechArticle",
    "Report",
    "ScholarlyArticle",
    "Review",
    "Recipe",
    "LiveBlogPosting",
)
_LISTS: Final = ("ItemList", "CollectionPage", "SearchResultsPage", "ProfilePage")
_GOODS: Final = ("Product", "Offer", "AggregateOffer", "SoftwareApplication", "Event", "LocalBusiness", "Service")
_ASKING: Final = ("FAQPage", "QAPage", "DiscussionForumPosting", "HowTo")
_HUBS: Final = frozenset(
    """
    about account advertise archive archives author authors basket cart categories category checkout collections contact
    docs documentation events faq feed forum forums games help home index jobs login market members pages photos
    podcasts pricing privacy product products profile register search service services shop signin signup solutions
    store support tag tags terms topic topics users videos weather wiki
    """.split()
)
_STORIES: Final = frozenset(
    "article articles artikel story stories news nachrichten post posts blog noticia actualite".split()
)
_TEXT_KINDS: Final[dict[PageKind, re.Pattern[str]]] = {
    "error": re.compile(
        r"\b(?:404|page not found|not found|seite nicht gefunden|page introuvable|страница не найдена)\b", re.I
    ),
    "login": re.compile(r"^(?:log ?in|sign ?in|anmelden|einloggen|connexion|iniciar sesión|войти|вход)\b", re.I),
    "search": re.compile(
        r"\b(?:search results|results for|suchergebnisse|résultats|resultados|результаты поиска)\b", re.I
    ),
}


def kind_of_page(
    page: Statements,
    seen: Observation,
    likely: NDArray[np.float64],
    model: Model,
    is_signed: Callable[[], bool] = lambda: False,
) -> PageKind:
    """The kind of this page; `likely` are the probabilities of its segments.

    The model knows few pages that declare nothing at all. Of these one is an article where `is_signed` says that it
    shows who wrote it and when, and that its text is sure.
    """
    chance = model.article_likelihood(kind_features(page, seen, likely))
    if chance >= ARTICLE:
        return "article"
    kind = _other_kind(page, seen)
    declares = any(_declared_features(page))
    if kind == "other" and chance >= SIGNED and not declares and linked_headings(seen) <= FEW_LINKED and is_signed():
        return "article"
    return kind


def kind_features(page: Statements, seen: Observation, likely: NDArray[np.float64]) -> list[float]:
    """What tells the kinds apart, as numbers: what the page states, and what its text looks like."""
    return stated_features(page) + text_features(seen, likely)


def stated_features(page: Statements) -> list[float]:
    """What the address, the structured data and the markup of a page tell of its kind."""
    return _address_features(page) + _declared_features(page) + _markup_features(page)


def _address_features(page: Statements) -> list[float]:
    steps = [step for step in page.path.split("/") if step]
    last = re.sub(r"\.\w{2,6}$", "", steps[-1].lower()) if steps else ""
    return [
        len(steps),
        len([word for word in re.split(r"[-_+, ]", last) if word]),
        max((len(re.split(r"[-_+, ]", step)) for step in steps), default=0),
        len(last),
        max((len(digits) for digits in re.findall(r"\d+", page.path)), default=0),
        day_in(page.path) is not None,
        bool(re.search(r"/(?:19|20)\d\d[/-]\d\d?", page.path)),
        any(step.lower() in _HUBS for step in steps),
        last in _HUBS,
        any(step.lower() in _STORIES for step in steps),
        "?" in page.url,
    ]


def _declared_features(page: Statements) -> list[float]:
    """What says that the page declares anything: none of them is set on a page that does not."""
    kind = (page.meta("og:type") or "").lower()
    declared = [node for node in page.nodes if not is_of(node, "ListItem")]
    return [
        any(is_of(node, *_NEWS) for node in declared),
        any(is_of(node, *_BLOG) for node in declared),
        any(is_of(node, *_LISTS) for node in declared),
        any(is_of(node, *_GOODS) for node in declared),
        any(is_of(node, *_ASKING) for node in declared),
        sum(is_of(node, *TYPES) for node in declared),
        "article" in kind,
        "website" in kind,
        "product" in kind,
        page.meta("article:published_time") is not None,
        bool(page.article.get("author")),
        bool(page.article.get("datePublished")),
        page.meta("author") is not None,
    ]


def _markup_features(page: Statements) -> list[float]:
    tags = Counter(element.tag for element in page.root.iter("article", "time", "form", "input", "img"))
    return [
        tags["article"],
        tags["time"],
        tags["form"] + tags["input"],
        tags["img"],
    ]


def _other_kind(page: Statements, seen: Observation) -> PageKind:
    """Which kind a page is that is no article."""
    title = " ".join(page.titles[:2])
    for kind, pattern in _TEXT_KINDS.items():
        if pattern.search(title):
            return kind
    steps = set(page.path.lower().split("/"))
    if any(is_of(node, "SearchResultsPage") for node in page.nodes):
        return "search"
    if any(is_of(node, "Product", "Offer") for node in page.nodes) or "product" in (page.meta("og:type") or ""):
        return "product"
    if any(is_of(node, *_ASKING) for node in page.nodes) or steps & {"forum", "forums", "thread", "threads", "t"}:
        return "forum"
    if steps & {"docs", "documentation", "wiki", "manual", "reference", "api"}:
        return "documentation"
    if any(is_of(node, *_LISTS) for node in page.nodes) or linked_headings(seen) > 3 or not steps - {""}:
        return "list"
    return "other"
