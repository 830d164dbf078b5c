"""Laws of introductions: what a site shows between headline and text, apart from it, on page after page."""

from __future__ import annotations

from typing import Final

import pytest

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.any_site.teaching import lesson_in
from mtcrawler.extraction.memory.site_memory import AGREED, SiteMemory
from mtcrawler.model.article import text_of
from tests.extraction.any_site.pages import CLUTTER_AFTER, CLUTTER_BEFORE

ORIGIN: Final = "https://paper.example"
THINGS: Final = tuple("anchor barrel candle ditch engine fence garden hammer island jacket kettle ladder".split())
EMPTY: Final = SiteMemory(learned_by="any-site/1")


def introduction(thing: str) -> str:
    return (
        f"The storm of October took the {thing} from its keeper, who never asked for another one. What became of it, "
        f"and what the town of {thing}ville has to say to that."
    )


def story(thing: str) -> list[str]:
    """Three paragraphs in words that no other story has."""
    return [
        f"The {thing} of {thing}ville was found on Monday by a {thing}maker who had looked for it since {thing} month.",
        f"Whoever lost the {thing} may ask for it at the {thing} office, where {thing}keepers know what it looks like.",
        f"Last year another {thing} was found near {thing}ton, and its owner gave forty {thing}s to the finder.",
    ]


def markup(thing: str, intro: str, described: str) -> str:
    title = f"The {thing} of {thing}ville is found"
    text = "".join(f"<p>{one}</p>" for one in story(thing))
    return (
        f'<html lang="en"><head><title>{title}</title><meta name="description" content="{described}"></head><body>'
        f"{CLUTTER_BEFORE}<main><article><h1>{title}</h1><p>By Ingrid Solheim</p>{intro}"
        f'<div class="story-text">{text}</div></article></main>{CLUTTER_AFTER}</body></html>'
    )


def read(thing: str, intro: str, described: str, memory: SiteMemory | None = None) -> AnyPage:
    """The page of a story about this thing, with markup between byline and text, and a description."""
    extractor = AnySiteExtractor(undescribed(ORIGIN))
    extractor.remembered = lambda address: memory
    return extractor.extract(markup(thing, intro, described), f"{ORIGIN}/story/{thing}-is-found", {})


def boxed(thing: str) -> str:
    return f'<div class="story-text story-intro">{introduction(thing)}</div>'


def taught(label: str = "", things: tuple[str, ...] = THINGS[:AGREED]) -> SiteMemory:
    """What pages teach whose introduction stands in a box of its own and is declared as description."""
    memory = EMPTY
    for thing in things:
        memory = memory.after(lesson_in(read(thing, boxed(thing), label + introduction(thing))))
    return memory


def text(page: AnyPage) -> list[str]:
    return text_of(page.body).split("\n\n")


@pytest.mark.parametrize("label", ["", "Opinion | "])
def test_an_introduction_is_the_summary_once_its_place_is_known(label: str) -> None:
    """What stood apart from the text on three pages and was declared as their description is no part of the next."""
    thing = THINGS[5]
    first, known = read(thing, boxed(thing), ""), read(thing, boxed(thing), "", taught(label))
    assert text(first) == [introduction(thing), *story(thing)]
    assert text(known) == story(thing)
    assert known.summary == introduction(thing)
    assert known.sources["summary"] == "learned"


def test_two_pages_do_not_teach_where_introductions_stand() -> None:
    """What two pages declare may be their first paragraph: the third is read as if nothing was known."""
    found = read(THINGS[5], boxed(THINGS[5]), "", taught(things=THINGS[:2]))
    assert text(found) == [introduction(THINGS[5]), *story(THINGS[5])]


@pytest.mark.parametrize(
    "lead",
    [
        '<div class="story-text"><p class="first">{0}</p>{1}</div>',
        '<div class="block lead">{0}</div><div class="block two">{1}</div><div class="block three"><p>{2}</p></div>',
    ],
    ids=["a paragraph of the text", "a block among blocks"],
)
def test_a_first_paragraph_is_no_introduction(lead: str) -> None:
    """What stands in one flow with the text stays, though every page declares it and a class names it."""
    memory, pages = EMPTY, []
    for thing in THINGS[:6]:
        rest = "".join(f"<p>{one}</p>" for one in story(thing))
        more = "The owner said that the rest of the story will have to wait until the harbour office opens again."
        inside = lead.format(introduction(thing), rest, more)
        html = markup(thing, "", introduction(thing))
        html = html.replace(f'<div class="story-text">{rest}</div>', inside)
        extractor = AnySiteExtractor(undescribed(ORIGIN))
        extractor.remembered = lambda address, known=memory: known
        pages.append(extractor.extract(html, f"{ORIGIN}/story/{thing}-is-found", {}))
        memory = memory.after(lesson_in(pages[-1]))
    assert all(text(page)[0] == introduction(thing) for page, thing in zip(pages, THINGS, strict=False))


def test_what_else_stands_there_is_not_believed() -> None:
    """A place that says something else than the description on more than one page in ten is nobody's introduction."""
    memory, other = taught(), "A storm, a keeper and forty years in between."
    memory = memory.after(lesson_in(read(THINGS[4], boxed(THINGS[4]), other, memory)))
    assert text(read(THINGS[5], boxed(THINGS[5]), "", memory)) == [introduction(THINGS[5]), *story(THINGS[5])]


def test_where_introductions_are_known_the_texts_beginning_is_none() -> None:
    """On a site that shows introductions apart, a description that repeats the beginning of the text is no summary."""
    opening = story(THINGS[5])[0]
    assert read(THINGS[5], "", opening, taught()).summary is None
    assert read(THINGS[5], "", opening).summary == opening


@pytest.mark.parametrize("end", ["…", "...", " […]"])
def test_a_beginning_that_is_cut_within_a_word_is_a_beginning(end: str) -> None:
    """A description that repeats the text as far as the middle of a word repeats it; other words do not."""
    opening, memory = story(THINGS[5])[0], taught()
    cut = opening[: opening.index("maker") + 3]
    assert read(THINGS[5], "", cut + end, memory).summary is None
    assert read(THINGS[5], "", f"Why {cut}{end}", memory).summary == f"Why {cut}{end}"


def test_a_label_before_a_description_is_left_out() -> None:
    """Of "Opinion | What became of the anchor" the declared summary is what stands after the bar."""
    assert read("anchor", "", f"Opinion | {introduction('anchor')}").summary == introduction("anchor")


def test_a_page_of_nothing_but_an_introduction_keeps_it() -> None:
    """Where all that a page says stands at the place of introductions, it is the text."""
    thing = THINGS[5]
    html = markup(thing, boxed(thing), "").replace("".join(f"<p>{one}</p>" for one in story(thing)), "")
    extractor = AnySiteExtractor(undescribed(ORIGIN))
    extractor.remembered = lambda address: taught()
    assert extractor.extract(html, f"{ORIGIN}/story/{thing}-is-found", {}).recollection.introduction is None
