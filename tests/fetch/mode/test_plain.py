"""Laws of a page over plain HTTP as its readers get it: what is declared as paid is not read, and nothing is marked."""

from __future__ import annotations

import json

import lxml.html
import pytest

from mtcrawler.extraction.page import ArticlePage, css
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.markup.css import MOST
from mtcrawler.model.article import Block, text_of
from mtcrawler.sites.definition import SiteDefinition
from tests.fixtures.sites import described

NAMES_ITS_BODY = described(selectors={"body": ".body"})
SAYS_NOTHING = described()
OPEN = "The ferry runs every hour from Monday."
PAID = "What it will cost was told to subscribers."


class Own(ArticlePage):
    """A page that reads its body in a way of its own."""

    @property
    def body(self) -> list[Block]:
        """Each body by itself."""
        return [block for each in css(".body")(self.scope) for block in self.reader.read([each])]


Kind = tuple[type[ArticlePage], SiteDefinition]
NAMED: Kind = (ArticlePage, NAMES_ITS_BODY)
KINDS: tuple[Kind, ...] = (NAMED, (Own, SAYS_NOTHING), (ArticlePage, SAYS_NOTHING))


def page(*parts: str, kind: Kind = NAMED, free: bool | None = False) -> ArticlePage:
    """A page with an open paragraph, a paid one and bare words, that declares these parts as paid."""
    part = [{"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": one} for one in parts]
    node = {"@type": "NewsArticle", "isAccessibleForFree": free, "hasPart": part}
    make, definition = kind
    return make(
        f'<html><head><script type="application/ld+json">{json.dumps(node)}</script></head><body><main class=around>'
        f"<article><h1>Ferry</h1><div class=body>Bare words.<p class=open>{OPEN}</p><p class=paid>{PAID}</p>"
        "<p>More.</div></article></main></body></html>",
        "https://paper.example/a",
        definition,
        {},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_declared_as_paid_is_not_read(kind: Kind) -> None:
    """The declared part is left out of the text and the rest is read, however a publisher's page reads its body."""
    seen, access = as_a_reader(page(".paid", kind=kind), 200)
    text = text_of(seen.body)
    assert OPEN in text
    assert "More." in text
    assert PAID not in text
    assert (access.tier, access.complete) == ("subscription", False)
    assert ("JSON-LD hasPart", ".paid: 0 words to be seen") in [(one.signal, one.value) for one in access.evidence]


@pytest.mark.parametrize("selector", [".body", "article", ".around", "main > article, .nowhere"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_paid_part_around_the_body_withholds_all_of_it(selector: str, kind: Kind) -> None:
    """Where the declared part is the body, or stands around it, not a word is read; the headline is."""
    seen, access = as_a_reader(page(selector, kind=kind), 200)
    assert text_of(seen.body) in {"", "Ferry"}  # a page that names no body reads its headline there, too
    assert seen.headline == "Ferry"
    assert access.complete is False


@pytest.mark.parametrize("parts", [(), (".nowhere",), ("((",), tuple(f".part{n}" for n in range(MOST + 1))])
def test_without_a_part_to_be_found_nothing_is_read(parts: tuple[str, ...]) -> None:
    """Not free, and nobody can see where the free part ends: nothing of the text is taken."""
    seen, access = as_a_reader(page(*parts), 200)
    assert (seen.body, access.complete) == ([], False)


def test_nothing_is_marked() -> None:
    """Neither judging a page nor reading it without a part changes its tree, nor what the page itself reads."""
    one = page(".paid")
    before, whole = lxml.html.tostring(one.root), list(one.body)
    seen, _ = as_a_reader(one, 200)
    assert PAID not in text_of(seen.body)
    assert lxml.html.tostring(one.root) == before
    assert one.body == whole
    assert PAID in text_of(one.without(()).body)


def test_each_reading_tells_how_its_own_fields_were_had() -> None:
    """A page that is read without a part keeps its own account of its fields, and the whole page keeps its own, too."""
    one = page(".body", kind=(ArticlePage, NAMES_ITS_BODY))
    assert (one.headline, bool(one.body)) == ("Ferry", True)
    seen, _ = as_a_reader(one, 200)
    assert (seen.headline, seen.body) == ("Ferry", [])
    assert (dict(one.sources), dict(seen.sources)) == ({"headline": "guess", "body": "site"}, {"headline": "guess"})


def test_what_the_response_declares_is_evidence() -> None:
    """A header about access is evidence over plain HTTP, too, whatever extractor read the page."""
    _, access = as_a_reader(page(free=None), 200, {"x-paywall": "hard", "server": "x"})
    assert [(one.signal, one.value) for one in access.evidence] == [("header", "x-paywall: hard")]


def test_what_declares_nothing_is_read_as_it_is() -> None:
    """A page that says nothing of access is read whole, and its tier is unknown."""
    seen, access = as_a_reader(page(free=None), 200)
    assert PAID in text_of(seen.body)
    assert (access.tier, access.complete, access.evidence) == ("unknown", True, [])
