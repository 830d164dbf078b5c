"""Laws of a definition that says only what is wrong: where it speaks the model is not asked."""

from __future__ import annotations

from typing import Any

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor
from mtcrawler.model.article import Paragraph
from tests.extraction.any_site.pages import STORY, URL, page, paragraphs
from tests.fixtures.sites import described

BOX = (
    "<div class='dialect-note'><p>Ostervik lies on the northern coast, and its people speak a dialect of their own, "
    "which is taught at its school.</p></div>"
)
OTHER_STORY = "".join(f"<p>{text.replace('lamp', 'bell')}</p>" for text in STORY[:2])
NEXT = f"<section class='next-story'>{OTHER_STORY}</section>"


def body(inside: str, **said: Any) -> list[str]:
    """The paragraphs of a page as a site with this definition reads it."""
    read = AnySiteExtractor(described(**said), told=True).extract(page(inside), URL, {})
    return [block.text for block in read.body if isinstance(block, Paragraph)]


def test_what_a_definition_leaves_out_is_left_out() -> None:
    """An element of `left_out` is no part of the text, although the model would take it; the rest is as it was."""
    inside = paragraphs(STORY[:3]) + BOX + paragraphs(STORY[3:])
    assert len(body(inside)) == len(STORY) + 1
    assert body(inside, left_out={"elements": (".dialect-note",)}) == list(STORY)


def test_the_text_stands_in_the_container_that_a_definition_names() -> None:
    """Nothing outside of the container is the article's, as the next story that a page appends."""
    inside = f"<div class='this-story'>{paragraphs()}</div>{NEXT}"
    assert len(body(inside)) > len(STORY)
    assert body(inside, selectors={"container": ".this-story"}) == list(STORY)


def test_a_label_does_not_overrule_a_definition() -> None:
    """A piece that a definition's rule calls news is news, whatever the label before its description calls it."""
    rule = {"kind": "news", "path": {"match": "/.*", "examples": ("/2026/11/20/lamp",)}}
    html = page(head='<meta name="description" content="Opinion | The lamp belongs to those who cross by it.">')
    without, ruled = (
        AnySiteExtractor(one, told=True).extract(html, URL, {}).kind for one in (described(), described(kinds=(rule,)))
    )
    assert (without, ruled) == ("opinion", "news")
