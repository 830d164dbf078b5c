"""Laws of the lead picture where what a page declares is not what it shows."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.model.article import Image
from tests.extraction.any_site.pages import URL, page, paragraphs

CARD = '<meta property="og:image" content="https://paper.example/cards/story-4711.jpg">'
LAMP = (
    "<figure><img src='/pics/lamp.jpg' width='640' height='480'><figcaption>The lamp at dusk. Photo: Arne Dahl"
    "</figcaption></figure>"
)


def lead(inside: str, head: str = CARD) -> Image:
    found = read_page(page(inside, head=head), URL).image
    assert found is not None
    return found


def test_the_picture_that_opens_a_story_leads_where_the_declared_one_is_shown_nowhere() -> None:
    """A declared picture that the page does not show is made for shares; the figure above the text is the photo."""
    found = lead(LAMP + paragraphs())
    assert (found.url, found.caption, found.credit) == (
        "https://paper.example/pics/lamp.jpg",
        "The lamp at dusk.",
        "Arne Dahl",
    )


@pytest.mark.parametrize(
    "inside",
    [
        paragraphs() + LAMP + paragraphs(("The keeper went up at nine and came down after a quarter of an hour.",)),
        "<img src='/pics/lamp.jpg' width='640'>" + paragraphs(),
        LAMP.replace("<figure>", "<figure class='author'>") + paragraphs(),
        LAMP.replace("640", "64") + paragraphs(),
        LAMP + "<img src='/cards/story-4711-300x200.jpg'>" + paragraphs(),
    ],
    ids=["among the text", "in no figure", "a portrait", "small", "shown elsewhere, too"],
)
def test_the_declared_picture_leads_where_none_opens_the_story(inside: str) -> None:
    """What stands among the text, in no figure, or is small or a portrait takes the place of no declared picture."""
    assert lead(inside).url == "https://paper.example/cards/story-4711.jpg"


def test_the_picture_shown_leads_where_only_its_thumbnail_is_declared() -> None:
    """A card for shares is declared first and shown nowhere, a thumbnail of the photo after it: the photo leads."""
    thumbnail = '<meta name="twitter:image" content="https://paper.example/small/lamp-at-dusk.jpg">'
    found = lead(LAMP.replace("lamp.jpg", "lamp-at-dusk.jpg") + paragraphs(), CARD + thumbnail)
    assert found.url == "https://paper.example/pics/lamp-at-dusk.jpg"
