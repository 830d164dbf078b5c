"""Laws of the choice between plain HTTP and the browser: what is taken, what waits, what is shown, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.fetch.mode.auto import Auto, Trial
from mtcrawler.fetch.mode.mode_history import AGAIN, FIRST, OFTEN, SELDOM
from mtcrawler.fetch.mode.plain import Plain, as_a_reader
from mtcrawler.fetch.mode.templates import parts_of, template_of
from mtcrawler.model.article import Draft
from mtcrawler.model.provenance import Provenance
from mtcrawler.sites.definition import SiteDefinition
from tests.fixtures.memory import MemoryStore
from tests.fixtures.sites import described

TEXT = "<p>" + "The river froze early this year, and ice fishing began at once. " * 10 + "</p>"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


BODY = {"body": ".body"}
PAPER = described(selectors=BODY, policy={"free": True})
"""A paper that is free."""
DECLARED = described(selectors=BODY)
"""A paper whose pages say themselves who may read them."""


def page(text: str = TEXT, *, number: int = 1, head: str = "", of: SiteDefinition = PAPER) -> ArticlePage:
    """A page with this body."""
    date = '<meta property="article:published_time" content="2026-11-20T10:00:00Z">'
    markup = f"<article class=story><h1>Ice on river {number}</h1><div class=body>{text}</div></article>"
    html = f"<html lang=en><head>{date}{head}</head><body>{markup}</body></html>"
    return ArticlePage(html, f"https://paper.example/2026/11/20/ice-{number}", of, {})


def draft(one: ArticlePage) -> Draft:
    """Its draft."""
    provenance = Provenance(
        run_id="-",
        crawler_version="-",
        fetched_at=NOW,
        discovered_via="url",
        rendered="http",
        status=200,
        extractor="-",
    )
    one, access = as_a_reader(one, 200)
    told = {"publisher": "The Paper", "spider": "paper", "known_as": (), "overlays": ()}
    return draft_of(one, **told, access=access, provenance=provenance)  # type: ignore[arg-type]


def weighed(one: ArticlePage) -> Plain:
    """What there is to decide by."""
    return Plain.of(one, draft(one))


def new(**more: Any) -> Auto[str]:
    """An Auto that knows nothing."""
    return Auto("paper.example", "paper/1", **{"free": True, **more})


def ask(auto: Auto[str], plain: ArticlePage, shown: ArticlePage | None = None) -> str:
    """Decide a page and, where it is to be shown, learn what the browser shows: the same unless given."""
    decision = auto.decide(weighed(plain))
    if isinstance(decision, Trial):
        auto.learn(decision, draft(shown or plain))
        return "show"
    return decision


def taught(**more: Any) -> Auto[str]:
    """An Auto that has seen enough pages agree."""
    auto = new(**more)
    assert [ask(auto, page(number=n)) for n in range(FIRST)] == ["show"] * FIRST
    return auto


def test_a_template_is_taken_once_its_first_pages_agree() -> None:
    """The first pages are shown and compared; the next is taken as plain HTTP gave it."""
    auto = taught()
    assert ask(auto, page(number=9)) == "take"
    (told,) = auto.report().values()
    assert (told.choice, told.compared, told.equal, told.plain, told.shown) == ("http", FIRST, FIRST, 1, FIRST)


def test_pages_wait_for_the_first_and_are_decided_after_them() -> None:
    """While as many as are needed are being shown others of the template wait, and come back when one was."""
    auto, trials = new(), []
    for number in range(FIRST):
        trials.append(auto.decide(weighed(page(number=number))))
    assert auto.decide(weighed(page(number=8))) == "hold"
    auto.hold(weighed(page(number=8)), "eight")
    assert list(auto.ready) == []
    for number, trial in enumerate(trials):
        assert isinstance(trial, Trial)
        auto.learn(trial, draft(page(number=number)))
    assert list(auto.ready) == ["eight"]
    assert ask(auto, page(number=8)) == "take"


def test_what_waits_for_a_page_that_never_comes_is_given_back() -> None:
    """A page that could not be shown teaches nothing and frees those that waited for it."""
    auto = new()
    trials = [auto.decide(weighed(page(number=n))) for n in range(FIRST)]
    auto.hold(weighed(page()), "waits")
    assert isinstance(trials[0], Trial)
    auto.learn(trials[0], None)
    assert list(auto.ready) == ["waits"]
    assert auto.left() == ["waits"]
    assert auto.left() == []


def test_samples_are_frequent_first_and_then_seldom() -> None:
    """A template that is new is compared once in ten pages, later once in fifty."""
    auto = taught()
    answers = [ask(auto, page(number=n)) for n in range(3 * OFTEN + 2 * SELDOM)]
    samples = [n + 1 for n, answer in enumerate(answers) if answer == "show"]
    assert samples == [10, 20, 30, 80, 130]


def test_a_page_that_differs_costs_its_template_the_trust() -> None:
    """After a difference pages of the template are shown until many in a row agree, then sampled often again."""
    auto = taught()
    for number in range(OFTEN - 1):
        ask(auto, page(number=number))
    sample = page("<p>Half of it.</p>" * 40, number=50)
    assert ask(auto, sample, page("<p>Half of it.</p>" * 40 + TEXT, number=50)) == "show"
    (told,) = auto.report().values()
    assert (told.choice, told.differs["body"]) == ("browser", sample.url)
    assert "headline" not in told.differs
    answers = [ask(auto, page(number=n)) for n in range(AGAIN + OFTEN)]
    assert answers == ["show"] * AGAIN + ["take"] * (OFTEN - 1) + ["show"]


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (page(""), "no body"),
        (page("<p>Short.</p>"), "much shorter than usual"),
        (
            page(TEXT, head='<script type="application/ld+json">{"@type":"NewsArticle","wordCount":900}</script>'),
            "decl",
        ),
        (page(TEXT + "<div class=story__more></div>"), "a part not seen before"),
        (page(TEXT + "<script>fill('.body')</script>"), "a part not seen before"),
        (page(TEXT + "<paper-poll></paper-poll>"), "a part not seen before"),
        (page(TEXT + '<div aria-busy="true"></div>'), "content to come"),
        (page(TEXT + "<noscript>Please enable JavaScript to read on.</noscript>"), "asks for scripts"),
        (page(TEXT, head='<meta http-equiv="Refresh" content="1">'), "asks for scripts"),
    ],
)
def test_what_is_odd_is_shown_at_once(odd: ArticlePage, why: str) -> None:
    """A page of a trusted template that is incomplete, or unlike those that agreed, goes to the browser."""
    auto = taught()
    assert ask(auto, odd) == "show"
    assert [reason for one in auto.report().values() for reason in one.reasons if why in reason]


def test_an_oddity_that_proves_to_be_none_is_learned() -> None:
    """A part that was in a page that agreed is no reason any more."""
    auto = taught()
    new_part = TEXT + "<aside class=fact>Ice is water.</aside>"
    assert [ask(auto, page(new_part, number=n)) for n in (5, 6)] == ["show", "take"]


def test_an_odd_page_that_agrees_leaves_what_is_usual_as_it_is() -> None:
    """A page that was shown because it declares more words than it has does not make its template less choosy."""
    auto, declares = taught(), '<script type="application/ld+json">{"@type":"NewsArticle","wordCount":900}</script>'
    before = next(iter(auto.history.templates.values()))
    assert ask(auto, page(number=5, head=declares)) == "show"
    after = next(iter(auto.history.templates.values()))
    assert (after.always, after.parts) == (before.always, before.parts) != (frozenset(), frozenset())


def test_another_layout_is_another_template() -> None:
    """The chain of elements above the headline makes the template; what an article has or lacks does not."""
    bare, full = page(), page(TEXT + "<figure class=photo><img src=/a.jpg></figure>")
    moved = ArticlePage("<div class=shell><article class=story><h1>Ice</h1></article></div>", bare.url, PAPER, {})
    assert template_of(bare) == template_of(full) != template_of(moved)
    assert parts_of(full) - parts_of(bare) == {"photo"}


def test_where_not_all_is_free_the_browser_goes_first() -> None:
    """A publisher that is not free by policy is asked over HTTP only to learn; what is not said to be free is shown."""
    auto = new(free=False)
    free = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":true}</script>'
    assert not auto.goes_first()
    for number in range(FIRST):
        one = page(number=number, head=free, of=DECLARED)
        assert auto.checks(draft(one))
        auto.learn(auto.trial(weighed(one)), draft(one))
    assert auto.goes_first()
    assert ask(auto, page(number=7, head=free, of=DECLARED)) == "take"
    assert ask(auto, page(number=8, of=DECLARED)) == "show"
    paid = page(number=9, head=free.replace("true", "false"), of=DECLARED)
    assert (draft(paid).access.complete, draft(paid).access.tier) == (False, "subscription")
    assert not auto.checks(draft(paid))


def test_crawlers_at_work_together_keep_what_each_learned() -> None:
    """What two crawlers learn at the same time is in the bucket afterwards, and the next one begins with it."""
    store = MemoryStore()
    one, other = taught(), taught()
    one.save(store)
    other.save(store)
    third = new()
    third.recall(store)
    (lesson,) = third.history.templates.values()
    assert (lesson.compared, lesson.equal) == (2 * FIRST, 2 * FIRST)
    assert ask(third, page(number=9)) == "take"
    third.save(store)
    fourth = Auto[str]("paper.example", "paper/2", free=True)
    fourth.recall(store)
    assert fourth.history.templates == {}
