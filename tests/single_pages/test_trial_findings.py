"""Laws of what a trial says of a definition: a fault for each claim that the pages contradict, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from mtcrawler.pages.trial import LostPages, TrialAnswer, TriedArticle, TriedPattern, TriedSelector, TriedSource
from mtcrawler.pages.trial_findings import findings
from tests.fixtures.sites import described

VALUES = {"headline": "Ice", "body": "Ice came.", "published_at": "2026-11-20T09:00:00+00:00"}


def article(**said: Any) -> TriedArticle:
    """An article about which everything holds, but for what is said."""
    given: dict[str, Any] = {
        "url": "https://paper.example/2026/11/20/ice",
        "words": 300,
        "confidence": 0.9,
        "language": "en",
        "tier": "free",
        "complete": True,
        "day": "2026-11-20",
        "values": VALUES,
    }
    return TriedArticle.model_validate({**given, **said})


def answer(**said: Any) -> TrialAnswer:
    """What a site answers whose definition holds, but for what is said."""
    given: dict[str, Any] = {
        "sources": [TriedSource(name="sitemap", answered=True, named=9, matched=8)],
        "patterns": [TriedPattern(key="articles.0", pattern="/x", matched=8)],
        "selectors": [TriedSelector(key="selectors.authors", text=".byline", pages=4)],
        "articles": [article()] * 4,
        "lost": [],
    }
    return TrialAnswer.model_validate({**given, **said})


def test_a_definition_that_holds_has_no_finding() -> None:
    """Nothing is said of what the pages bear out, of a time in another zone, or of a text too short for a language."""
    near = article(values={**VALUES, "published_at": "2026-11-21T01:00:00+09:00"})
    assert findings(described(), answer(articles=[article(), near, article(language="und")])) == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"sources": [TriedSource(name="sitemap", failures=["/news.xml: 404"])]}, "sources (sitemap)"),
        ({"sources": [TriedSource(name="rss:all", answered=True)]}, "sources (rss:all)"),
        ({"sources": [TriedSource(name="rss:all", answered=True, named=9)]}, "sources (rss:all)"),
        ({"articles": [], "lost": [LostPages(fate="missing", number=3)]}, "pages"),
        ({"articles": []}, "pages"),
        ({"articles": [article(values={"headline": "Ice", "body": "Ice."})]}, "selectors.published_at"),
        ({"articles": [article(language="fr")]}, "languages"),
        ({"articles": [article(day="2026-10-20")]}, "dated"),
        ({"articles": [article(tier="subscription"), article()]}, "policy.free"),
        ({"selectors": [TriedSelector(key="selectors.body", text=".text", pages=0)]}, "selectors.body"),
    ],
)
def test_what_the_site_contradicts_is_to_be_mended(said: dict[str, Any], key: str) -> None:
    """Each claim that does not hold is told by its key in the definition, with what happened and what to do."""
    found = [one for one in findings(described(policy={"free": True}), answer(**said)) if one.mend]
    assert [one.key for one in found] == [key]
    assert all(one.happened and one.remedy for one in found)


@pytest.mark.parametrize(
    "said",
    [
        {"patterns": [*answer().patterns, TriedPattern(key="articles.1", pattern="/old", matched=0)]},
        {"selectors": [TriedSelector(key="selectors.sponsor", text=".ad", pages=0)]},
        {"lost": [LostPages(fate="missing", number=1)]},
        {"foreign_number": 2, "foreign": ["https://other.example/"]},
        {"articles": [article(confidence=0.2)]},
        {"articles": [article(tier="subscription")]},
        {"articles": [article(values={"headline": "Ice", "published_at": VALUES["published_at"]}, complete=False)]},
        {"articles": [*answer().articles, article(values={"headline": "Ice", "body": "Ice came."})]},
    ],
)
def test_what_may_be_right_is_no_fault(said: dict[str, Any]) -> None:
    """Patterns of older articles, rare fields, a lost page, other hosts and unsure texts are worth a look at most; so
    are a wall where no policy is claimed, the text that it keeps back, and a field that one article has not.
    """
    assert not any(one.mend for one in findings(described(), answer(**said)))
