"""A story without a page around it, as scrolling down loads it, and its AMP page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup.excerpts import cluster
from tests.newspaper.markup.story.article import attributes, gtm, inside
from tests.newspaper.markup.story.gallery import gallery
from tests.newspaper.markup.text import esc

if TYPE_CHECKING:
    from tests.newspaper.markup.paper import Paper
    from tests.newspaper.story import Story


def fragment(paper: Paper, story: Story, following: Story | None) -> str:
    """Bare markup: no head, no canonical address, no structured data."""
    return f"""
<div class="container--full" y-name="banner"><div class="preheader_advert py-2"></div></div>

<hr class="container mb-5 mt-5" style="border-width: 1px; border-color: #e8e8e8;">

<div class="lazy-loaded article-container" {attributes(paper, story, following)}>
	{_story(paper, story, following)}
	{cluster(paper, story)}
</div>"""


def _story(paper: Paper, story: Story, following: Story | None) -> str:
    if story.kind == "gallery":
        return gtm(story) + gallery(paper, story, following)
    return f'{gtm(story)}\n<div class="container">\n{inside(paper, story, raw=True)}\n</div>'


def amp(paper: Paper, story: Story, following: Story | None) -> str:
    """The AMP page: a canonical address, but neither a title nor structured data, and amp- elements."""
    markup = _story(paper, story, following)
    for name in ("img", "iframe"):
        markup = markup.replace(f"<{name} ", f"<amp-{name} ").replace(f"</{name}>", f"</amp-{name}>")
    return f"""<!doctype html>
<html ⚡ data-temlatetype="amp">

<head>
	<meta charset="utf-8">
	<link rel="canonical" href="{esc(paper.addresses.story(story))}">
	<meta name="viewport" content="width=device-width,minimum-scale=1">
	<style amp-custom>body {{ font-family: Merriweather, serif; }}</style>
	<script async src="https://cdn.ampproject.org/v0.js"></script>
</head>

<body class="amp-body">
	<amp-consent id="consent" layout="nodisplay"><script type="application/json">
	{{"consentRequired": false, "consentInstanceId": "sourcepoint"}}
	</script></amp-consent>
	<nav class="amp-nav"><a href="/" class="amp-nav--logo-link">The Moscow Times</a></nav>
	<div class="lazy-loaded article-container" {attributes(paper, story, following)}>
		{markup}
	</div>
</body>

</html>"""
