"""Pages built from hostile parts: each part by itself in any number, and any mixture of them that bytes choose."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from typing import Any

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor
from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.extractor import Extractor, SelectorExtractor
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.fetch.mode.plain import Plain, as_a_reader
from mtcrawler.model.article import Article
from mtcrawler.model.errors import PageTooLarge
from mtcrawler.model.provenance import Provenance
from mtcrawler.sites.undescribed import undescribed
from tests.fixtures.sites import described, extractor_named

URL = "https://www.themoscowtimes.com/2026/11/22/a-page-nobody-meant-a90001"
WORDS = "Ice on the river kept the ferry away for a third day."

Part = Callable[[int], str]


PAGES: tuple[tuple[Extractor, str], ...] = (
    (extractor_named("moscowtimes"), URL),
    # A paper that says nothing of its layout and is not free.
    (SelectorExtractor(described()), "https://paper.example/2026/11/22/a-page"),
    # A site that nobody has described.
    (AnySiteExtractor(undescribed("https://gazette.example")), "https://gazette.example/2026/11/22/a-page"),
)


def page_with(body: str, head: str = "") -> str:
    """A page with this in its article and this in its head; its last paragraph is WORDS."""
    return (
        f"<!doctype html><html lang=en><head><link rel=canonical href='{URL}'>{head}</head><body>"
        "<article class=article><header class=article__header><h1>Ice on the River</h1></header>"
        f"<div class=article__content y-name=article-content>{body}</div><p>{WORDS}</p></article></body></html>"
    )


def linked(data: object) -> str:
    """Data as JSON-LD; a text stands there as it is."""
    return f"<script type=application/ld+json>{data if isinstance(data, str) else json.dumps(data)}</script>"


def read(html: str, extractor: Extractor, url: str) -> Article | str:
    """The article of this page, read and weighed as a crawl does it over plain HTTP, or the reason why there is none.

    Raises whatever is no reason.
    """
    try:
        page, access = as_a_reader(extractor.extract(html, url, {}), 200)
        draft = draft_of(
            page,
            publisher="The Paper",
            spider="paper",
            known_as=[url],
            overlays=[],
            access=access,
            provenance=PROVENANCE,
        )
        Plain.of(page, draft)
        return article_of(draft)
    except (PageTooLarge, Incomplete) as err:
        return str(err)


def many(markup: str) -> Part:
    """A piece so often; `{}` in it is the number."""
    return lambda number: page_with("".join(markup.replace("{}", str(each)) for each in range(number)))


def many_in_head(markup: str) -> Part:
    """The same in the head of the page."""
    return lambda number: page_with("", "".join(markup.replace("{}", str(each)) for each in range(number)))


def within(before: str, markup: str, after: str = "") -> Part:
    """A piece so often, inside something."""
    return lambda number: page_with(before + "".join(markup.replace("{}", str(e)) for e in range(number)) + after)


def deep(opening: str, closing: str, markup: str = "<b>x</b>", after: str = "") -> Part:
    """An element in an element and so on, an eighth as deep as there are parts inside the innermost."""

    def made(number: int) -> str:
        depth = min(number // 8, 1900 // opening.count("<"))
        return page_with(opening * depth + markup * number + (closing + after) * depth)

    return made


def told(data: Callable[[int], Any]) -> Part:
    """JSON-LD of so many things."""
    return lambda number: page_with("", linked(data(number)))


BLOCK = "<div class='article__block article__block--{}'>"
EMBEDS = BLOCK.format("embed") + "<div class=article__embed>"
PARTS: dict[str, Part] = {
    "paragraphs": many("<p>x {}"),
    "words": many("word{} "),
    "line breaks": many("x<br>"),
    "line breaks and blanks": many("<br> \n "),
    "frames in an embed": within(EMBEDS, "<iframe src=https://a.example/{}></iframe>"),
    "frames": many("<iframe src=https://a.example/{}></iframe>"),
    "the same frame": within(EMBEDS, "<iframe src=https://a.example/1></iframe>"),
    "frames in a figure": within("<figure>", "<iframe src=https://a.example/{}></iframe>"),
    "films without a source": many("<video></video>"),
    "films in films": deep("<object>", "</object>", "<video></video>"),
    "times": many("<time class=byline__datetime datetime=2026-11-22T10:00:00Z></time>"),
    "times that say updated": many("Updated: <time class=byline__datetime datetime=x></time>"),
    "links": many("<a href=/{}>x</a> "),
    "tags": many("<a rel=tag href=/{}>t{}</a>"),
    "tags in tags": deep("<span rel=tag>", "</span>", "x<i></i>"),
    "authors": many("<span rel=author>Ann Bo {}</span>"),
    "authors in authors": deep("<span rel=author>", "</span>", "x<i></i>"),
    "bylines": many("<div class=byline__author><b class=byline__author__name>A B {}</b></div>"),
    "bylines in bylines": deep("<div class='byline__author byline__author__name'>", "</div>", "<b>x</b>"),
    "headlines": many("<h1></h1>"),
    "headlines in headlines": deep("<header class=article__header><h1>", "</h1></header>", "<b></b>"),
    "headings": many("<h2>x</h2>"),
    "classes of two kinds": many("<i class=article__embed></i><b class=article__intro id=scrolly></b>"),
    "classes in classes": deep("<div class='article article-container article__content'>", "</div>"),
    "articles": many("<article class=article><p>x</article>"),
    "articles in articles": deep("<article>", "</article>", "<p>x"),
    "lists": many("<ul><li>x</ul>"),
    "items": within("<ul>", "<li>x {}", "</ul>"),
    "lists in lists": deep("<ul><li>x", "</ul>", "<li>y"),
    "lists in lists, without items": deep("<ul>", "</ul>", "<li>y"),
    "lists in boxes in lists": deep("<ul><li><div>", "</div></li></ul>", "<p>y"),
    "rows": within("<table>", "<tr><td>x<td>y", "</table>"),
    "cells": within("<table><tr>", "<td>x", "</table>"),
    "tables in tables": deep("<table><tr><td>", "</td></tr></table>", "<p>x"),
    "quotes": many("<blockquote>x</blockquote>"),
    "quotes in quotes": deep("<blockquote>", "</blockquote>", "<p>x"),
    "quotes in quotes with names": deep("<blockquote><p>x", "</blockquote>", "<p>x", "<cite>Ann</cite>"),
    "posts in posts": deep("<blockquote class=twitter-tweet>", "</blockquote>", "<a href=/status/1>x</a>"),
    "posts in posts in an embed": deep(
        f"{EMBEDS}<blockquote class=twitter-tweet>", "</blockquote>", "<a href=/status/1>x</a>"
    ),
    "phrases": many("<span>x</span>"),
    "phrases in phrases": deep("<span>", "</span>"),
    "phrases in phrases with a box": deep("<span><b></b>", "</span>", "<i>x</i>", "<div>y</div>"),
    "boxes": many("<div>x</div>"),
    "boxes in boxes": deep("<div>", "</div>"),
    "figures": many("<figure><img src=/{}.jpg><figcaption>x</figcaption></figure>"),
    "figures in figures": deep("<figure class=article__image>", "</figure>", "<img src=data:x>"),
    "pictures in a block": within(BLOCK.format("image"), "<figure class=article__image><img src=/{}.jpg></figure>"),
    "pictures in pictures": deep(
        BLOCK.format("image") + "<figure class='article__image slider__slide'>", "</figure></div>", "<b></b>"
    ),
    "gallery items in gallery items": deep("<div class='article__gallery article__gallery__item'>", "</div>"),
    "letters": many("<p>Dear readers,</p><button>Once</button><button>Monthly</button>"),
    "letters in letters": deep("<div><p>Dear readers,</p>", "</div>", "<button>Once</button><p>Monthly</p>"),
    "buttons": many("<button>Once</button>"),
    "labels": many("<label>Sign up</label><input>"),
    "hidden boxes": many("<div hidden style='display: none'>x</div>"),
    "noscripts in noscripts": deep("<noscript>", "</noscript>", "javascript"),
    "scripts": many("<script src=/{}.js></script>"),
    "comments": many("<!-- x -->"),
    "entities": many("&amp;&nbsp;&#x1F600;"),
    "marks on a letter": lambda number: page_with("<p>a" + "\u0301" * number + "\u0316" * number),
    "attributes": lambda number: page_with(f"<p {' '.join(f'a{each}=1' for each in range(number))}>x"),
    "data attributes": many("<i data-{}=1></i>"),
    "classes": lambda number: page_with(f"<p class='{' '.join(f'c{each}' for each in range(number))}'>x"),
    "one long class": lambda number: page_with(f"<p class={'x' * 8 * number}>x"),
    "one long style": lambda number: page_with(f"<p style='{'color: red; ' * number}'>x"),
    "one long address": lambda number: page_with(f"<img src='/{'x/' * 8 * number}'>"),
    "one long base": lambda number: page_with(
        "<img src=x><iframe src=y></iframe>" * number, f"<base href='/{'x' * number}/'>"
    ),
    "bases": many_in_head("<base href=/{}/>"),
    "metas": many_in_head("<meta name=a{} content=b>"),
    "the same meta": many_in_head("<meta name=robots content=noindex>"),
    "canonical links": many_in_head("<link rel=canonical href=/{}>"),
    "licences": many_in_head("<link rel=license href=/{}>"),
    "scripts of JSON-LD": many_in_head(linked({"@type": "Thing", "isAccessibleForFree": True})),
    "a list of JSON-LD": told(lambda number: [{"wordCount": "x", "isAccessibleForFree": "maybe"}] * number),
    "a graph of JSON-LD": told(lambda number: {"@graph": [{"@type": "Thing"}] * number}),
    "graphs in graphs": told(lambda number: '{"@graph": [' * number + "]}" * number),
    "lists in lists of JSON-LD": told(lambda number: "[" * number + "]" * number),
    "types of JSON-LD": told(lambda number: {"@type": ["Thing"] * number}),
    "steps of JSON-LD": told(lambda number: {"@type": "BreadcrumbList", "itemListElement": [{"position": 1}] * number}),
    "paid parts": told(
        lambda number: {"hasPart": [{"isAccessibleForFree": False, "cssSelector": f".c{e}"} for e in range(number)]}
    ),
    "lines under a declared text": lambda number: page_with(
        "".join(f"<p>x {each} y" for each in range(number)),
        linked({"@type": "NewsArticle", "articleBody": " ".join(f"word{each}" for each in range(10 * number))}),
    ),
    "digits of JSON-LD": told(lambda number: '{"@type": "NewsArticle", "wordCount": ' + "9" * number + "}"),
    "digits in JSON-LD": told(lambda number: {"@type": "NewsArticle", "wordCount": "9" * number}),
    "digits of a width": lambda number: page_with(f"<img src=/a.jpg width={'9' * number} height={'9' * number}>"),
}
"""What a page may have much of, by name; each makes a page of so many."""

ODD = (
    *"<p> </p> <div> </div> <ul> <li> </ul> <table> <tr> <td> </table> <blockquote> </blockquote> <figure>".split(),
    *"</figure> <span> </span> <h1> <h2> <article> </article> <script> </script> <!-- --> <noscript> <br>".split(),
    "<img src=/a.jpg width=5 height=x>",
    "<a rel=tag href='http://[x'>",
    "<iframe src=//youtube.com/embed/abcdefgh>",
    "<button>Once</button>",
    "Dear readers,",
    WORDS,
    "\x00",
    "&#0;",
    "\u0301" * 40,
    "\ud800",
    "<time class=byline__datetime datetime=0001-01-01T00:00:00>",
    "<base href='http://[x/'>",
    linked({"@graph": 5}),
    linked({"@graph": None, "@type": 5}),
    linked([[[{"@graph": [[{"@type": ["NewsArticle"], "wordCount": 1e308, "isAccessibleForFree": {"a": []}}]]}]]]),
    linked('{"@type": "NewsArticle", "wordCount": NaN, "isAccessibleForFree": -Infinity}'),
    linked('{"@type": "NewsArticle", "wordCount": 1e999, "position": 1e999, "datePublished": 5}'),
    linked({"@type": "NewsArticle", "wordCount": "9" * 5000, "author": [], "license": {}}),
    linked({"@type": "BreadcrumbList", "itemListElement": [{"position": 2, "item": "http://[x"}] * 3}),
    linked({"@type": "NewsArticle", "hasPart": {"isAccessibleForFree": "False", "cssSelector": ["::x", "* * *", 5]}}),
    linked({"@type": "NewsArticle", "isAccessibleForFree": False}),
    "<meta name=article:content_tier content=metered>",
    "<meta property=article:published_time content=9999-12-31T23:59:59-23:59>",
)
"""Markup that fits nowhere, and data of the wrong kind."""


def page_from(data: bytes) -> str:
    """The page that these bytes choose: each three an odd piece or one of PARTS, and how much of it."""
    names = list(PARTS)
    pieces = []
    for which, much, how in zip(data[::3], data[1::3], data[2::3], strict=False):
        if how % 4:
            pieces.append(ODD[which % len(ODD)] * (1 + much % 4 * how))
        else:
            pieces.append(PARTS[names[which % len(names)]](much * (1 + how % 8)))
    return page_with("".join(pieces))


def readings() -> list[tuple[str, tuple[Extractor, str]]]:
    """Every part with every kind of page."""
    return list(product(PARTS, PAGES))


PROVENANCE = Provenance(
    run_id="hostile",
    crawler_version="0",
    fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    discovered_via="hostile",
    rendered="http",
    status=200,
    extractor="paper/1",
)
