"""Pages of made-up publishers that have the structure of real ones."""

from __future__ import annotations

import json
from typing import Any, Final

URL: Final = "https://paper.example/2026/11/20/lighthouse-keeps-its-lamp"
HEADLINE: Final = "Lighthouse keeps its lamp after a long vote"
STORY: Final = (
    "The town of Ostervik will keep the lamp of its old lighthouse burning, after a vote on Thursday that took the "
    "council almost five hours.",
    "Ingrid Solheim, who has tended the lamp since 1998, told the council that nine boats had found their way home by "
    "it during the storms of October alone.",
    "The treasurer had asked for a cheaper beacon on the breakwater, which would have saved the town some forty "
    "thousand crowns a year in oil and repairs.",
    "Fishermen who filled the back rows of the hall laughed at the drawing of the beacon, and one of them asked "
    "whether it came with a stool for the gulls.",
    "A surveyor said that the tower is sound, that its stairs need new iron, and that the work can be done before the "
    "ice comes if it begins this month.",
    "The council will look at the cost again in spring, when the harbour office has counted the ships that passed the "
    "point during the winter.",
)
CLUTTER_BEFORE: Final = """
<div class="site-header"><a href="/">The Ostervik Paper</a><ul class="menu"><li><a href="/news">News</a></li>
<li><a href="/sport">Sport</a></li><li><a href="/weather">Weather</a></li></ul></div>
"""
CLUTTER_AFTER: Final = """
<div class="newsletter-signup"><h3>Sign up for our newsletter</h3><p>The best of the harbour every morning.</p></div>
<div class="related-stories"><h3>More from News</h3><ul><li><a href="/a">Ferry runs again after repairs</a></li>
<li><a href="/b">Bakers win prize for rye bread</a></li></ul></div>
<div class="site-footer"><p>© 2026 The Ostervik Paper. All rights reserved.</p><a href="/privacy">Privacy</a></div>
"""


def paragraphs(texts: tuple[str, ...] = STORY) -> str:
    """The story as plain paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)


def page(
    inside: str | None = None, *, head: str = "", headline: str = HEADLINE, title: str | None = None, lang: str = "en"
) -> str:
    """A whole page with a menu, a newsletter box, related stories and a footer around an article."""
    contents = paragraphs() if inside is None else inside
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title or headline}</title>'
        f"{head}</head>"
        f'<body>{CLUTTER_BEFORE}<main><article><h1>{headline}</h1><div class="article-body">{contents}</div></article>'
        f"</main>"
        f"{CLUTTER_AFTER}</body></html>"
    )


def linked(**said: Any) -> str:
    """The structured data of an article."""
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": HEADLINE, **said}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'
