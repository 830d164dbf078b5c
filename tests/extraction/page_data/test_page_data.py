"""Laws of articles in page data: taken where the markup is an empty shell, as typed blocks, and never past a wall."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml.html import HtmlElement

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.page_data import markup
from mtcrawler.extraction.page_data.articles import MOST
from mtcrawler.extraction.page_data.scripts import LONGEST, data_in
from mtcrawler.fetch.mode.completeness import doubt_about
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.markup.document import fragment, parsed
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import PageTooLarge
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, linked
from tests.extraction.page_data.pages import ARTICLE, AT, AUTHORS, HTML, fusion, is_taken, next_data, shell, state

TEXT = "\n\n".join(STORY)
ELEMENTS = [
    {"type": "text", "content": STORY[0]},
    {"type": "header", "level": 3, "content": "What the surveyor says"},
    {"type": "text", "content": f"{STORY[1]} <b>Nobody</b> objected."},
    {"type": "interstitial_link", "content": "Read also: geese return", "url": "/geese"},
    {"type": "text", "content": '<a href="/wolves">Wolves seen near the mill</a>'},
    {"type": "list", "list_type": "unordered", "items": [{"type": "text", "content": "oil"}, {"content": "iron"}]},
    {"type": "quote", "content_elements": [{"type": "text", "content": "It comes with a stool."}]},
    {"type": "image", "url": "/media/lamp.jpg", "caption": "The lamp."},
    {"type": "table", "header": ["Year", "Boats"], "rows": [["2025", "9"], ["2026", "11"]]},
    {"type": "raw_html", "content": "<script>alert(1)</script>"},
    *({"type": "text", "content": text} for text in STORY[2:]),
]
ANS = {
    "type": "story",
    "headlines": {"basic": HEADLINE},
    "display_date": AT,
    "credits": {"by": [{"name": "Edda Holm"}]},
    "content_elements": ELEMENTS,
    "content_restrictions": {"content_code": "free"},
}


@pytest.mark.parametrize(
    "script",
    [
        next_data(ARTICLE),
        next_data({**ARTICLE, "body": list(STORY)}),
        next_data({**ARTICLE, "body": "\n\n".join(STORY)}),
        next_data({**ARTICLE, "body": [{"type": "paragraph", "text": text} for text in STORY]}),
        next_data({**ARTICLE, "body": [{"_type": "block", "children": [{"text": text}]} for text in STORY]}),
        next_data({**ARTICLE, "body": [{"is": "paragraph", "props": {"text": text}} for text in STORY]}),
        next_data({"title": {"rendered": HEADLINE}, "content": {"rendered": HTML}, "date": AT, "author": AUTHORS}),
        state("__APOLLO_STATE__", {"Article:1": {"__typename": "Article", **ARTICLE}}),
        state("__NUXT__", {"data": [{"story": ARTICLE}]}),
        state("__INITIAL_STATE__", {"page": ARTICLE}),
    ],
)
def test_a_shell_is_read_from_its_data(script: str) -> None:
    """The text, whole and in order, and what its object says of authors and time, as declared."""
    found = read_page(shell(script), URL)
    assert (found.page, found.text, found.headline) == ("article", TEXT, HEADLINE)
    assert [one.name for one in found.authors] == ["Edda Holm", "Jonas Weir"] or "author" not in script
    assert found.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert {found.fields[name] for name in ("body", "authors", "published_at")} == {"declared"}


def test_the_elements_of_arc_become_typed_blocks() -> None:
    """Each element is the block it says it is; links to other stories and scripts are none."""
    found = read_page(shell(fusion(ANS)), URL)
    kinds = [block.type for block in found.body]
    assert kinds[:7] == ["paragraph", "heading", "paragraph", "list", "quote", "image", "table"]
    assert found.body[2].model_dump()["text"].endswith("Nobody objected.")
    assert "alert" not in found.text
    assert "geese" not in found.text
    assert "Wolves" not in found.text
    assert [one.name for one in found.authors] == ["Edda Holm"]


@pytest.mark.parametrize(
    "html",
    [
        shell(next_data({**ARTICLE, "isPremium": True})),
        shell(next_data({**ARTICLE, "premium": "yes"})),
        shell(next_data({**ARTICLE, "access": {"level": "subscriber"}})),
        shell(next_data({**ARTICLE, "isAccessibleForFree": False})),
        shell(next_data({**ARTICLE, "visibility": "members"})),
        shell(next_data({**ARTICLE, "meta": {"contentTier": "locked"}})),
        shell(next_data(ARTICLE, paywall={"active": True})),
        shell(fusion({**ANS, "content_restrictions": {"content_code": "premium"}})),
        shell(next_data(ARTICLE), head=linked(isAccessibleForFree=False)),
        shell(next_data(ARTICLE), head='<meta property="article:content_tier" content="metered">'),
        shell(next_data(ARTICLE), head='<meta property="article:content_tier" content="locked">'),
        shell(next_data(ARTICLE), head='<script src="https://cdn.tinypass.com/api/tinypass.min.js"></script>'),
        shell(next_data(ARTICLE), inside='<div id="paywall-root"></div>'),
        shell(next_data(ARTICLE), inside=f"<p>{STORY[0]}</p>"),
        shell(
            next_data(ARTICLE),
            inside='<div class="box"><p>Subscribe to continue reading this story.</p><button>Subscribe</button></div>',
        ),
    ],
)
def test_what_a_wall_keeps_back_is_never_taken_from_the_data(html: str) -> None:
    """A sign of a wall in the data, the head or the markup, or the beginning of the text alone: nothing is taken."""
    found = read_page(html, URL)
    assert not is_taken(found)
    assert STORY[-1] not in found.text


@pytest.mark.parametrize(
    "article",
    [
        {**ARTICLE, "title": "Geese return to the marsh"},
        {**ARTICLE, "body": "<p>The town keeps its lamp.</p>"},
        {"title": HEADLINE, "body": HTML},
        {**ARTICLE, "body": [{"type": "widget", "id": 1}]},
        "a text",
    ],
)
def test_what_is_not_this_article_is_not_taken(article: Any) -> None:
    """Another title, a summary, an object that is no article's, and blocks that nobody understands give nothing."""
    assert not is_taken(read_page(shell(next_data(article)), URL))


@pytest.mark.parametrize("title", ["Lamp stays", HEADLINE.partition(" ")[0], f"{HEADLINE}: what is known"])
def test_an_object_that_is_called_something_else_is_another_story(title: str) -> None:
    """Only an object with the headline that the page declares is its article, whatever address it names."""
    named = {**ARTICLE, "title": title, "url": "/2026/11/20/lighthouse-keeps-its-lamp"}
    assert not is_taken(read_page(shell(next_data(named)), URL))


def test_a_page_that_shows_its_text_is_read_as_it_is_shown() -> None:
    """Data beside a shown text are not looked at: what readers see counts."""
    shown = f"<article><h1>{HEADLINE}</h1>{HTML}</article>"
    found = read_page(shell(next_data({**ARTICLE, "body": f"{HTML}<p>Cut by the editor.</p>"}), inside=shown), URL)
    assert (is_taken(found), found.text) == (False, TEXT)


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_page_that_the_server_refuses_gives_nothing_from_its_data(status: int) -> None:
    """An answer other than 200 is no page whose text readers get."""
    page = AnySiteExtractor(undescribed("https://paper.example")).extract(shell(next_data(ARTICLE)), URL, {})
    seen, access = as_a_reader(page, status)
    assert (seen, access.complete) == (page, False)


def test_a_header_that_speaks_of_a_wall_counts() -> None:
    """What the answer declares of who may read holds for the data, too."""
    headers = {"x-paywall": "hard"}
    page = AnySiteExtractor(undescribed("https://paper.example")).extract(shell(next_data(ARTICLE)), URL, headers)
    assert page.completed() is page


def test_a_free_shell_leaves_the_browser_nothing_to_add() -> None:
    """Over plain HTTP, a page that is declared free and has its text in its data gives no reason to render it."""
    free = shell(next_data(ARTICLE))
    page = AnySiteExtractor(undescribed("https://paper.example")).extract(free, URL, {})
    seen, access = as_a_reader(page, 200)
    said: dict[str, Any] = {"headline": seen.headline, "kind": "news", "media": [], "body": seen.body, "access": access}
    draft = Draft.model_construct(**said)
    assert doubt_about(seen, draft, 150) is None
    assert doubt_about(page, draft, 0) == "no headline"


@pytest.mark.parametrize(
    "script",
    [
        '<script type="application/json">{"a": </script>',
        f'<script type="application/json">{"[" * 5000}{"]" * 5000}</script>',
        f'<script type="application/json">"{"x" * LONGEST}"</script>',
        "<script>window.__NUXT__=(function(a){return {}}(1))</script>",
        '<script type="application/json" src="/x.json"></script>',
    ],
)
def test_data_that_cannot_be_read_are_passed_over(script: str) -> None:
    """Broken, deep, huge and computed data cost their own script, and the next one is read."""
    found = list(data_in(parsed(shell(f"{script}{next_data(ARTICLE)}"))))
    assert found[-1]["props"]["pageProps"]["article"]["title"] == HEADLINE
    assert len(found) == 1


def test_looking_for_walls_needs_no_browser() -> None:
    """A shell is read without Scrapy and Playwright, as every page is."""
    program = (
        "import sys; from mtcrawler.api import read; "
        f"assert read({shell(next_data(ARTICLE))!r}, {URL!r}).fields['body'] == 'declared'; "
        "assert not {'scrapy', 'playwright', 'twisted'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "body",
    [
        [{"type": "list", "items": ["a"] * 3_000}] * 10,
        [{"type": "list", "items": ["&"] * 3_000}] * 10,
        [{"type": "table", "rows": [["a"] * 100] * 300}],
        "<p>a</p>" * markup.ELEMENTS,
        "</p>" * (markup.ELEMENTS + 1),
        [{"type": "list", "items": ["&"] * (markup.FRAGMENTS - 1)}, *["<p>a</p>"] * 2],
    ],
)
def test_a_text_of_endless_parts_is_left(body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All elements of a text together are bounded, and so are the pieces that are parsed, however they are nested."""
    parses: list[str] = []

    def parse(text: str) -> HtmlElement:
        parses.append(text)
        return fragment(text)

    monkeypatch.setattr(markup, "fragment", parse)
    with pytest.raises(PageTooLarge, match="the text in its data has more than"):
        markup.markup_of(body)
    assert len(parses) <= markup.FRAGMENTS
    assert sum(text.count("<") + 1 for text in parses) <= markup.ELEMENTS


def test_data_beyond_their_limits_end() -> None:
    """A page of endless objects is looked at up to a limit, and is read as it is shown."""
    many: list[Any] = [{"n": number} for number in range(MOST)]
    assert is_taken(read_page(shell(next_data([*many[:10], ARTICLE])), URL))
    assert not is_taken(read_page(shell(next_data([*many, ARTICLE])), URL))
