"""Laws of the definitions of systems: told by their marks, read where they show things, never against the page."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import Mock

import numpy as np
import pytest
from lxml import etree

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.body.segments import Segment
from mtcrawler.extraction.cms.definition import definitions, read_definition
from mtcrawler.extraction.cms.detection import cms_of
from mtcrawler.extraction.cms.reading import CmsReading
from mtcrawler.markup.document import parsed
from mtcrawler.model.errors import DefinitionError
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, linked, page, paragraphs
from tests.extraction.cms.pages import BOX, EXAMPLES

ORIGIN = "https://paper.example"


def any_page(html: str) -> AnyPage:
    """The page, unread."""
    return AnySiteExtractor(undescribed(ORIGIN)).extract(html, URL, {})


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_shows_who_made_it_and_each_selector_finds_its_field(name: str) -> None:
    """A page with the marks of a system is told by them alone, and all that its definition selects is on its page."""
    root = parsed(EXAMPLES[name].html)
    (found,) = cms_of(root)
    assert found.name == name
    for field in type(found.selectors).model_fields:
        at = getattr(found.selectors, field)
        assert at is None or at(root), field
    assert found.left_out_selector is not None
    assert found.left_out_selector(root)


def test_every_definition_has_an_example() -> None:
    """No definition comes without the page that it is tried on."""
    assert [one.name for one in definitions()] == sorted(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_that_declares_nothing_is_read_by_its_system(name: str) -> None:
    """Byline, day and tags are read where the system shows them, as a guess; its box among the text is left out."""
    found = read_page(EXAMPLES[name].html, URL)
    assert [one.name for one in found.authors] == ["Edda Holm"]
    assert found.fields["authors"] == "guess"
    assert found.text == "\n\n".join(STORY)
    assert BOX not in found.text
    if EXAMPLES[name].tags:
        assert found.tags == ["lamp"]
        assert str(found.published_date) == "2026-11-20"


def test_a_page_of_no_known_system_is_read_as_ever() -> None:
    """A page without any mark has no system, and nothing is looked for."""
    html = page()
    assert cms_of(parsed(html)) == ()
    one = any_page(html)
    assert one.unaided is one.modelled
    assert CmsReading(one.root).elements("authors") == []


def test_what_a_page_declares_counts_before_its_system() -> None:
    """A declared author is the author, whatever stands where the system shows one."""
    example = EXAMPLES["wordpress"]
    said = linked(author={"@type": "Person", "name": "Jonas Weir"}, datePublished="2026-11-20T10:00:00+01:00")
    found = read_page(example.html.replace("</head>", f"{said}</head>"), URL)
    assert ([one.name for one in found.authors], found.fields["authors"]) == (["Jonas Weir"], "declared")


def test_a_definition_of_the_site_counts_before_its_system() -> None:
    """The byline that the site's own definition selects is the byline."""
    definition = undescribed(ORIGIN)
    own = type(definition.selectors).model_validate({"authors": ".signed a"})
    html = EXAMPLES["wordpress"].html.replace("<h1>", '<p class="signed"><a href="/w">Jonas Weir</a></p><h1>')
    one = AnySiteExtractor(definition.model_copy(update={"selectors": own})).extract(html, URL, {})
    assert ([author.name for author in one.authors], one.sources["authors"]) == (["Jonas Weir"], "site")


def test_a_container_that_holds_little_of_the_text_is_not_believed() -> None:
    """Where most of what the model takes stands elsewhere, the element of that name is another story's."""
    inside = f'{paragraphs()}<div class="entry-content"><p>Ferry runs again after repairs on Tuesday night.</p></div>'
    one = any_page(page(inside, head=EXAMPLES["wordpress"].head))
    sharpened = one.cms.sharpened(one.observation, one.modelled, lambda: 0.0)
    assert np.array_equal(sharpened, one.modelled)


def test_a_story_in_a_box_that_is_left_out_elsewhere_stays() -> None:
    """A page whose whole story stands in an element that plugins use for clutter keeps it."""
    inside = f'<div class="sharedaddy">{paragraphs()}</div>'
    found = read_page(page(inside, head=EXAMPLES["wordpress"].head), URL)
    assert found.text == "\n\n".join(STORY)


def test_the_container_tips_the_scales_only_where_the_model_is_in_doubt() -> None:
    """With a confident model a container changes nothing; without confidence what is in it gains, what is not loses."""
    one = any_page(EXAMPLES["wordpress"].html)
    inside = {segment.text for segment in one.observation.segments} & set(STORY)
    sure = one.cms.sharpened(one.observation, one.modelled, lambda: 0.9)
    doubtful = one.cms.sharpened(one.observation, one.modelled, lambda: 0.3)
    for index, segment in enumerate(one.observation.segments):
        if segment.text == BOX:
            continue
        assert sure[index] == one.modelled[index]
        assert (doubtful[index] > one.modelled[index]) == (segment.text in inside)


def test_a_byline_beside_other_stories_is_not_this_ones() -> None:
    """What stands among related stories signs them, even where the system names it as it names this page's."""
    other = '<aside class="related"><span class="author vcard"><a class="fn" href="/w">Jonas Weir</a></span></aside>'
    found = read_page(page(head=EXAMPLES["wordpress"].head).replace("</main>", f"{other}</main>"), URL)
    assert found.authors == []
    assert found.headline == HEADLINE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('name = "paper"\n[detected]\n', "at least one mark"),
        ('name = "paper"\n[detected]\ngenerator = ["Paper"]\n', "lower case"),
        ('name = "paper"\n[detected]\ngenerator = ["paper"]\n[selectors]\nauthors = "a["\n', "no CSS selector"),
        ('name = "paper"\nodd = 1\n[detected]\ngenerator = ["paper"]\n', "odd"),
        ("name = ", "no TOML"),
    ],
)
def test_a_wrong_definition_is_refused_by_name(text: str, why: str) -> None:
    """What cannot be used is told with the file, before anything is read by it."""
    with pytest.raises(DefinitionError) as told:
        read_definition(text, "paper.toml")
    assert "paper.toml" in str(told.value)
    assert why in str(told.value)


def test_however_many_containers_there_are_the_texts_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty thousand containers the one that holds the story is found in one walk through the page."""
    walks = Mock(side_effect=etree.iterwalk)
    monkeypatch.setattr(etree, "iterwalk", walks)
    more = "".join(f'<div class="entry-content">{number}</div>' for number in range(20_000))
    found = any_page(
        f'<html><head><title>{HEADLINE}</title><meta name="generator" content="WordPress 6"></head><body>'
        f'<div class="entry-content">{paragraphs()}</div>{more}</body></html>'
    )
    seen = found.observation
    looks = _Looks(seen.segments)
    monkeypatch.setattr(seen, "segments", looks)
    likely = np.array([0.9 if text in STORY else 0.1 for text in (one.text for one in list.__iter__(looks))])
    assert ((found.cms.sharpened(seen, likely, lambda: 0.0) > likely) == (likely > LIKELY)).all()
    assert (walks.call_count, looks.times) <= (1, 4)


class _Looks(list[Segment]):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[Segment]:
        self.times += 1
        return super().__iter__()
