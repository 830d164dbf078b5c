"""Pages of made-up papers whose markup is an empty shell, with the data of each kind that scripts fill it from."""

from __future__ import annotations

import json
from typing import Any, Final

from mtcrawler.model.reading import Reading
from tests.extraction.any_site.pages import HEADLINE, STORY, linked

AUTHORS: Final = [{"name": "Edda Holm"}, {"name": "Jonas Weir"}]
AT: Final = "2026-11-20T08:00:00Z"
HTML: Final = "".join(f"<p>{text}</p>" for text in STORY)
ARTICLE: Final[dict[str, Any]] = {"title": HEADLINE, "body": HTML, "publishedAt": AT, "authors": AUTHORS}


FREE: Final = linked(isAccessibleForFree=True)
"""What a page says of its article for its data to be read."""


def shell(script: str, *, head: str = "", inside: str = "", declared: str = FREE) -> str:
    """A page that shows nothing before its scripts have run; unless told otherwise it says that its article is free."""
    return (
        f"<!doctype html><html lang=en><head><title>{HEADLINE} | The Ostervik Paper</title>{declared}{head}</head>"
        "<body>"
        f'<nav><a href="/news">News</a></nav><div id="root">{inside}<div class="skeleton"></div></div>{script}'
        "<noscript>You need to enable JavaScript to run this app.</noscript></body></html>"
    )


def next_data(article: Any, **beside: Any) -> str:
    """The data of a Next.js page."""
    data = {"props": {"pageProps": {"article": article, **beside}}, "page": "/[slug]"}
    return f'<script id="__NEXT_DATA__" type="application/json">{_script(data)}</script>'


def fusion(content: Any) -> str:
    """The data of an Arc page, an assignment among others."""
    said = f"window.Fusion=window.Fusion||{{}};Fusion.arcSite='paper';Fusion.globalContent={_script(content)};"
    return f'<script id="fusion-metadata" type="application/javascript">{said}Fusion.contentCache={{}};</script>'


def state(name: str, value: Any) -> str:
    """A store that a script makes."""
    return f"<script>window.{name} = {_script(value)};</script>"


def is_taken(found: Reading) -> bool:
    """Whether the text came from the data."""
    return found.fields.get("body") == "declared"


def _script(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")
