"""A page that is stored as an article of The Moscow Times, with whatever a test puts on it."""

from __future__ import annotations

PATH = "/2026/11/22/a-boat-that-went-astray-a90001"
WORDS = "The boat left its harbor on Friday and has been seen by nobody since, though many went to look for it. "


def article(extra: str = "", *, path: str = PATH, headline: str = "A Boat That Went Astray", words: str = WORDS) -> str:
    """The markup of an article at this path; `extra` stands behind its text."""
    address = f"https://www.themoscowtimes.com{path}"
    return f"""<!doctype html><html lang="en"><head><title>{headline} - The Moscow Times</title>
<link rel="canonical" href="{address}"><meta property="og:type" content="article"></head><body>
<article class="article"><header class="article__header"><h1>{headline}</h1></header>
<time class="byline__datetime" datetime="2026-11-22T10:00:00+03:00"></time>
<div class="article__content" y-name="article-content"><div class="article__block article__block--html">
<p>{words * 3}</p><p>{words * 2}</p></div></div></article>{extra}</body></html>"""
