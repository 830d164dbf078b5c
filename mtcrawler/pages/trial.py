"""What a definition is asked to show when it is tried, and what its site's live pages answered."""

from __future__ import annotations

from mtcrawler.model.article import Model, Tier


class TrialRequest(Model):
    """A definition, by its file, to be tried on so many articles of the last days; `mirror` is a copy of the site."""

    definition: str
    articles: int = 10
    days: int = 7
    mirror: str | None = None


class TriedSource(Model):
    """A source of the definition, or several that are counted by one name.

    `named` addresses of the site came of it, of which `matched` have the form of an article's. `failures` say which
    address could not be read, and why; it `answered` where any could, and is `refused` where the site, or its
    robots.txt, does not give it.
    """

    name: str
    answered: bool = False
    refused: bool = False
    named: int = 0
    matched: int = 0
    failures: list[str] = []


class TriedPattern(Model):
    """A pattern of the addresses of articles, and how many of those that sources named it matched."""

    key: str
    pattern: str
    matched: int


class TriedSelector(Model):
    """A selector, or a pattern of paragraphs, by its key in the definition; and on how many articles it found any."""

    key: str
    text: str
    pages: int


class TriedArticle(Model):
    """An article as it was read. `values` are fields as text, shortened; `sources` say where each came from.

    `language` is that of the text, `tier` who may read it by what the page shows, whatever the definition says. `day`
    is the one of its address, where that holds one.
    """

    url: str
    words: int
    confidence: float | None = None
    language: str
    tier: Tier
    complete: bool
    day: str | None = None
    values: dict[str, str] = {}
    sources: dict[str, str] = {}


class LostPages(Model):
    """Pages of articles that gave none, by what became of them, with the first of them where it is known."""

    fate: str
    number: int
    example: str | None = None


class TrialAnswer(Model):
    """What came of the trial. `unmatched` and `foreign` are a few addresses of no pattern, and of no host."""

    sources: list[TriedSource]
    patterns: list[TriedPattern]
    selectors: list[TriedSelector]
    articles: list[TriedArticle]
    lost: list[LostPages]
    unmatched: list[str] = []
    foreign: list[str] = []
    foreign_number: int = 0
