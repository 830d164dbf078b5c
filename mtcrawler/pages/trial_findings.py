"""What the trial of a definition says of it: each thing that does not hold, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from mtcrawler.model.printable import count
from mtcrawler.pages.trial import TrialAnswer, TriedArticle
from mtcrawler.sites.definition import SiteDefinition

FIELDS: Final = ("headline", "body", "published_at", "authors", "image", "section", "tags")
"""The fields of an article whose share is told."""
NEEDED: Final = {"headline": 0.9, "body": 0.9, "published_at": 0.9}
"""The share of articles in which a field that every article has is to be found."""
ALWAYS: Final = frozenset({"container", "headline", "authors", "published_at", "body"})
"""Selectors of what nearly every article has: one that never matches is wrong."""
HALF: Final = 0.5
UNSURE: Final = 0.5
"""A confidence below which a text is more likely wrong than right."""
APART: Final = timedelta(days=1)
"""How far the day in an address and that of publication may lie apart, as zones differ."""
NORWEGIAN: Final = frozenset({"nb", "nn"})
"""Languages that pages and detection call "no" as well."""
WALLS: Final = frozenset({"metered", "registration", "subscription"})


@dataclass(frozen=True)
class TrialFinding:
    """Something that does not hold. `mend` says that the definition is wrong; else it is worth a look."""

    mend: bool
    key: str
    happened: str
    remedy: str


def findings(definition: SiteDefinition, answer: TrialAnswer) -> list[TrialFinding]:
    """Everything that the trial shows to be wrong, or worth a look, in the order of a definition."""
    found = [*_of_sources(answer), *_of_patterns(answer), *_of_pages(answer)]
    if answer.articles:
        found += [
            *_of_fields(answer.articles),
            *_of_selectors(answer),
            *_of_language(definition, answer.articles),
            *_of_days(answer.articles),
            *_of_policy(definition, answer.articles),
        ]
    return sorted(found, key=lambda one: not one.mend)


@dataclass(frozen=True)
class FieldShare:
    """In which share of the articles a field was found, in how many by which way, and one of its values."""

    field: str
    found: float
    ways: Mapping[str, int]
    example: str


def field_shares(articles: Sequence[TriedArticle]) -> list[FieldShare]:
    """The share of each field; nothing where no article was read."""
    told = []
    for field in FIELDS if articles else ():
        having = [one for one in articles if field in one.values]
        ways = Counter(way for one in having if (way := one.sources.get(field)))
        example = having[0].values[field] if having else ""
        told.append(FieldShare(field, len(having) / len(articles), dict(ways.most_common()), example))
    return told


def _of_sources(answer: TrialAnswer) -> Iterator[TrialFinding]:
    for one in answer.sources:
        for failure in one.failures:
            yield TrialFinding(True, f"sources ({one.name})", failure, "Give the address where it is now.")
        if one.answered and not one.named:
            yield TrialFinding(
                True, f"sources ({one.name})", "it names no address on the site's hosts", "Look at it; add its hosts."
            )
        elif one.named and not one.matched:
            yield TrialFinding(
                True,
                f"sources ({one.name})",
                f"none of the {one.named} addresses that it names is an article's, such as {_first(answer.unmatched)}",
                "Widen the patterns of articles, or take the source out.",
            )
    if answer.foreign_number:
        number = count(answer.foreign_number, "address", "addresses")
        happened = f"sources name {number} elsewhere, such as {_first(answer.foreign)}"
        yield TrialFinding(False, "hosts", happened, "Add the host if it is the site's.")


def _of_patterns(answer: TrialAnswer) -> Iterator[TrialFinding]:
    if not any(one.matched for one in answer.patterns):
        return  # told of the sources
    for one in answer.patterns:
        if not one.matched:
            happened = f"{one.pattern!r} matches no address that a source names"
            yield TrialFinding(False, one.key, happened, "Keep it where it is that of older articles.")


def _of_pages(answer: TrialAnswer) -> Iterator[TrialFinding]:
    lost = sum(one.number for one in answer.lost)
    for one in answer.lost:
        most = lost > HALF * (lost + len(answer.articles))
        example = f", such as {one.example}" if one.example else ""
        yield TrialFinding(most, "pages", f"{one.fate}: {one.number}{example}", "Look at one with mtcrawler try URL.")
    if not answer.articles and not answer.lost and any(one.matched for one in answer.sources):
        yield TrialFinding(True, "pages", "no article of the last days was named", "Give more --days.")


def _of_fields(articles: Sequence[TriedArticle]) -> Iterator[TrialFinding]:
    whole = [one for one in articles if one.complete]  # of others no text is taken, whatever the definition says
    for field, least in NEEDED.items():
        asked = whole if field == "body" else articles
        missing = [one for one in asked if field not in one.values]
        if len(missing) > max((1 - least) * len(asked), 1) or (missing and len(missing) == len(asked)):
            happened = (
                f"{field} is missing in {len(missing)} of {count(len(asked), 'article')}, such as {missing[0].url}"
            )
            # A time that the day in an address contradicts is not taken.
            dated = field == "published_at" and missing[0].day is not None
            remedy = "Say in selectors where it stands" + (
                ", or mend dated, which tells another day." if dated else "."
            )
            yield TrialFinding(True, f"selectors.{field}", happened, remedy)
    unsure = [one for one in whole if one.confidence is not None and one.confidence < UNSURE]
    if len(unsure) > HALF * len(whole):
        happened = (
            f"the text of {count(len(unsure), 'article')} is more likely wrong than right, such as {unsure[0].url}"
        )
        yield TrialFinding(False, "selectors.body", happened, "Look at one with mtcrawler try URL --html look.html.")


def _of_selectors(answer: TrialAnswer) -> Iterator[TrialFinding]:
    for one in answer.selectors:
        if not one.pages:
            wrong = one.key.removeprefix("selectors.") in ALWAYS
            remedy = "Mend it, or take it out." if wrong else "Keep it where few articles have that."
            yield TrialFinding(wrong, one.key, f"{one.text!r} matches on no page", remedy)


def _of_language(definition: SiteDefinition, articles: Sequence[TriedArticle]) -> Iterator[TrialFinding]:
    said = {_primary(one) for one in definition.languages}
    others = [one for one in articles if _primary(one.language) not in said | {"und"}]
    if len(others) > HALF * len(articles):
        number, language = count(len(others), "article is", "articles are"), others[0].language
        happened = f"{number} in another language ({language}), such as {others[0].url}"
        yield TrialFinding(True, "languages", happened, "Name the language, or leave such articles out.")


def _of_days(articles: Sequence[TriedArticle]) -> Iterator[TrialFinding]:
    dated = [one for one in articles if one.day and "published_at" in one.values]
    wrong = [one for one in dated if _apart(one)]
    if dated and len(wrong) > HALF * len(dated):
        happened = f"{wrong[0].url} was published at {wrong[0].values['published_at']}"
        yield TrialFinding(True, "dated", happened, "The day in the address is another one: take the pattern out.")


def _of_policy(definition: SiteDefinition, articles: Sequence[TriedArticle]) -> Iterator[TrialFinding]:
    cut = [one for one in articles if not one.complete]
    if cut:
        number = f"{len(cut)} of {count(len(articles), 'article')} {'is' if len(cut) == 1 else 'are'}"
        happened = f"{number} shown in part ({cut[0].tier}), such as {cut[0].url}"
        yield TrialFinding(False, "policy", happened, "They are stored as such, or not: WALLED_ARTICLES.")
    walled = [one for one in articles if one.tier in WALLS and definition.policy.free_at(_path(one.url))]
    if walled:
        happened = (
            f"{count(len(walled), 'article is', 'articles are')} not free ({walled[0].tier}), such as {walled[0].url}"
        )
        yield TrialFinding(True, "policy.free", happened, "Take it out, or name the paths that are paid.")


def _apart(one: TriedArticle) -> bool:
    published = datetime.fromisoformat(one.values["published_at"]).date()
    return abs(published - date.fromisoformat(one.day or "")) > APART


def _primary(language: str) -> str:
    primary = language.partition("-")[0].lower()
    return "no" if primary in NORWEGIAN else primary


def _path(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2].partition("?")[0]


def _first(texts: Sequence[str]) -> str:
    return texts[0] if texts else "none"
