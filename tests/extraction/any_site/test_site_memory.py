"""Laws of a site's memory: what is learned from its pages, what is never taken for clutter, and what is forgotten."""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import Final

import numpy as np
import pytest

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.any_site.page import AnyPage
from mtcrawler.extraction.any_site.teaching import lesson_in
from mtcrawler.extraction.body.model import LIKELY
from mtcrawler.extraction.memory.clutter import ENOUGH, known_likely
from mtcrawler.extraction.memory.lesson import PLACES as PAGE_PLACES
from mtcrawler.extraction.memory.lesson import TEXTS, Lesson
from mtcrawler.extraction.memory.paths import LONGEST, Chains, path_of
from mtcrawler.extraction.memory.site_memory import (
    AGREED,
    CHANGED,
    CONTAINERS,
    FEW,
    LATEST,
    PLACES,
    Agreement,
    SiteMemory,
    Standing,
)
from mtcrawler.markup.document import fragment
from tests.extraction.any_site.pages import linked, page

ORIGIN: Final = "https://paper.example"
BOX: Final = "Our readers pay for this paper together, and the next issue depends on whether you join them this week."
BACKGROUND: Final = (
    "The lighthouse of Ostervik was built in 1874 and has been closed to visitors since the great storm."
)
THINGS: Final = tuple("anchor barrel candle ditch engine fence garden hammer island jacket kettle ladder".split())
EMPTY: Final = SiteMemory(learned_by="any-site/1")


def story(thing: str) -> list[str]:
    """Three paragraphs in words that no other story has."""
    return [
        f"The {thing} of {thing}ville was found on Monday by a {thing}maker who had looked for it since {thing} month.",
        f"Whoever lost the {thing} may ask for it at the {thing} office, where {thing}keepers know what it looks like.",
        f"Last year another {thing} was found near {thing}ton, and its owner gave forty {thing}s to the finder.",
    ]


def read(thing: str, *more: str, memory: SiteMemory | None = None, head: str = "", inside: str = "") -> AnyPage:
    """The page of a story about this thing, with more paragraphs at its end."""
    extractor = AnySiteExtractor(undescribed(ORIGIN))
    extractor.remembered = lambda address: memory
    texts = inside + "".join(f"<p>{text}</p>" for text in (*story(thing), *more))
    title = f"The {thing} of {thing}ville is found"
    return extractor.extract(page(texts, head=head, headline=title), f"{ORIGIN}/story/{thing}-is-found", {})


def taught(*pages: AnyPage, memory: SiteMemory = EMPTY) -> SiteMemory:
    """The memory after these pages."""
    for one in pages:
        memory = memory.after(lesson_in(one))
    return memory


def text_of(one: AnyPage) -> list[str]:
    """What the body of a page says, paragraph by paragraph."""
    return [block.text for block in one.body if hasattr(block, "text")]


def test_what_stands_on_other_articles_is_clutter() -> None:
    """A text that stood on four other articles is no part of the next, though the model takes it; the story stays."""
    pages = [read(thing, BOX) for thing in THINGS[:4]]
    assert BOX in text_of(pages[0])
    assert text_of(read(THINGS[4], BOX, memory=taught(*pages))) == story(THINGS[4])


def test_the_first_pages_are_read_as_if_nothing_was_known() -> None:
    """What stood on two other articles is too little to take a text away."""
    memory = taught(*(read(thing, BOX) for thing in THINGS[:2]))
    assert BOX in text_of(read(THINGS[4], BOX, memory=memory))


@pytest.mark.parametrize("often", [False, True], ids=["a third", "two thirds"])
def test_what_a_newspaper_says_again_in_some_articles_stays(often: bool) -> None:
    """A sentence of which the model is sure, in the element that holds the story, is the article's own though two
    thirds of the articles have it, as where one topic runs for weeks.
    """
    pages = [read(thing, *[BACKGROUND][: (index % 3 == 0) != often]) for index, thing in enumerate(THINGS)]
    assert BACKGROUND in text_of(read("mirror", BACKGROUND, memory=taught(*pages)))


def test_a_story_told_again_is_no_evidence() -> None:
    """Other pages with the words of an article, and the article itself read before, take nothing from it, however many
    there are.
    """
    others = [read(thing) for thing in THINGS[:4]]
    twins = [replace(lesson_in(read(THINGS[5])), article=f"{number:08x}") for number in range(5)]
    memory = taught(read(THINGS[5]), *others)
    for twin in twins:
        memory = memory.after(twin)
    assert text_of(read(THINGS[5], memory=memory)) == story(THINGS[5])


@pytest.mark.parametrize(
    ("shared", "boxed", "kept"),
    [((BACKGROUND, BOX), True, True), ((BOX,), False, True), ((BOX,), True, False)],
    ids=["one story", "in the story", "beside it"],
)
def test_what_two_articles_on_one_matter_share_is_kept(shared: tuple[str, ...], boxed: bool, kept: bool) -> None:
    """Articles that share two of five texts tell one story, and what they share stays even where the model doubts, as
    does what stands among the paragraphs of the story; what else stands on two of six articles goes.
    """
    texts = "".join(f"<p>{text}</p>" for text in shared)
    inside = f"<div class=box>{texts}</div>" if boxed else texts
    alike = [read(thing, inside=inside) for thing in THINGS[:2]]
    memory = taught(*alike, *(read(thing) for thing in THINGS[2:6]))
    one = read("mirror", inside=inside)
    found = known_likely(memory, "0" * 8, one.observation, np.minimum(one.unaided, 0.8), Chains())
    at = next(index for index, segment in enumerate(one.observation.segments) if segment.text == BOX)
    assert (found[at] > 0.5, found[at] == 0.0) == (kept, not kept)


def test_a_heading_that_returns_stays_over_text_of_its_own() -> None:
    """A heading of every article is kept where text of the story follows it, and goes with clutter."""
    heading, own = "<h2>What we know so far</h2>", "The finder of the {} has asked for nothing but a day on the river."
    pages = [read(thing, inside=f"{heading}<p>{own.format(thing)}</p>") for thing in THINGS[:6]]
    memory = taught(*pages)
    assert "What we know so far" in text_of(read("mirror", memory=memory, inside=f"{heading}<p>{own}</p>"))
    ended = [read(thing, BOX + f"</p>{heading}<p>{BOX}x") for thing in THINGS[:6]]
    last = read("mirror", BOX + f"</p>{heading}<p>{BOX}x", memory=taught(*ended))
    assert text_of(last) == story("mirror")


def test_a_place_that_is_new_costs_no_word() -> None:
    """Where nothing is known of a place, the probabilities of its texts are what the model makes of them."""
    memory = taught(*(read(thing) for thing in THINGS[:6]))
    known = memory.model_copy(update={"places": {}})
    one = read("mirror", memory=known)
    assert np.array_equal(one.likely, one.unaided)


@pytest.mark.parametrize(("words", "falls"), [(ENOUGH - 1, False), (2 * ENOUGH, True)])
def test_a_place_that_says_little_costs_no_word(words: float, falls: bool) -> None:
    """A place takes nothing off what the model takes until a hundred words were seen there."""
    memory, one = taught(*(read(thing) for thing in THINGS[:6])), read("mirror")
    chains, unsure = Chains(), np.minimum(one.unaided, 0.6)
    places = {chains.of(segment.element): Standing(total=words) for segment in one.observation.segments}
    known = memory.model_copy(update={"places": places})
    found = known_likely(known, "0" * 8, one.observation, unsure, chains)
    taken = unsure >= LIKELY
    assert taken.any()
    assert (bool((found < unsure)[taken].all()), np.array_equal(found[taken], unsure[taken])) == (falls, not falls)


def test_a_byline_is_read_where_other_pages_declare_it() -> None:
    """A place that named the declared authors on three pages is read on one that declares none, as `learned`; on one
    that declares them, what it declares counts.
    """
    shown = "<div class='top'><b>{}</b></div>"
    pages = [
        read(thing, head=linked(author={"name": name}), inside=shown.format(name))
        for thing, name in zip(THINGS, ("Ines Duval", "Tomas Berg", "Ruth Okafor"), strict=False)
    ]
    memory = taught(*pages)
    assert (memory.path_for("authors") or "").endswith("div.top>b")
    one = read("mirror", memory=memory, inside=shown.format("Pavel Winter"))
    assert [author.name for author in one.authors] == ["Pavel Winter"]
    assert one.sources["authors"] == "learned"
    assert read("mirror", inside=shown.format("Pavel Winter")).authors == []
    other = read("mirror", memory=memory, head=linked(author={"name": "Ada Rowe"}), inside=shown.format("Pavel Winter"))
    assert ([author.name for author in other.authors], other.sources["authors"]) == (["Ada Rowe"], "declared")


def test_a_date_is_read_where_other_pages_declare_it() -> None:
    """A place that showed the declared day on three pages is read on one that declares none."""
    shown = (
        "<div class='top'><i>The paper of the northern counties and the islands beyond | {} November 2026.</i></div>"
    )
    days = zip(THINGS, (3, 4, 5), strict=False)
    pages = [read(thing, head=linked(datePublished=f"2026-11-0{day}"), inside=shown.format(day)) for thing, day in days]
    one = read("mirror", memory=taught(*pages), inside=shown.format(20))
    assert (str(one.published_date), read("mirror", inside=shown.format(20)).published_date) == ("2026-11-20", None)
    assert one.sources["published_date"] == "learned"


def test_a_caption_is_read_where_other_pages_declare_it() -> None:
    """The words of a lead picture are taken from where three pages showed what they declare of theirs."""
    shown = (
        "<figure><img src='/{0}-1200450.jpg'><figcaption><span class=a>Filed in the archive of the harbour office, as"
        " all of them are</span><span class=b>{0} on the quay of the old town</span></figcaption></figure>"
    )

    def head(thing: str) -> str:
        return linked(image={"url": f"/{thing}-1200450.jpg", "caption": f"{thing} on the quay of the old town"})

    pages = [read(thing, head=head(thing), inside=shown.format(thing)) for thing in THINGS[:3]]
    said = linked(image="/mirror-1200450.jpg")
    with_memory = read("mirror", memory=taught(*pages), head=said, inside=shown.format("mirror")).image
    without = read("mirror", head=said, inside=shown.format("mirror")).image
    assert with_memory is not None
    assert without is not None
    assert (with_memory.caption, with_memory.caption == without.caption) == (
        "mirror on the quay of the old town",
        False,
    )


def test_a_place_that_says_another_thing_is_not_believed() -> None:
    """A place is believed from the third page that agrees, and as long as at most one in ten shows something else."""
    assert not Agreement(agreed=AGREED - 1).is_believed
    assert Agreement(agreed=AGREED).is_believed
    assert not Agreement(agreed=8, differed=1).is_believed
    assert Agreement(agreed=9, differed=1).is_believed
    assert not Agreement(agreed=17, differed=2).is_believed
    assert Agreement(agreed=18, differed=2).is_believed


def test_changed_markup_is_forgotten() -> None:
    """After eight articles in a row at new places nothing of the old markup is left, and their places are the known
    ones; a single article at a known place begins the count anew.
    """
    memory = taught(*(read(thing, BOX) for thing in THINGS[:6]))
    (old,) = memory.containers
    new = Lesson("", container="main>section.relaunched")
    for number in range(CHANGED - 1):
        memory = memory.after(replace(new, article=f"{number:08x}"))
    kept = memory.after(Lesson("f" * 8, container=old))
    assert (kept.markup, kept.elsewhere, kept.containers[old]) == (1, (), 7)
    memory = memory.after(replace(new, article="e" * 8))
    assert (memory.markup, memory.articles, memory.latest, memory.places, memory.fields) == (2, 0, (), {}, {})
    assert memory.containers == {"main>section.relaunched": CHANGED}


def test_one_article_read_again_changes_no_markup() -> None:
    """However often one article is read at a new place, or at a known one, it counts once, and nothing is forgotten."""
    old, new = Lesson("", container="div.body"), Lesson("a" * 8, container="div.longread")
    memory = EMPTY
    for number in range(50):
        memory = memory.after(replace(old, article=f"{number:08x}"))
    for _ in range(2 * CHANGED):
        memory = memory.after(new)
    assert (memory.markup, memory.articles, memory.newer) == (1, 51, {"div.longread": 1})
    for _ in range(2):
        memory = memory.after(replace(old, article=f"{49:08x}"))
    assert (memory.containers, memory.elsewhere) == ({"div.body": 50, "div.longread": 1}, ())


def test_a_memory_is_small_whatever_a_site_serves() -> None:
    """Texts, places, containers and paths are bounded, and the object of a busy site has some kilobytes."""
    memory = EMPTY
    for number in range(3 * LATEST):
        digits = [f"{number:04x}{index:04x}" for index in range(2 * TEXTS)]
        memory = memory.after(
            Lesson(
                f"{number:08x}",
                tuple(digits[: TEXTS // 2]),
                tuple(digits[TEXTS : TEXTS + TEXTS // 2]),
                f"div.c{'x' * (number % 40)}" if number % 2 else "div.c",
                dict.fromkeys(digits[:PAGE_PLACES], (1, 2)),
                {("authors", f"div>p.{one}"): True for one in "abcdefgh"},
            )
        )
    assert len(memory.latest) == LATEST
    assert (len(memory.places), len(memory.containers) <= CONTAINERS) == (PLACES, True)
    assert len(memory.fields["authors"]) == FEW
    body = memory.model_dump_json()
    assert len(body) < 20_000
    assert SiteMemory.model_validate_json(body) == memory


@pytest.mark.parametrize("names", ["m² größe", "a\ud800b", "x" * 5_000, "a>b </p>", "css-1x0k2 card--wide"])
def test_a_path_can_always_be_kept(names: str) -> None:
    """Whatever an element is called, its path is one that a memory takes: short, and of plain letters."""
    element = fragment("<div><p><b>x</b></p></div>").find(".//b")
    for one in (element, *element.iterancestors()):
        one.set("class", names.encode("utf-8", "replace").decode())
    path = path_of(element)
    assert len(path) <= LONGEST
    SiteMemory.model_validate({**EMPTY.model_dump(), "containers": {path: 1}})


def test_a_page_that_means_ill_teaches_in_little_time() -> None:
    """Scripts and class names of a megabyte around a picture and a byline cost no more than being passed over."""
    long = "x" * 1_000_000
    nested = "<span>" * 60 + f"<script>{long}</script>" + "</span>" * 60
    inside = f"<figure class='{long}'><img src='/lamp-1200450.jpg'>{nested}</figure><div class='top'>{nested}</div>"
    said = linked(author={"name": "Ines Duval"}, image={"url": "/lamp-1200450.jpg", "caption": "A lamp on the quay"})
    one = read("mirror", head=said, inside=inside)
    assert one.body
    began = process_time()
    lesson = lesson_in(one)
    assert process_time() - began < 0.5
    assert all(len(path) <= LONGEST for _, path in lesson.fields)
