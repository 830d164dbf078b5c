"""A page of each system in our own words, with the names that its public themes give to what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.extraction.any_site.pages import CLUTTER_AFTER, CLUTTER_BEFORE, HEADLINE, paragraphs


@dataclass(frozen=True)
class Example:
    """The marks of a system: in the head, on `body` and on the root; its byline, its tags and a box among the text."""

    head: str
    around: tuple[str, str]
    byline: str = ""
    tags: str = ""
    box: str = ""
    body: str = ""
    root: str = ""

    @property
    def html(self) -> str:
        """The page, which declares nothing to machines but who made it."""
        before, after = self.around
        return (
            f'<!doctype html><html lang="en" {self.root}><head><title>{HEADLINE}</title>{self.head}</head>'
            f'<body class="{self.body}">{CLUTTER_BEFORE}<div><h1>{HEADLINE}</h1>{self.byline}{before}{paragraphs()}'
            f"{self.box}{after}{self.tags}</div>{CLUTTER_AFTER}</body></html>"
        )


def _in(names: str, tag: str = "div") -> tuple[str, str]:
    return f"<{tag} {names}>", f"</{tag}>"


BOX: Final = "The harbour lets a boat for the whole week to whoever asks for it before Friday noon."
EXAMPLES: Final = {
    "amp": Example(
        '<script async src="https://cdn.ampproject.example/v0.js"></script>',
        _in('class="amp-wp-article-content"'),
        '<div class="amp-wp-meta"><span class="amp-wp-author">Edda Holm</span></div>'
        '<div class="amp-wp-meta amp-wp-posted-on"><time datetime="2026-11-20T08:00:00+01:00">20 November</time></div>',
        '<div class="amp-wp-tax-tag">Tags: <a href="/t/lamp">lamp</a></div>',
        f"<amp-ad><p>{BOX}</p></amp-ad>",
        root="⚡",
    ),
    "arc": Example(
        '<script src="/pf/dist/engine/react.js?d=41"></script>',
        _in('class="default__article-body b-article-body"', "article"),
        '<div class="b-byline"><span class="b-byline__names"><a class="b-byline__name" href="/p">Edda Holm</a></span>'
        '</div><time class="b-date" datetime="2026-11-20T07:00:00Z">November 20 | 8:00</time>',
        '<div class="b-tags-list"><a class="c-pill b-tags-list__tag" href="/t/lamp">lamp</a></div>',
        f'<p class="interstitial-link">{BOX}</p>',
    ),
    "blogger": Example(
        "<link href='https://www.blogger.com/static/v1/widgets/css_bundle.css' rel='stylesheet'>"
        "<meta content='blogger' name='generator'>",
        _in("class='post-body entry-content'"),
        "<span class='post-author vcard'><span class='fn'>Edda Holm</span></span><span class='post-timestamp'>"
        "<abbr class='published' title='2026-11-20T08:00:00+01:00'>8:00</abbr></span>",
        "<span class='post-labels'>Labels: <a href='/t/lamp'>lamp</a></span>",
        f"<div class='post-share-buttons'><p>{BOX}</p></div>",
    ),
    "brightspot": Example(
        '<meta name="brightspot.contentId" content="0000019">',
        _in('class="RichTextArticleBody RichTextBody"'),
        '<div class="ArticlePage-byline"><div class="ArticlePage-authorName"><a href="/people/edda">Edda Holm</a></div>'
        '<div class="ArticlePage-datePublished">November 20, 2026 at 8:00 AM EST</div></div>',
        '<div class="ArticlePage-tags"><a class="Link" href="/t/lamp">lamp</a></div>',
        f'<div class="RelatedList"><p>{BOX}</p></div>',
    ),
    "drupal": Example(
        '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">',
        _in('class="field field--name-body"'),
        '<div class="node__submitted">Posted by <span class="username">Edda Holm</span> on '
        '<time datetime="2026-11-20T08:00:00+01:00">20 November</time></div>',
        '<div class="field field--name-field-tags"><a href="/t/lamp">lamp</a></div>',
        f'<div class="comment-wrapper"><p>{BOX}</p></div>',
        "path-node page-node-type-article",
    ),
    "ghost": Example(
        '<meta name="generator" content="Ghost 5.88">',
        _in('class="gh-content gh-canvas"', "section"),
        '<h4 class="gh-article-author-name"><a href="/author/edda/">Edda Holm</a></h4>'
        '<time class="gh-article-meta-date" datetime="2026-11-20">20 November</time>',
        '<a class="gh-article-tag" href="/tag/lamp/">lamp</a>',
        f'<div class="kg-card kg-signup-card"><p>{BOX}</p></div>',
        "post-template tag-news",
    ),
    "joomla": Example(
        '<meta name="generator" content="Joomla! - Open Source Content Management">',
        _in('itemprop="articleBody" class="com-content-article__body"'),
        '<dl><dd class="createdby"><span itemprop="name">Edda Holm</span></dd><dd class="published">'
        '<time datetime="2026-11-20T08:00:00+01:00">20 November</time></dd></dl>',
        '<ul class="tags"><li><a href="/t/lamp">lamp</a></li></ul>',
        f'<nav class="pagenavigation"><p>{BOX}</p></nav>',
        "site com_content view-article",
    ),
    "substack": Example(
        '<link rel="stylesheet" href="https://substackcdn.com/bundle/static/css/main.css">',
        ('<div class="available-content"><div dir="auto" class="body markup">', "</div></div>"),
        '<div class="byline-wrapper"><a href="https://letters.example/@edda">Edda Holm</a></div>',
        "",
        f'<div class="subscription-widget-wrap"><p>{BOX}</p></div>',
    ),
    "wordpress": Example(
        '<link rel="https://api.w.org/" href="https://paper.example/wp-json/">',
        _in('class="entry-content wp-block-post-content"'),
        '<span class="author vcard"><a class="url fn n" href="/author/edda/">Edda Holm</a></span>'
        '<time class="entry-date published" datetime="2026-11-20T08:00:00+01:00">20 November</time>',
        '<span class="tags-links"><a href="/tag/lamp/">lamp</a></span>',
        f'<div class="sharedaddy"><p>{BOX}</p></div>',
        "single single-post postid-481",
    ),
}
