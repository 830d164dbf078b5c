"""Laws of a page that no selector describes: what it is about, who wrote it, when, and of what kind it is."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from mtcrawler.extraction.extractor import SelectorExtractor
from mtcrawler.markup.structured import json_ld, of_type
from mtcrawler.model.article import Article, Author, Kind, Paragraph
from tests.extraction.blocks.test_block_reader import element
from tests.fixtures.sites import described
from tests.pages.reading import article_in

URL = "https://paper.example/2026/11/20/ice"
BODY = "<p>The river froze early, and the ferry stays in port until spring, said the mayor.</p>"


def read(body: str, node: dict[str, object] | None = None, head: str = "", **definition: Any) -> Article:
    """The article of a page with this body and JSON-LD."""
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>' if node else ""
    html = f"<html lang=en><head>{head}{script}</head><body>{body}</body></html>"
    known = described(**definition)
    return article_in(known, html, URL, SelectorExtractor(known))


def test_the_article_with_the_headline_is_the_story() -> None:
    """Teasers that are articles and come first are not the page's."""
    teasers = "<article><h3>Geese</h3><p>They came late.</p></article>" * 2
    found = read(f"{teasers}<main><article><h1>Ice</h1>{BODY}</article></main><article><h1>Next</h1></article>")
    assert (found.headline, "late" in found.text, "Next" in found.text) == ("Ice", False, False)


def test_a_headline_outside_the_article_is_the_one_that_is_declared() -> None:
    """An h1 beside the article is its headline where structured data says the same; the name of a section is not."""
    page = f"<h1>The Paper</h1><main><header><h1> Ice\non the River</h1></header><article>{BODY}</article></main>"
    found = read(page, {"@type": "NewsArticle", "headline": "Ice on the River"})
    assert (found.headline, [*map(type, found.body)]) == ("Ice on the River", [Paragraph])
    with pytest.raises(Exception, match="no headline"):
        read(f"<h1>Harbour news</h1><article>{BODY}</article><article>{BODY}</article>")


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ("<a rel=author href=/by/holm>Edda Holm, Political Editor</a>", ["Edda Holm"]),
        ("<a rel=author>By Jonas Weir</a> and <a rel=author>Par Anne Roux</a>", ["Jonas Weir", "Anne Roux"]),
        ("<a rel=author>Автор: Анна Лис</a>", ["Анна Лис"]),
        ("<a rel=author>Parveen Byron</a>", ["Parveen Byron"]),
        ("<a rel=author>Political Editor</a><a rel=author>By Reuters</a>", []),
    ],
)
def test_a_byline_names_people_alone(shown: str, names: list[str]) -> None:
    """The word before a name and the role after it are no part of it, and cost nobody his name."""
    assert [one.name for one in read(f"<article><h1>Ice</h1>{shown}{BODY}</article>").authors] == names


def test_an_author_s_page_is_kept() -> None:
    """The address that a byline links to is the author's."""
    found = read(f"<article><h1>Ice</h1><a rel=author href=/by/holm>E. Holm</a>{BODY}</article>").authors
    assert found == [Author(name="E. Holm", url="https://paper.example/by/holm")]


@pytest.mark.parametrize(
    "script",
    [
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Ice"};\n//]]>',
        '/* <![CDATA[ */ {"@type": "NewsArticle", "headline": "Ice"} /* ]]> */',
        '<!-- {"@type": "NewsArticle", "headline": "Ice"} -->',
        '{"@type": "https://schema.org/NewsArticle", "headline": "Ice"} ; ;',
    ],
)
def test_json_ld_may_be_wrapped(script: str) -> None:
    """A CDATA section, a comment around it or a semicolon at its end costs no script."""
    nodes = json_ld(element(f'<script type="application/ld+json">{script}</script>'))
    assert of_type(nodes, "NewsArticle")["headline"] == "Ice"


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("OpinionNewsArticle", "opinion"),
        (["Article", "AnalysisNewsArticle"], "analysis"),
        ("AdvertiserContentArticle", "sponsored"),
        ("NewsArticle", "news"),
    ],
)
def test_the_type_of_the_article_tells_its_kind(declared: object, kind: Kind) -> None:
    """Where no rule of the definition holds the kind is what JSON-LD says."""
    assert read(f"<article><h1>Ice</h1>{BODY}</article>", {"@type": declared}).kind == kind


def test_what_is_declared_stands_in_for_what_is_not_shown() -> None:
    """Section, tags and summary are the declared ones, of this page's article and no other's, and say so."""
    other = {"@type": "NewsArticle", "url": f"{URL}-2", "articleSection": "Sport", "keywords": "goals"}
    mine = {
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@id": URL},
        "articleSection": ["Harbour", "City"],
        "keywords": "ice, ferry, ice",
        "description": "The river is frozen.",
    }
    found = read(f"<article><h1>Ice</h1>{BODY}</article>", {"@graph": [other, mine]})
    assert (found.section, found.tags, found.summary) == ("Harbour", ["ice", "ferry"], "The river is frozen.")
    assert {found.provenance.fields[name] for name in ("section", "tags", "summary")} == {"declared"}


@pytest.mark.parametrize(
    ("declared", "zone", "moment", "day"),
    [
        ("2026-11-20T09:00:00+01:00", None, "2026-11-20T09:00:00+01:00", date(2026, 11, 20)),
        ("2026-11-20 09:00", None, None, date(2026, 11, 20)),
        ("2026-11-20 09:00", "Europe/Oslo", "2026-11-20T09:00:00+01:00", date(2026, 11, 20)),
        ("2026-11-19T23:30:00Z", None, "2026-11-19T23:30:00+00:00", date(2026, 11, 19)),
        ("2019-03-01T09:00:00+01:00", None, None, None),
        ("2999-11-20T09:00:00+01:00", None, None, date(2026, 11, 20)),
        ("", None, None, date(2026, 11, 20)),
    ],
)
def test_a_date_is_what_nothing_contradicts(
    declared: str, zone: str | None, moment: str | None, day: date | None
) -> None:
    """A day without an offset is a day, one after today is none, and one that contradicts its address is no date."""
    meta = f'<meta property="article:published_time" content="{declared}">'
    found = read(f"<article><h1>Ice</h1>{BODY}</article>", head=meta, zone=zone)
    assert found.published_at == (datetime.fromisoformat(moment) if moment else None)
    assert found.published_date == day


def test_a_shown_time_completes_a_declared_day() -> None:
    """Where structured data has the day alone, the moment is the one that is shown for the same day."""
    shown = "<time datetime='2026-11-20T09:00:00+01:00'></time>"
    selectors = {"published_at": "time"}
    page = f"<article><h1>Ice</h1>{shown}{BODY}</article>"
    found = read(page, {"@type": "NewsArticle", "datePublished": "2026-11-20"}, selectors=selectors)
    assert found.published_at == datetime.fromisoformat("2026-11-20T09:00:00+01:00")


def test_a_language_that_the_text_tells_is_no_declared_one() -> None:
    """Where the text has another language than its page claims, the article says that a model found it."""
    found = read("<article><h1>Лёд</h1><p>Река замёрзла рано, и паром до весны стоит в порту.</p></article>")
    assert (found.language, found.provenance.fields["language"]) == ("ru", "model")
