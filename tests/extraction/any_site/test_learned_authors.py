"""Laws of learned bylines: what stands where a site signs its articles and is no name makes no author."""

from __future__ import annotations

from typing import Final

import pytest

from mtcrawler.extraction.any_site.teaching import lesson_in
from mtcrawler.extraction.memory.site_memory import SiteMemory
from tests.extraction.any_site.pages import linked
from tests.extraction.any_site.test_site_memory import THINGS, read, story, taught, text_of

UNSIGNED: Final = {
    "a town": "New York",
    "a label": "Sponsored Content",
    "a time to read": "Three minutes",
    "a photographer": "Photo: Pavel Winter",
    "a section": "Politics",
    "a crosshead": "What happened next",
    "a quote": "“We Will Not Go Back.”",
    "a part of a line": "The <b>School Board</b> met",
    "a name in a line": "<b>Pavel Winter</b> has lived here for years",
    "two of them": "Pavel Winter</b></div><div class='top'><b>Other Matters",
}


def signing_memory(shown: str) -> SiteMemory:
    """What three articles teach that show their declared author like this."""
    names = ("Ines Duval", "Tomas Berg", "Ruth Okafor")
    heads = ((thing, name, linked(author={"name": name})) for thing, name in zip(THINGS, names, strict=False))
    return taught(*(read(thing, head=head, inside=shown.format(name)) for thing, name, head in heads))


@pytest.mark.parametrize("shown", UNSIGNED.values(), ids=UNSIGNED)
@pytest.mark.parametrize("inside", [True, False], ids=["after a paragraph", "first"])
def test_what_is_no_name_where_bylines_stand_is_no_author(shown: str, inside: bool) -> None:
    """Where a site is known to sign its articles, nothing but a line that is a full name makes an author, and the text
    has all of its lines.
    """
    line = f"<div class='top'>{shown if '<b>' in shown and 'div' not in shown else f'<b>{shown}</b>'}</div>"
    memory, lead = signing_memory("<div class='top'><b>{}</b></div>"), f"<p>{story('lantern')[0]}</p>" * inside
    assert memory.path_for("authors")
    one, alone = read("mirror", memory=memory, inside=lead + line), read("mirror", inside=lead + line)
    assert (one.authors, text_of(one)) == (alone.authors, text_of(alone))


@pytest.mark.parametrize("shown", ["<p><b>{}</b></p>", "<p><a href='/by'>{}</a></p>", "<p class='top'><b>{}</b></p>"])
def test_a_name_in_a_story_is_no_author(shown: str) -> None:
    """A name in bold type or in a link between two paragraphs signs nothing, though elsewhere bylines look like that;
    nor does one of which the story tells.
    """
    memory, (lead, *rest) = signing_memory(shown), story("lantern")
    line = shown.format("Pavel Winter")
    between = read("mirror", memory=memory, inside=f"<p>{lead}</p>{line}<p>{rest[0]}</p>")
    assert (between.authors, between.byline) == ([], [])
    told = read("mirror", "Nobody but Pavel Winter knew of it, and he told nobody.", memory=memory, inside=line)
    assert (told.authors, told.byline) == ([], [])


def test_a_place_that_shows_no_name_is_not_believed() -> None:
    """A page that declares its author, and shows a crosshead where others sign, counts against the place."""
    shown = "<div class='top'><b>{}</b></div>"
    memory, head = signing_memory(shown), linked(author={"name": "Ines Duval"})
    crosshead = read("mirror", memory=memory, head=head, inside=f"<p>{story('lamp')[0]}</p>{shown.format('Two Days')}")
    assert memory.after(lesson_in(crosshead)).path_for("authors") is None
