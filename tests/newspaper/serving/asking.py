"""Asking a site for a page without any server: what the tests of its answers start with."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from parsel import Selector

from tests.newspaper.addresses import publisher
from tests.newspaper.markup.paper import Modal, Paper
from tests.newspaper.serving.faults import Answer, Faults
from tests.newspaper.serving.site import Site
from tests.newspaper.stories import edition
from tests.newspaper.truth import clean

if TYPE_CHECKING:
    from mtcrawler.model.article import Kind
    from tests.newspaper.story import Edition, Story


@cache
def site(name: Edition = "en", faults: Faults | None = None, modal: Modal = "classic") -> Site:
    """A site, made once; faults None for a good day."""
    return Site(Paper(name, publisher(name), edition(name), modal), faults or Faults())


def get(path: str, name: Edition = "en", faults: Faults | None = None) -> Answer:
    """The answer to a path."""
    return site(name, faults).answer(path)


def html(path: str, name: Edition = "en") -> Selector:
    """The page at a path that answers 200."""
    answer = get(path, name)
    assert answer.status == 200
    return Selector(answer.body.decode())


def of_kind(kind: Kind) -> Story:
    """The newest English story of a kind."""
    return next(story for story in edition("en") if story.kind == kind)


def titled(start: str) -> Story:
    """The English story whose headline starts so."""
    return next(story for story in edition("en") if story.headline.startswith(start))


def squashed(text: str) -> str:
    """The text without any white space, which markup adds and takes away."""
    return "".join(clean(text).split())


def articles(selector: Selector) -> list[str]:
    """The addresses of the excerpts in a list, in order."""
    return selector.css(".article-excerpt-lead::attr(data-url), .article-excerpt-default::attr(data-url)").getall()
