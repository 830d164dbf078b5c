"""Laws of locating a story: found as readers find it, and the same in the browser and in plain markup."""

from __future__ import annotations

import pytest

from mtcrawler.markup.document import parsed
from mtcrawler.markup.story import Story
from mtcrawler.overlays.script import call
from tests.overlays.stage import PARAGRAPH, Theatre

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINES = [f"Line {number}: {PARAGRAPH}" for number in range(6)]
OTHER = "The lighthouse keeper counted the geese again and wrote to the museum that one of them had laid an egg. "
TITLE = "A piano crosses the bay"


def written(template: str) -> str:
    """A page: the template with the story's six lines where it says so, each in the element it names."""
    for tag in ("p", "div", "li", "td", "span"):
        template = template.replace(f"[{tag}]", "".join(f"<{tag}>{line}</{tag}>" for line in LINES))
    template = template.replace("[other]", 12 * f"<p>{OTHER}{OTHER}</p>")
    return f"<!doctype html><meta charset=utf-8><title>{TITLE} - Post</title><body>{template}"


PAGES = {
    "paragraphs": "<main><article><h1>A piano crosses the bay</h1>[p]</article></main>",
    "divs": "<div><h1>A piano crosses the bay</h1><div>[div]</div></div>",
    "list": "<article><h1>A piano crosses the bay</h1><p>It came by ferry.</p><ul>[li]</ul></article>",
    "table": "<article><h1>A piano crosses the bay</h1><table><tr>[td]</tr></table></article>",
    "wrapped": "<article><h1>A piano crosses the bay</h1><section><div><div>[p]</div></div></section></article>",
    "comments": "<article><h1>A piano crosses the bay</h1>[p]</article><section id=comments>[other]</section>",
    "footer": "<div><h1>A piano crosses the bay</h1>[p]</div><footer>[other]</footer>",
    "rail": "<div><main><h1>A piano crosses the bay</h1>[p]</main><aside>[other]</aside></div>",
    "next": "<article><h1>A piano crosses the bay</h1>[p]</article><article><h1>Geese</h1>[other]</article>",
    "waiting": '<div><h1>A piano crosses the bay</h1>[p]</div><div style="display:none">[other]</div>',
    "teasers": "<article><h1>A piano crosses the bay</h1>[p]</article>"
    + 9 * f"<div><h3><a href=/>Geese</a></h3><p>{OTHER}</div>",
    "dialog": "<article><h1>A piano crosses the bay</h1>[p]</article><div role=dialog>[other]</div>",
    "hidden": '<article style="visibility:hidden"><h1>A piano crosses the bay</h1>[p]</article><header>Post</header>',
}


@pytest.mark.parametrize("name", PAGES)
async def test_the_story_is_found_in_the_browser_and_in_markup(stage: Theatre, name: str) -> None:
    """Text in whatever elements, beside longer remarks, footers, rails, next stories and what waits unseen."""
    html = written(PAGES[name])
    async with stage.show(html) as page:
        facts = (await call(page, "look", {"rules": [], "vendors": [], "most": 9999, "declaring": DECLARING}))["facts"]
        found = await page.evaluate(FOUND)
    story = Story.of(parsed(html))
    assert [" ".join(passage.text.split()) for passage in story.passages] == found
    assert [text for text in found if text in LINES] == LINES
    assert not any("geese" in text for text in found)
    assert facts["words"]["visible"] == sum(passage.words for passage in story.seen)


async def test_a_page_that_is_not_painted_yet_hides_nothing(stage: Theatre) -> None:
    """Transparent as a whole, or without boxes of its own: what a reader is about to see counts as seen."""
    for style in ("body{opacity:0}", "html{opacity:0}", "article{opacity:0}", "article,p{display:contents}"):
        html = written(f"<style>{style}</style>{PAGES['paragraphs']}")
        async with stage.show(html) as page:
            facts = (await call(page, "look", {"rules": [], "vendors": [], "most": 9999, "declaring": DECLARING}))[
                "facts"
            ]
        assert facts["words"]["hidden"] == 0, style
        assert facts["words"]["visible"] > 200, style


async def test_a_document_without_a_body_is_looked_at(stage: Theatre) -> None:
    """A page whose script takes its body away has no story, and costs no error."""
    async with stage.show(written(PAGES["paragraphs"])) as page:
        await page.evaluate("document.body.remove()")
        told = await call(page, "look", {"rules": [], "vendors": [], "most": 9999, "declaring": DECLARING})
    assert told["facts"]["words"]["visible"] == 0


DECLARING = {"json_ld": "x", "metas": "x", "longest": 1000}
FOUND = """() => {
  const mt = window[Symbol.for("mtcrawler.overlays")];
  return mt.story().passages.map((passage) => mt.textOf(passage).replace(/\\s+/g, " ").trim());
}"""
